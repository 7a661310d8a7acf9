using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Hostile;

/// <summary>One open socket and the scripted peer on its other end.</summary>
public sealed class HostilePeer : IAsyncDisposable
{
    /// <summary>How long any step may take before the test has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ScriptedServer _server;

    private HostilePeer(ScriptedServer server, ScriptedPeer peer, NetWebSocket socket, SignallingTimeProvider time)
    {
        _server = server;
        Peer = peer;
        Socket = socket;
        Time = time;
    }

    /// <summary>The socket.</summary>
    public NetWebSocket Socket { get; }

    /// <summary>Its peer.</summary>
    public ScriptedPeer Peer { get; }

    /// <summary>The socket's clock, which only moves when told.</summary>
    public SignallingTimeProvider Time { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens a socket to a scripted peer.</summary>
    /// <param name="options">The options; their clock is replaced by <see cref="Time"/>.</param>
    /// <param name="first">Bytes that come in the packet of the handshake's answer.</param>
    /// <param name="tls">Whether to speak TLS.</param>
    public static async Task<HostilePeer> OpenAsync(NetWebSocketOptions? options = null, byte[]? first = null, bool tls = false)
    {
        ScriptedServer server = new(tls ? TestCertificates.Shared.Localhost : null);
        SignallingTimeProvider time = new();
        options ??= new NetWebSocketOptions();
        options.TimeProvider = time;
        if (tls)
        {
            options.Session = new NetSession();
            options.Session.AddCertificateAuthority(TestCertificates.Shared.Authority);
        }

        NetWebSocket socket = new(server.Uri.ToString(), options);
        ScriptedPeer peer = await server.AcceptAsync(Token).WaitAsync(Limit, Token);
        await peer.AcceptHandshakeAsync(sameWrite: first ?? [], cancellationToken: Token);
        await socket.Opened.WaitAsync(Limit, Token);
        return new HostilePeer(server, peer, socket, time);
    }

    /// <summary>How the socket closed.</summary>
    public Task<CloseEvent> ClosedAsync() => Socket.Closed.WaitAsync(Limit, Token);

    /// <summary>Every message until the socket has closed, as text, or hexadecimal when binary; a failure at the end is not thrown.</summary>
    public async Task<List<string>> AllMessagesAsync()
    {
        List<string> all = [];
        try
        {
            await foreach (WebSocketMessage message in Socket.ReadAllAsync(Token))
                all.Add(message.IsText ? message.Text : Convert.ToHexString(message.Data.Span));
        }
        catch (NetWebSocketException)
        {
            // The loop tells the failure of the connection after the last message; ClosedAsync gives it too.
        }

        return all;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Socket.Abort();
        await Socket.DisposeAsync();
        await _server.DisposeAsync();
    }
}
