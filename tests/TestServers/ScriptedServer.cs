using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

namespace NetWebSockets.TestServers;

/// <summary>
/// A TCP server on loopback, optionally with TLS, that does byte for byte what a test says: the place for all that real servers never
/// do wrong. It listens from its construction on.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly X509Certificate2? _certificate;
    private readonly Channel<Socket> _accepted = Channel.CreateUnbounded<Socket>();
    private readonly ConcurrentBag<ScriptedPeer> _peers = [];
    private Socket? _listener;
    private Task _loop = Task.CompletedTask;
    private volatile bool _drop;
    private int _count;

    /// <summary>Starts listening on a free port of 127.0.0.1.</summary>
    /// <param name="certificate">The certificate to speak TLS with; without one it speaks plain TCP.</param>
    public ScriptedServer(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        StartListening();
    }

    /// <summary>The port, which stays the same after <see cref="StartListening"/>.</summary>
    public int Port { get; private set; }

    /// <summary>The address: ws or wss, 127.0.0.1.</summary>
    public Uri Uri => new($"{(_certificate is null ? "ws" : "wss")}://127.0.0.1:{Port}/");

    /// <summary>Connections that have come in so far, dropped ones included.</summary>
    public int ConnectionCount => Volatile.Read(ref _count);

    /// <summary>
    /// While set, every connection is closed as soon as it has come in, and <see cref="AcceptAsync"/> does not see it.
    /// </summary>
    public bool AcceptAndDrop
    {
        get => _drop;
        set => _drop = value;
    }

    /// <summary>The protocols that TLS chooses from (ALPN), such as HTTP/2; null to ignore what the client offers.</summary>
    public List<SslApplicationProtocol>? ApplicationProtocols { get; init; }

    /// <summary>The address under another host name that leads here, such as localhost.</summary>
    /// <param name="host">The host name.</param>
    /// <param name="path">Path and query.</param>
    /// <returns>The address.</returns>
    public Uri UriFor(string host, string path = "/") => new($"{(_certificate is null ? "ws" : "wss")}://{host}:{Port}{path}");

    /// <summary>Waits for the next connection, through the TLS handshake if there is one.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The connection. The server disposes it at its own end.</returns>
    /// <exception cref="AuthenticationException">The client refused the certificate.</exception>
    public async Task<ScriptedPeer> AcceptAsync(CancellationToken cancellationToken = default)
    {
        Socket socket = await _accepted.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        Stream stream = new NetworkStream(socket, ownsSocket: false);
        if (_certificate is not null)
        {
            SslStream tls = new(stream);
            try
            {
                SslServerAuthenticationOptions options = new()
                {
                    ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true),
                    ApplicationProtocols = ApplicationProtocols,
                };
                await tls.AuthenticateAsServerAsync(options, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            stream = tls;
        }

        ScriptedPeer peer = new(socket, stream);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>Waits for the next connection and answers its opening handshake properly.</summary>
    /// <param name="protocol">The subprotocol to choose.</param>
    /// <param name="headers">Further header lines of the response.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The open connection.</returns>
    public async Task<ScriptedPeer> AcceptOpenAsync(string? protocol = null, IEnumerable<string>? headers = null, CancellationToken cancellationToken = default)
    {
        ScriptedPeer peer = await AcceptAsync(cancellationToken).ConfigureAwait(false);
        await peer.AcceptHandshakeAsync(protocol, headers, cancellationToken: cancellationToken).ConfigureAwait(false);
        return peer;
    }

    /// <summary>Stops listening: from here on connections are refused. Those that are open stay open.</summary>
    public void StopListening()
    {
        _listener?.Dispose();
        _listener = null;
    }

    /// <summary>Listens again, on the same port.</summary>
    public void StartListening()
    {
        if (_listener is not null)
            return;
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen(512);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _listener = listener;
        _loop = AcceptLoopAsync(listener);
    }

    /// <summary>Stops listening and drops every connection.</summary>
    /// <returns>A task that is done when all has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        StopListening();
        await _loop.ConfigureAwait(false);
        _accepted.Writer.TryComplete();
        while (_accepted.Reader.TryRead(out Socket? socket))
            socket.Dispose();
        foreach (ScriptedPeer peer in _peers)
            peer.Dispose();
    }

    private async Task AcceptLoopAsync(Socket listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // StopListening disposed it.
            }

            socket.NoDelay = true;
            Interlocked.Increment(ref _count);
            if (_drop || !_accepted.Writer.TryWrite(socket))
                socket.Dispose();
        }
    }
}
