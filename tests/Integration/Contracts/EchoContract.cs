using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.IntegrationTests.Contracts;

// A peer that sends back what it gets: what is sent is what is received, and a call's request holds its own result.

[WebSocketClient(Discriminator = "/meta/kind", JsonContext = typeof(EchoJson))]
[Calls(Id = "/meta/id", Params = "/body", Result = "/body")]
public partial class EchoClient;

[Send<EchoClient>("note"), Receive<EchoClient>("note")]
public sealed record Note(string Text, int Number = 7);

[Call<EchoClient, Ask>("ask")]
public sealed record Ask(string Question);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Note)), JsonSerializable(typeof(Ask))]
public partial class EchoJson : JsonSerializerContext;
