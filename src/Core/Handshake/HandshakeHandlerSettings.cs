using System.Net;
using System.Net.Sockets;

namespace NetWebSockets.Handshake;

/// <summary>Opens a TCP connection to a server or a proxy.</summary>
/// <param name="endPoint">The host, by name or as an address, and the port.</param>
/// <param name="cancellationToken">Ends the attempt.</param>
/// <returns>A connected socket; the caller owns it.</returns>
/// <exception cref="SocketException">The host could not be looked up or connected to.</exception>
internal delegate ValueTask<Socket> TransportConnector(DnsEndPoint endPoint, CancellationToken cancellationToken);

/// <summary>What the HTTP handler of handshakes is made of.</summary>
internal sealed record HandshakeHandlerSettings
{
    /// <summary>The proxy, or null to connect directly.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>The address of the proxy; null to connect directly.</summary>
    public Uri? ProxyAddress { get; init; }

    /// <summary>What TLS connections are made with.</summary>
    public required TlsSettings Tls { get; init; }

    /// <summary>What logs connections to the server in by NTLM or Negotiate; null for none. That needs several requests on one connection.</summary>
    public ICredentials? ServerLogin { get; init; }

    /// <summary>What opens connections to servers and proxies.</summary>
    public required TransportConnector Connector { get; init; }

    /// <summary>Told of the transport of every HTTP/2 connection, which carries the streams of several handshakes.</summary>
    public Action<Stream>? OnHttp2Connection { get; init; }
}
