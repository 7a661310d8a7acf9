using System.Net;
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
internal sealed class HandlerCache(TrustPolicy trust, TransportConnector connector)
{
    private readonly Lock _lock = new();
    private readonly Http2Transports _http2 = new();
    private Dictionary<HandlerKey, HttpMessageInvoker> _invokers = [];
    private bool _isDisposed;

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
            if (!_invokers.TryGetValue(key, out HttpMessageInvoker? invoker))
            {
                invoker = HandshakeHandler.Create(new HandshakeHandlerSettings
                {
                    Proxy = choice.Address is null ? null : new SingleProxy(choice with { Credentials = CredentialsFor(choice.Address, choice, proxy) }),
                    ServerLogin = server,
                    ProxyAddress = choice.Address,
                    Tls = trust.CreateTlsSettings(withClientCertificates: true),
                    Connector = connector,
                    OnHttp2Connection = _http2.Add,
                });
                _invokers.Add(key, invoker);
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
        Dictionary<HandlerKey, HttpMessageInvoker> closed;
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

    // The handler itself gives credentials to SOCKS proxies, and logs connections in. Everything else is done around it.
    private static ICredentials? CredentialsFor(Uri address, ProxyChoice choice, ConnectionLogin? login) =>
        address.Scheme.StartsWith("socks", StringComparison.Ordinal) ? choice.Credentials : login;
}
