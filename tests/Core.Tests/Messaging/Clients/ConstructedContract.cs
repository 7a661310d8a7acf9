using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.Tests.Messaging.Clients;

/// <summary>A client whose class has a constructor with parameters.</summary>
[WebSocketClient(Discriminator = "/type", JsonContext = typeof(ConstructedJson))]
public partial class ConstructedClient(string token, int number)
{
    public string Token => token;

    public int Number => number;
}

/// <summary>A client with a default address and a constructor of its own without parameters.</summary>
[WebSocketClient("ws://127.0.0.1:3/ws", Discriminator = "/type", JsonContext = typeof(ConstructedJson))]
public partial class PlainlyConstructedClient
{
    public PlainlyConstructedClient() => Made = true;

    public bool Made { get; }
}

[Send<ConstructedClient>("said")]
[Receive<ConstructedClient>("said")]
[Send<PlainlyConstructedClient>("said")]
public sealed record Said(string Text);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Said))]
public partial class ConstructedJson : JsonSerializerContext;
