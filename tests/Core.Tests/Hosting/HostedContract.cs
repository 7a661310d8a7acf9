using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.Tests.Hosting;

/// <summary>A client without an address: the server echoes what it says.</summary>
[WebSocketClient(Discriminator = "/type", JsonContext = typeof(HostedJson))]
public partial class HostedClient;

/// <summary>A client with an address of its own.</summary>
[WebSocketClient("wss://default.example/ws", Discriminator = "/type", JsonContext = typeof(HostedJson))]
public partial class AddressedClient;

[Send<HostedClient>("note")]
[Receive<HostedClient>("note")]
[Send<AddressedClient>("note")]
public sealed record Note(string Text);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Note))]
public partial class HostedJson : JsonSerializerContext;
