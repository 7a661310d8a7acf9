using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;

namespace NetWebSockets.Tests.Messaging.Session;

internal sealed record Hello([property: JsonPropertyName("heartbeat_interval")] int HeartbeatInterval);

internal sealed record GatewayReady([property: JsonPropertyName("session_id")] string SessionId);

internal sealed record HeartbeatAck(int Op);

internal sealed record HeartbeatRequest(int Op);

internal sealed record InvalidSession(int Op, bool D);

internal sealed record Identify(string Token);

internal sealed record ResumeGateway(string Token, string SessionId, long? Seq);

internal sealed record Beat(long? Sequence);

internal sealed record Note(int N);

internal sealed record Welcome(string Id);

internal sealed record Refused(string Why);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Hello)), JsonSerializable(typeof(GatewayReady)), JsonSerializable(typeof(HeartbeatAck)), JsonSerializable(typeof(HeartbeatRequest)), JsonSerializable(typeof(InvalidSession))]
[JsonSerializable(typeof(Identify)), JsonSerializable(typeof(ResumeGateway)), JsonSerializable(typeof(long?)), JsonSerializable(typeof(Note)), JsonSerializable(typeof(Welcome)), JsonSerializable(typeof(Refused))]
internal sealed partial class SessionJson : JsonSerializerContext;

internal static class SessionSupport
{
    public static readonly ReceiveRoute<Note> Notes = new([LocatorMatch.Exact("/type", "note")], SessionJson.Default.Note);

    public static readonly ReceiveRoute<Welcome> Welcomes = new([LocatorMatch.Exact("/type", "welcome")], SessionJson.Default.Welcome);

    public static readonly ReceiveRoute<Refused> Refusals = new([LocatorMatch.Exact("/type", "refused")], SessionJson.Default.Refused);

    public static readonly SendRoute<Note> SendNote = new("note", new Envelope(default, """{"type":"note" """u8[..14], default, payloadAtRoot: true), SessionJson.Default.Note, Idempotent: false);

    public static readonly CallRoute<Note, Note> AskNote = new(
        "ask", new Envelope("{\"id\":"u8, ",\"type\":\"ask\""u8, default, payloadAtRoot: true), SessionJson.Default.Note, SessionJson.Default.Note, Idempotent: false, Timeout: null);

    /// <summary>A client that connects again at once, for tests that are not about when.</summary>
    public static ClientRuntime Client(ClientContract contract, Uri uri, TimeProvider? time = null, Action<WebSocketClientOptions>? change = null)
    {
        WebSocketClientOptions options = new()
        {
            Uri = uri,
            ReconnectSpread = TimeSpan.Zero,
            CloseTimeout = TimeSpan.Zero,
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(50), UseJitter = false },
            TimeProvider = time ?? TimeProvider.System,
        };
        change?.Invoke(options);
        var runtime = new ClientRuntime(contract, options);
        return runtime.Attach(runtime);
    }

    /// <summary>Opens one more socket, whose server side answers properly.</summary>
    public static Task<ScriptedPeer> OpenAsync(this ScriptedServer server) => server.AcceptOpenAsync().Soon();

    /// <summary>Connects a client that has no script to wait for.</summary>
    public static async Task<ScriptedPeer> ConnectToAsync(this ClientRuntime client, ScriptedServer server)
    {
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        await ready.Soon();
        return peer;
    }

    public static async Task<T> NextAsync<T>(this MessageStream<T> stream)
    {
        await using IAsyncEnumerator<T> items = stream.GetAsyncEnumerator();
        if (!await items.MoveNextAsync().AsTask().WaitAsync(Support.Limit))
            throw new InvalidOperationException("The stream has ended.");
        return items.Current;
    }

    /// <summary>Closes this side of a socket that the client has closed or is about to.</summary>
    public static async Task<int?> AnswerCloseAsync(this ScriptedPeer peer)
    {
        ClientFrame? close = await peer.ReadCloseAsync().Soon();
        await peer.EndAsync(close?.CloseCode);
        return close?.CloseCode;
    }

    /// <summary>Answers a close frame and closes this side.</summary>
    public static async Task EndAsync(this ScriptedPeer peer, int? code = null)
    {
        try
        {
            await peer.SendCloseAsync(code);
        }
        catch (IOException)
        {
            // The clients of these tests do not wait for the answer: they may have dropped the socket already.
        }

        peer.Dispose();
    }
}
