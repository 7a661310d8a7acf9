using System.Net.Sockets;

namespace NetWebSockets.Handshake;

/// <summary>What became of the client certificate on a connection.</summary>
internal enum ClientCertificateUse
{
    /// <summary>There is none in this session, or the server asked for none.</summary>
    NotAsked = 0,

    /// <summary>The server asked for one, and there was none for it.</summary>
    None,

    /// <summary>The server asked for one, and was not known well enough to see it.</summary>
    Withheld,

    /// <summary>The server has seen it.</summary>
    Shown,
}

/// <summary>
/// What ties one handshake to the connection that is being made for it. Cancelling a request releases its caller at once, yet the
/// handler goes on connecting and doing TLS for seconds; with this, the caller's token ends both.
/// </summary>
internal sealed class HandshakeAttempt
{
    /// <summary>Carries the attempt in its request.</summary>
    public static readonly HttpRequestOptionsKey<HandshakeAttempt> Key = new("NetWebSockets.HandshakeAttempt");

    // A proxy's CONNECT is a request that the handler makes by itself, without our options; the execution context does reach it.
    private static readonly AsyncLocal<HandshakeAttempt?> Ambient = new();

    private readonly Lock _lock = new();
    private readonly List<(Socket Socket, CancellationTokenRegistration Registration)> _armed = [];
    private readonly ConnectLimit? _limit;
    private volatile bool _isTunnelRequested;
    private volatile bool _isReady;
    private bool _ended;

    /// <summary>Creates the attempt.</summary>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <param name="limit">How long connecting may take, with the caller's token in it; null for no limit.</param>
    public HandshakeAttempt(CancellationToken cancellationToken, ConnectLimit? limit = null)
    {
        CancellationToken = limit?.Token ?? cancellationToken;
        _limit = limit;
    }

    /// <summary>The attempt for which the handler is working in this context; null when there is none, or it is over.</summary>
    public static HandshakeAttempt? Current => Ambient.Value is { IsOver: false } ambient ? ambient : null;

    /// <summary>The caller's token, and the limit's.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The ws or wss address.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The TCP connection that was last made for it; null before and afterwards.</summary>
    public HandshakeTransport? Transport { get; private set; }

    /// <summary>Whether the connection has got past the TLS of its proxy.</summary>
    public bool HasTunnel { get; private set; }

    /// <summary>What became of the client certificate on the connection that was last made.</summary>
    public ClientCertificateUse ClientCertificate { get; set; }

    /// <summary>How the first read of its HTTP/2 connection failed; null when it did not.</summary>
    public Exception? FirstReadFailure { get; set; }

    /// <summary>The attempt within whose context the caller runs: for another one to the same address, when its own was cancelled meanwhile.</summary>
    public static HandshakeAttempt? InContext => Ambient.Value;

    /// <summary>Makes the Proxy-Authorization of a tunnel's CONNECT request, given its method and target; null to send none.</summary>
    public Func<string, string, string?>? AuthorizeTunnel { get; init; }

    /// <summary>The header block with which a proxy refused the tunnel, which the handler keeps to itself; null when there was none.</summary>
    public string? TunnelRefusal { get; set; }

    /// <summary>Whether a proxy has been asked for a tunnel: TLS with the proxy itself is done.</summary>
    public bool IsTunnelRequested => _isTunnelRequested;

    /// <summary>Whether a connection to the server was ready.</summary>
    public bool IsReady => _isReady;

    private bool IsOver
    {
        get
        {
            lock (_lock)
                return _ended || CancellationToken.IsCancellationRequested;
        }
    }

    /// <summary>The attempt for which a connection is being made.</summary>
    /// <param name="request">The request that made the handler connect.</param>
    /// <returns>The attempt, or null when there is no way to tell.</returns>
    public static HandshakeAttempt? Of(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(Key, out HandshakeAttempt? attempt))
            return attempt;
        // Handshakes that wait for one HTTP/2 connection: when the one it was being made for is cancelled, the handler makes the next one's
        // within the context of the former. Nobody's is better than that of a handshake that is over.
        return Current;
    }

    /// <summary>Makes this the attempt of what the caller starts from here on.</summary>
    public void Enter() => Ambient.Value = this;

    /// <summary>A connection is begun for this attempt.</summary>
    public void Begin() => _limit?.Start();

    /// <summary>A proxy is asked for a tunnel.</summary>
    public void RequestTunnel() => _isTunnelRequested = true;

    /// <summary>
    /// A connection has been made for this attempt. From here on, cancelling closes its socket: that is what ends a TLS handshake or a proxy's
    /// silence at once.
    /// </summary>
    /// <param name="transport">Its stream.</param>
    public void Connected(HandshakeTransport transport)
    {
        Transport = transport;
        HasTunnel = false;
        FirstReadFailure = null;
        ClientCertificate = ClientCertificateUse.NotAsked;
        Socket socket = transport.Socket;
        CancellationTokenRegistration registration = CancellationToken.UnsafeRegister(static state => ((Socket)state!).Dispose(), socket);
        lock (_lock)
        {
            if (!_ended)
            {
                _armed.Add((socket, registration));
                return;
            }
        }

        // The request ended while this connected; the connection goes to the pool, on its own.
        registration.Unregister();
    }

    /// <summary>The proxy has been accepted; what follows is said to the server.</summary>
    public void ProxyAccepted() => HasTunnel = true;

    /// <summary>
    /// The connection is ready for requests, and may be given to another handshake than this one: it must not end with this one's token.
    /// </summary>
    public void Disarm()
    {
        _isReady = true;
        _limit?.Stop();
        lock (_lock)
        {
            foreach ((_, CancellationTokenRegistration registration) in _armed)
                registration.Unregister();
            _armed.Clear();
        }
    }

    /// <summary>The request has ended. When it was cancelled, what is still being made for it ends too.</summary>
    public void End()
    {
        List<(Socket Socket, CancellationTokenRegistration Registration)> armed;
        lock (_lock)
        {
            _ended = true;
            armed = [.. _armed];
            _armed.Clear();
        }

        // What runs in this attempt's context may live on for as long as its connection, and longer.
        Transport = null;
        foreach ((Socket socket, CancellationTokenRegistration registration) in armed)
        {
            registration.Unregister();
            if (CancellationToken.IsCancellationRequested)
                socket.Dispose();
        }
    }
}
