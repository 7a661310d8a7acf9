using NetWebSockets.Handshake;

namespace NetWebSockets.Sessions;

/// <summary>The HTTP handlers of a session, one for each way to the network.</summary>
/// <param name="trust">What TLS connections are made with.</param>
/// <param name="connector">What opens connections to servers and proxies.</param>
internal sealed class HandlerCache(TrustPolicy trust, TransportConnector connector)
{
    private readonly Lock _lock = new();
    private readonly Http2Transports _http2 = new();
    private Dictionary<ProxyChoice, HttpMessageInvoker> _invokers = [];
    private bool _isDisposed;

    /// <summary>The handler for a way.</summary>
    /// <param name="choice">The way.</param>
    /// <returns>The handler.</returns>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public HttpMessageInvoker Get(ProxyChoice choice)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(NetSession));
            if (!_invokers.TryGetValue(choice, out HttpMessageInvoker? invoker))
            {
                invoker = HandshakeHandler.Create(new HandshakeHandlerSettings
                {
                    Proxy = choice.Address is null ? null : new SingleProxy(choice),
                    ProxyAddress = choice.Address,
                    Tls = trust.CreateTlsSettings(withClientCertificates: true),
                    Connector = connector,
                    OnHttp2Connection = _http2.Add,
                });
                _invokers.Add(choice, invoker);
            }

            return invoker;
        }
    }

    /// <summary>
    /// Forgets all handlers, since settings have changed. Handshakes that are under way finish on theirs, and sockets that share an
    /// HTTP/2 connection stay on it; those handlers keep no idle connection for longer than two seconds, and are collected.
    /// </summary>
    public void Reset()
    {
        lock (_lock)
            _invokers = [];
    }

    /// <summary>Closes all handlers with their connections, and the HTTP/2 connections of those that were forgotten. Streams that were handed off live on.</summary>
    /// <param name="forGood">Whether the session ends.</param>
    public void Close(bool forGood)
    {
        Dictionary<ProxyChoice, HttpMessageInvoker> closed;
        lock (_lock)
        {
            _isDisposed |= forGood;
            closed = _invokers;
            _invokers = [];
        }

        foreach (HttpMessageInvoker invoker in closed.Values)
            invoker.Dispose();
        _http2.DropAll();
    }
}
