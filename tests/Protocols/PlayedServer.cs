using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetWebSockets.TestServers;

namespace NetWebSockets.ProtocolTests;

/// <summary>The other side of a conversation: says what a real server would say, and looks at every message that it gets.</summary>
internal sealed class PlayedServer : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ScriptedServer _server = new();

    /// <summary>Options of a client that connects here, and again at once.</summary>
    public WebSocketClientOptions Options(Action<WebSocketClientOptions>? change = null)
    {
        WebSocketClientOptions options = new()
        {
            Uri = _server.Uri,
            ReconnectSpread = TimeSpan.Zero,
            CloseTimeout = TimeSpan.FromMilliseconds(500),
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(20), UseJitter = false },
        };
        change?.Invoke(options);
        return options;
    }

    /// <summary>The address, for messages that tell one.</summary>
    public Uri Uri => _server.Uri;

    /// <summary>Takes the next socket.</summary>
    public async Task<Player> AcceptAsync(string? protocol = null) =>
        new(await _server.AcceptOpenAsync(protocol, cancellationToken: TestContext.Current.CancellationToken).WaitAsync(Limit));

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>One socket of a <see cref="PlayedServer"/>.</summary>
internal sealed class Player(ScriptedPeer peer) : IDisposable
{
    /// <summary>The socket underneath.</summary>
    public ScriptedPeer Peer { get; } = peer;

    /// <summary>The path and query that the client asked for.</summary>
    public string Target => Peer.Request!.Target;

    /// <summary>Sends a message.</summary>
    public Task SayAsync(string text) => Peer.SendTextAsync(text);

    /// <summary>Waits for a message, which must be this JSON; the order of properties does not matter.</summary>
    /// <returns>The message.</returns>
    public async Task<JsonNode> HearAsync(string json)
    {
        string text = await HearTextAsync();
        JsonNode? actual = Parse(text);
        if (!JsonNode.DeepEquals(Parse(json), actual))
            Assert.Fail($"Expected {json}\nbut heard {text}");
        return actual!;
    }

    /// <summary>Waits for a message.</summary>
    public async Task<JsonNode> HearAnyAsync() => Parse(await HearTextAsync())!;

    /// <summary>Waits for a text message.</summary>
    public async Task<string> HearTextAsync()
    {
        ClientFrame? frame = await FrameAsync();
        Assert.Equal(Opcodes.Text, frame.Opcode);
        return Encoding.UTF8.GetString(frame.Payload);
    }

    /// <summary>Waits for a binary message of one frame.</summary>
    public async Task<byte[]> HearBinaryAsync()
    {
        ClientFrame? frame = await FrameAsync();
        Assert.Equal((Opcodes.Binary, true), (frame.Opcode, frame.Fin));
        return frame.Payload;
    }

    /// <summary>Waits for the client's close frame, and answers it.</summary>
    /// <returns>The code; 1005 when there was none.</returns>
    public async Task<int> HearCloseAsync()
    {
        ClientFrame frame = await FrameAsync();
        Assert.Equal(Opcodes.Close, frame.Opcode);
        await Peer.SendCloseAsync(frame.CloseCode);
        return frame.CloseCode ?? 1005;
    }

    /// <summary>Closes with a code and waits for the answer.</summary>
    public async Task CloseAsync(int code)
    {
        await Peer.SendCloseAsync(code);
        Assert.Equal(Opcodes.Close, (await FrameAsync()).Opcode);
        Peer.ShutdownSend();
    }

    /// <summary>The network fails.</summary>
    public void Drop() => Peer.Reset();

    public void Dispose() => Peer.Dispose();

    private async Task<ClientFrame> FrameAsync()
    {
        ClientFrame? frame = await Peer.ReadFrameAsync(TestContext.Current.CancellationToken).WaitAsync(PlayedServer.Limit);
        Assert.NotNull(frame);
        return frame;
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            Assert.Fail($"This is no JSON: {text}");
            throw;
        }
    }
}

/// <summary>What every test needs.</summary>
internal static class Reading
{
    /// <summary>The next item, which must come.</summary>
    public static Task<T> NextAsync<T>(this MessageStream<T> stream) => stream.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(PlayedServer.Limit);

    public static Task Soon(this Task task) => task.WaitAsync(PlayedServer.Limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(PlayedServer.Limit);

    public static Task Soon(this ValueTask task) => task.AsTask().WaitAsync(PlayedServer.Limit);
}
