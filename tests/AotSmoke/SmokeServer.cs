using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using NetWebSockets.TestServers;

namespace NetWebSockets.AotSmokeTests;

/// <summary>The other side of the smoke contract, on Kestrel. It keeps what it was asked and told, for the test to look at.</summary>
internal sealed class SmokeServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private int _smokeConnections;

    private SmokeServer()
    {
        KestrelServerOptions options = new() { Deflate = true, SubProtocols = { "smoke.v1" } };
        options.Endpoints["/smoke"] = SmokeAsync;
        options.Endpoints["/rpc"] = RpcAsync;
        _kestrel = new KestrelServer(options);
    }

    public Uri Uri => _kestrel.Uri("/");

    public int Port => _kestrel.Port;

    public IReadOnlyList<ReceivedMessage> Received => _kestrel.Received;

    /// <summary>Authorization, subprotocol and query of each connection of the smoke client.</summary>
    public ConcurrentQueue<(string Authorization, string Protocol, string Query)> Handshakes { get; } = new();

    /// <summary>User agents of the connections of the JSON-RPC client.</summary>
    public ConcurrentQueue<string> UserAgents { get; } = new();

    public static async Task<SmokeServer> StartAsync()
    {
        SmokeServer server = new();
        await server._kestrel.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _kestrel.DisposeAsync();

    private async Task SmokeAsync(WebSocket socket, HttpContext context, CancellationToken token)
    {
        Handshakes.Enqueue((context.Request.Headers.Authorization.ToString(), socket.SubProtocol ?? "", context.Request.QueryString.Value ?? ""));
        int connection = Interlocked.Increment(ref _smokeConnections);
        int beats = 0;
        JsonNode? waitsForBeats = null;
        JsonNode? asker = null;
        await SayAsync($$$"""{"type":"welcome","sequence":{{{connection}}}0,"data":{"session":"s{{{connection}}}","beat":50}}""");
        while (await _kestrel.ReceiveAsync(socket, context, token) is { } message)
        {
            if (message.Type == WebSocketMessageType.Binary)
            {
                await socket.SendAsync(message.Data, WebSocketMessageType.Binary, true, token);
                continue;
            }

            JsonNode said = JsonNode.Parse(message.Text)!;
            JsonNode? id = said["id"];
            JsonNode? data = said["data"];
            switch ((string?)said["type"])
            {
                case "log in":
                    await SayAsync("""{"type":"logged in","data":{}}""");
                    break;
                case "beat":
                    beats++;
                    await SayAsync("""{"type":"beat","data":{}}""");
                    break;
                case "beats":
                    // What beats after this knows all that was said before it.
                    (waitsForBeats, beats) = (id, 0);
                    break;
                case "subscribe":
                    await ReplyAsync(id, "null");
                    foreach (JsonNode? topic in data!.AsArray())
                        await SayAsync($$$"""{"type":"{{{topic}}}","data":{"symbol":"{{{((string)topic!)["price.".Length..]}}}","connection":{{{connection}}},"value":1.5}}""");
                    break;
                case "watch":
                    await ReplyAsync(id, "null");
                    await SayAsync($$"""{"data":{"connection":{{connection}},"room":{{data!["room"]!.ToJsonString()}} },"watch":{{id}}}""");
                    break;
                case "unsubscribe" or "unwatch":
                    await ReplyAsync(id, "null");
                    break;
                case "add":
                    await ReplyAsync(id, $$"""{"value":{{data!["numbers"]!.AsArray().Sum(static n => (int)n!)}}}""");
                    break;
                case "divide" when (double)data!["by"]! == 0:
                    await SayAsync($$$"""{"id":{{{id}}},"error":{"code":"zero","message":"Nothing divides by zero.","column":4}}""");
                    break;
                case "divide":
                    await ReplyAsync(id, ((double)data!["dividend"]! / (double)data["by"]!).ToString(CultureInfo.InvariantCulture));
                    break;
                case "count":
                    for (int i = 1; i <= Math.Min((int)data!["to"]!, 3); i++)
                        await SayAsync($$"""{"id":{{id}},"item":{{i}}}""");
                    if ((int)data["to"]! == 3)
                        await SayAsync($$"""{"id":{{id}},"end":true}""");
                    break;
                case "ask me":
                    asker = id;
                    await SayAsync("""{"id":"q1","type":"whoami","data":{"politely":false}}""");
                    break;
                case "burst":
                    int count = (int)data!["count"]!;
                    for (int i = 1; i <= count; i++)
                        await SayAsync($$$"""{"type":"quote","data":{"symbol":"{{{(i % 2 == 0 ? "even" : "odd")}}}","bid":{{{i}}} }}""");
                    await SayAsync("""{"type":"point","data":[3,-4,"here"]}""");
                    await SayAsync("""{"type":"strange"}""");
                    await SayAsync($$$"""{"type":"done","sequence":{{{connection}}}1,"data":{"count":{{{count}}} }}""");
                    break;
                case "say":
                    await SayAsync($$"""{"type":"said","data":{{data!.ToJsonString()}}}""");
                    break;
                case "drop":
                    context.Abort();
                    return;
                case "goodbye":
                    await SayAsync("""{"type":"farewell","data":{}}""");
                    break;
                case null when (string?)id == "q1":
                    await SayAsync("""{"id":"q2","type":"whoami","data":{"politely":true}}""");
                    break;
                case null when (string?)id == "q2":
                    await ReplyAsync(asker, said["result"]!["name"]!.ToJsonString());
                    break;
            }

            if (beats >= 2 && waitsForBeats is not null)
            {
                await ReplyAsync(waitsForBeats, "null");
                waitsForBeats = null;
            }
        }

        await socket.AnswerCloseAsync(token);

        Task SayAsync(string text) => socket.SendTextAsync(text, token);

        Task ReplyAsync(JsonNode? id, string result) => SayAsync($$"""{"id":{{id!.ToJsonString()}},"result":{{result}}}""");
    }

    private async Task RpcAsync(WebSocket socket, HttpContext context, CancellationToken token)
    {
        UserAgents.Enqueue(context.Request.Headers.UserAgent.ToString());
        while (await _kestrel.ReceiveAsync(socket, context, token) is { } message)
        {
            JsonNode said = JsonNode.Parse(message.Text)!;
            JsonArray parameters = said["params"] as JsonArray ?? [];
            string id = said["id"]?.ToJsonString() ?? "null";
            await (((string?)said["method"]) switch
            {
                "echo" => ReplyAsync($"\"{string.Concat(Enumerable.Repeat((string)parameters[0]!, (int)parameters[1]!))}\""),
                "fail" => SayAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32000,"message":"It failed."}}"""),
                "log" => SayAsync($$$"""{"jsonrpc":"2.0","method":"logged","params":{"line":{{{parameters[0]!.ToJsonString()}}} }}"""),
                "subscribe" => SubscribeAsync(),
                _ => ReplyAsync("true"),
            });

            async Task SubscribeAsync()
            {
                await ReplyAsync("\"0x1\"");
                await SayAsync("""{"jsonrpc":"2.0","method":"subscription","params":{"subscription":"0x1","result":{"number":7}}}""");
            }

            Task ReplyAsync(string result) => SayAsync($$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""");
        }

        await socket.AnswerCloseAsync(token);

        Task SayAsync(string text) => socket.SendTextAsync(text, token);
    }
}
