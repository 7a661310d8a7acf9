using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.AotSmoke;

/// <summary>Arrays of messages, told apart by two values.</summary>
[WebSocketClient(Framing = MessageFraming.JsonArray, Discriminator = "/kind /part", JsonContext = typeof(BatchJson))]
public partial class BatchClient;

[Send<BatchClient>("tick", 1), Receive<BatchClient>("tick", 1)]
public sealed record Tick(int Number);

[Receive<BatchClient>("tick", Discriminator.Absent)]
public sealed record WholeTick(int Number);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Tick)), JsonSerializable(typeof(WholeTick))]
public partial class BatchJson : JsonSerializerContext;
