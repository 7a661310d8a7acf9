using NetWebSockets.Handshake;

namespace NetWebSockets.Sessions;

/// <summary>The HTTP handlers of a session, one for each way to the network.</summary>
/// <param name="policy">What judges certificates.</param>
/// <param name="connector">What opens connections to servers and proxies.</param>
/// <param name="resolver">What looks up hosts, for proxies that do not do it themselves.</param>
internal sealed class HandlerCache(CertificatePolicy policy, TransportConnector connector, HostResolver resolver)
{
    // A proxy script may name ever new proxies.
    private const int MaxCount = 64;

    private readonly Lock _lock = new();
    private readonly Http2Transports _http2 = new();
    private Dictionary<ProxyChoice, Entry> _entries = [];
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
    /// <returns>The handler.</returns>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public HttpMessageInvoker Get(ProxyChoice choice)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(NetSession));
            if (!_entries.TryGetValue(choice, out Entry? entry))
            {
                // Forgotten as in Reset, not disposed: handshakes may be under way on it.
                if (_entries.Count >= MaxCount)
                    _entries.Remove(_entries.MinBy(static known => known.Value.LastUse).Key);
                bool isSocks = SocksConnector.IsFor(choice);
                entry = new Entry(HandshakeHandler.Create(new HandshakeHandlerSettings
                {
                    Proxy = choice.Address is null || isSocks ? null : new SingleProxy(choice),
                    CertificatePolicy = policy,
                    Connector = isSocks ? new SocksConnector(choice, connector, resolver).ConnectAsync : connector,
                    OnHttp2Connection = _http2.Add,
                }));
                _entries.Add(choice, entry);
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
        Dictionary<ProxyChoice, Entry> closed;
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
