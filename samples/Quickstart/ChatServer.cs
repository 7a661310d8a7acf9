using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Quickstart;

/// <summary>
/// A chat server on plain ASP.NET Core WebSockets: what somebody else's API might be. Everybody hears what is said, the speaker too. The
/// history outlives a restart, as if it stood in a database.
/// </summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<WebSocket, SemaphoreSlim> _present = new();
    private readonly List<Line> _lines = [];
    private WebApplication? _application;

    /// <summary>The port; chosen by the system at the first start, and the same ever after.</summary>
    public int Port { get; private set; }

    public Uri Address => new($"ws://127.0.0.1:{Port}/chat");

    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port));
        _application = builder.Build();
        _application.UseWebSockets();
        _application.Map("/chat", ServeAsync);
        await _application.StartAsync();
        Port = new Uri(_application.Urls.First()).Port;
    }

    /// <summary>Drops everybody without a word, as a crash does.</summary>
    public async Task StopAsync()
    {
        if (_application is null)
            return;
        // It stops to listen first, so that nobody who comes back at once gets in; the token says not to wait for those who are there.
        await _application.Services.GetRequiredService<IServer>().StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
        _application = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        using SemaphoreSlim turn = new(1, 1);
        _present[socket] = turn;
        try
        {
            byte[] buffer = new byte[64 * 1024];
            while (await ReadAsync(socket, buffer, context.RequestAborted) is { } message)
                await HandleAsync(socket, message);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // Gone without a word. The others go on.
        }
        finally
        {
            _present.TryRemove(socket, out _);
        }
    }

    private async Task HandleAsync(WebSocket socket, JsonObject message)
    {
        switch ((string?)message["type"])
        {
            case "say":
                Line line = new((string)message["room"]!, "you", (string)message["text"]!);
                lock (_lines)
                    _lines.Add(line);
                JsonObject said = line.ToJson();
                said.Insert(0, "type", "said");
                foreach (WebSocket listener in _present.Keys)
                    await WriteAsync(listener, said);
                break;

            case "history":
                Line[] lines;
                lock (_lines)
                    lines = [.. _lines.Where(l => l.Room == (string?)message["room"]).TakeLast((int)message["count"]!)];
                await WriteAsync(socket, new JsonObject
                {
                    ["id"] = message["id"]!.DeepClone(),
                    ["result"] = new JsonObject { ["items"] = new JsonArray([.. lines.Select(l => l.ToJson())]) },
                });
                break;

            default:
                await WriteAsync(socket, new JsonObject
                {
                    ["id"] = message["id"]?.DeepClone(),
                    ["error"] = new JsonObject { ["message"] = $"What is '{message["type"]}'?" },
                });
                break;
        }
    }

    private static async Task<JsonObject?> ReadAsync(WebSocket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            length += part.Count;
            if (part.EndOfMessage)
                return JsonNode.Parse(buffer.AsSpan(0, length))!.AsObject();
        }
    }

    private async Task WriteAsync(WebSocket socket, JsonObject message)
    {
        if (!_present.TryGetValue(socket, out SemaphoreSlim? turn))
            return;
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(message);
        await turn.WaitAsync();
        try
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Gone; what reads from it tells.
        }
        finally
        {
            turn.Release();
        }
    }

    private sealed record Line(string Room, string From, string Text)
    {
        public JsonObject ToJson() => new() { ["room"] = Room, ["from"] = From, ["text"] = Text };
    }
}
