using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetWebSockets.TestServers;

namespace NetWebSockets.IntegrationTests.Messaging;

/// <summary>
/// A chat on a real Kestrel. What is said in a room comes back as "said"; some rooms have manners of their own, which the constants
/// below name. A history of a room "flood" sends as many messages as it was asked for before it answers.
/// </summary>
internal sealed class ChatServer : IAsyncDisposable
{
    /// <summary>What is said here is sent back as it stands, as a message.</summary>
    public const string Raw = "raw";

    /// <summary>What is said here is sent back as a binary message.</summary>
    public const string Binary = "binary";

    /// <summary>A history of this room is never answered.</summary>
    public const string Silent = "silent";

    /// <summary>A history of this room is answered with an error.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>A history of this room is answered with a result that is none.</summary>
    public const string Broken = "broken";

    /// <summary>A history of this room comes after as many messages as it asks for.</summary>
    public const string Flood = "flood";

    /// <summary>What is said here makes the server drop the connection at once.</summary>
    public const string Crash = "crash";

    private ChatServer(KestrelServer kestrel) => Kestrel = kestrel;

    public KestrelServer Kestrel { get; }

    public Uri Uri => Kestrel.Uri("/chat");

    public static async Task<ChatServer> StartAsync(KestrelServerOptions? options = null)
    {
        options ??= new KestrelServerOptions();
        ChatServer? server = null;
        options.Endpoints["/chat"] = (socket, context, token) => server!.ServeAsync(socket, context, token);
        server = new ChatServer(new KestrelServer(options));
        await server.Kestrel.StartAsync();
        return server;
    }

    /// <summary>Options of a client that reconnects at once.</summary>
    public WebSocketClientOptions Options() => new()
    {
        Uri = Uri,
        ReconnectSpread = TimeSpan.Zero,
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(50) },
    };

    public ValueTask DisposeAsync() => Kestrel.DisposeAsync();

    private async Task ServeAsync(WebSocket socket, HttpContext context, CancellationToken token)
    {
        while (await Kestrel.ReceiveAsync(socket, context, token) is { } message)
        {
            using JsonDocument json = JsonDocument.Parse(message.Text);
            string room = json.RootElement.GetProperty("room").GetString()!;
            switch (json.RootElement.GetProperty("type").GetString())
            {
                case "say" when room == Crash:
                    context.Abort();
                    return;
                case "say" when room == Raw:
                    await socket.SendTextAsync(json.RootElement.GetProperty("text").GetString()!, token);
                    break;
                case "say" when room == Binary:
                    await socket.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary, true, token);
                    break;
                case "say":
                    await socket.SendTextAsync(SaidJson(room, json.RootElement.GetProperty("text").GetString()!), token);
                    break;
                case "history" when room != Silent:
                    await AnswerAsync(socket, json.RootElement.GetProperty("id").GetInt64(), room, json.RootElement.GetProperty("count").GetInt32(), token);
                    break;
                default:
                    break;
            }
        }

        await socket.AnswerCloseAsync(token);
    }

    private static async Task AnswerAsync(WebSocket socket, long id, string room, int count, CancellationToken token)
    {
        if (room == Flood)
        {
            for (int i = 1; i <= count; i++)
                await socket.SendTextAsync(SaidJson(room, $"{i}"), token);
        }

        string answer = room switch
        {
            Forbidden => """ "error":{"code":403,"message":"you may not read this room"} """,
            Broken => """ "result":{"items":"none"} """,
            _ => $$""" "result":{"items":[{"room":"{{room}}","from":"ann","text":"{{count}}"}]} """,
        };
        await socket.SendTextAsync($$"""{{{answer}},"id":{{id}}}""", token);
    }

    private static string SaidJson(string room, string text) =>
        $$"""{"room":{{JsonSerializer.Serialize(room)}},"from":"server","text":{{JsonSerializer.Serialize(text)}},"type":"said"}""";
}
