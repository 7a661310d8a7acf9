using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets.Messaging;

namespace NetWebSockets.Tests.Messaging;

internal sealed record Said(string Room, string Text);

internal sealed record Say(string Room, string Text);

internal sealed record Nothing;

internal sealed record History(Said[] Items);

internal readonly record struct Tick(int Price);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Said)), JsonSerializable(typeof(Say)), JsonSerializable(typeof(Nothing)), JsonSerializable(typeof(History))]
[JsonSerializable(typeof(Tick)), JsonSerializable(typeof(int)), JsonSerializable(typeof(int?)), JsonSerializable(typeof(string))]
internal sealed partial class TestJson : JsonSerializerContext;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(Say))]
internal sealed partial class IndentedJson : JsonSerializerContext;

internal static class TestContracts
{
    public static ReceiveRoute<Said> SaidRoute() => new("said", TestJson.Default.Said);

    public static ClientContract Chat(params ReceiveRoute[] routes) => new()
    {
        Name = "ChatClient",
        Discriminator = "/type",
        Calls = new CallLocators("/id", "/result", "/error"),
        Routes = routes,
    };
}
