using System.Text.Json;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

/// <summary>The server's side of subscriptions, step by step.</summary>
internal static class SubscriptionPeer
{
    public static async Task<JsonElement> ReadJsonAsync(this ScriptedPeer peer) => JsonElement.Parse(await peer.ReadTextAsync());

    /// <summary>Reads a request and answers it with a result.</summary>
    public static async Task<JsonElement> AnswerAsync(this ScriptedPeer peer, string result = "null")
    {
        JsonElement request = await peer.ReadJsonAsync();
        await peer.ReplyAsync(request, result);
        return request;
    }

    public static Task ReplyAsync(this ScriptedPeer peer, JsonElement request, string result = "null") =>
        peer.SendTextAsync($$"""{"id":{{request.Id()}},"type":"result","result":{{result}}}""");

    public static Task RefuseAsync(this ScriptedPeer peer, JsonElement request, string message) =>
        peer.SendTextAsync($$$"""{"id":{{{request.Id()}}},"error":{"code":2,"message":"{{{message}}}"}}""");

    public static Task TradeAsync(this ScriptedPeer peer, string topic, long number) =>
        peer.SendTextAsync($$$"""{"stream":"{{{topic}}}","data":{"s":"{{{topic}}}","n":{{{number}}}}}""");

    public static long Id(this JsonElement request) => request.GetProperty("id").GetInt64();

    public static string Method(this JsonElement request) => request.GetProperty("method").GetString()!;

    public static string[] Topics(this JsonElement request) =>
        [.. request.GetProperty(request.TryGetProperty("params", out _) ? "params" : "args").EnumerateArray().Select(t => t.GetString()!)];

    public static Task<T> NextAsync<T>(this MessageStream<T> stream) => stream.ReadAsync().AsTask().Soon();
}
