using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
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
    public static ReceiveRoute<Said> SaidRoute() => Route("said", TestJson.Default.Said);

    /// <summary>A route by one value at /type.</summary>
    public static ReceiveRoute<T> Route<T>(string value, JsonTypeInfo<T> type, string at = "/type") => new([LocatorMatch.Exact(at, value)], type);

    public static ClientContract Chat(params ReceiveRoute[] routes) => new()
    {
        Name = "ChatClient",
        Discriminators = ["/type"],
        Calls = new CallContract { Id = "/id" },
        Routes = routes,
    };
}
