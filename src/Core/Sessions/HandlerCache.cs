using NetWebSockets.Handshake;

namespace NetWebSockets.Sessions;

/// <summary>One way to the network, with what connections on it are logged in with: each has a handler, since pools do not tell credentials apart.</summary>
/// <param name="Choice">The proxy, or none.</param>
/// <param name="Server">What logs connections to the server in; null for none.</param>
/// <param name="Proxy">What logs connections to the proxy in; null for none.</param>
internal readonly record struct HandlerKey(ProxyChoice Choice, ConnectionLogin? Server, ConnectionLogin? Proxy);

/// <summary>The HTTP handlers of a session, one for each way to the network and each login on it.</summary>
/// <param name="trust">What TLS connections are made with.</param>
/// <param name="connector">What opens connections to servers and proxies.</param>
/// <param name="resolver">What looks up hosts, for proxies that do not do it themselves.</param>
internal sealed class HandlerCache(TrustPolicy trust, TransportConnector connector, HostResolver resolver)
{
    // A proxy script may name ever new proxies.
    private const int MaxCount = 64;

    private readonly Lock _lock = new();
    private readonly Http2Transports _http2 = new();
    private Dictionary<HandlerKey, Entry> _entries = [];
    private long _uses;
    private bool _isDisposed;

    /// <summary>How many handlers are kept.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>The handler for a way.</summary>
    /// <param name="choice">The way.</param>
    /// <param name="server">What logs connections to the server in; null for none.</param>
    /// <param name="proxy">What logs connections to the proxy in; null for none.</param>
    /// <returns>The handler.</returns>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public HttpMessageInvoker Get(ProxyChoice choice, ConnectionLogin? server = null, ConnectionLogin? proxy = null)
    {
        var key = new HandlerKey(choice, server, proxy);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(NetSession));
            if (!_entries.TryGetValue(key, out Entry? entry))
            {
                // Forgotten as in Reset, not disposed: handshakes may be under way on it.
                if (_entries.Count >= MaxCount)
                    _entries.Remove(_entries.MinBy(static known => known.Value.LastUse).Key);
                bool isSocks = SocksConnector.IsFor(choice);
                entry = new Entry(HandshakeHandler.Create(new HandshakeHandlerSettings
                {
                    Proxy = choice.Address is null || isSocks ? null : new SingleProxy(choice with { Credentials = proxy }),
                    ServerLogin = server,
                    ProxyAddress = choice.Address,
                    Tls = trust.CreateTlsSettings(withClientCertificates: true),
                    Connector = isSocks ? new SocksConnector(choice, connector, resolver).ConnectAsync : connector,
                    OnHttp2Connection = _http2.Add,
                }));
                _entries.Add(key, entry);
            }

            entry.LastUse = ++_uses;
            return entry.Invoker;
        }
    }

    /// <summary>
    /// Forgets all handlers, since settings have changed. Handshakes that are under way finish on theirs, and sockets that share an
    /// HTTP/2 connection stay on it; those handlers keep no idle connection for longer than two seconds, and are collected.
    /// </summary>
    public void Reset()
    {
        lock (_lock)
            _entries = [];
    }

    /// <summary>Closes all handlers with their connections, and the HTTP/2 connections of those that were forgotten. Streams that were handed off live on.</summary>
    /// <param name="forGood">Whether the session ends.</param>
    public void Close(bool forGood)
    {
        Dictionary<HandlerKey, Entry> closed;
        lock (_lock)
        {
            _isDisposed |= forGood;
            closed = _entries;
            _entries = [];
        }

        foreach (Entry entry in closed.Values)
            entry.Invoker.Dispose();
        _http2.DropAll();
    }

    private sealed class Entry(HttpMessageInvoker invoker)
    {
        public HttpMessageInvoker Invoker { get; } = invoker;

        public long LastUse { get; set; }
    }
}
