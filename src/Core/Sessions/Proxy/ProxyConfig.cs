using System.Net;

namespace NetWebSockets;

/// <summary>The proxy settings of a session, for <see cref="NetSession.SetProxyAsync"/>.</summary>
public sealed partial class ProxyConfig
{
    /// <summary>
    /// The mode. When left out, it follows from what is set: <see cref="PacScript"/> means <see cref="ProxyMode.PacScript"/>,
    /// <see cref="ProxyRules"/> means <see cref="ProxyMode.FixedServers"/>.
    /// </summary>
    public ProxyMode? Mode { get; set; }

    /// <summary>The address of a proxy script (PAC).</summary>
    public Uri? PacScript { get; set; }

    /// <summary>
    /// The proxies, in Chromium's grammar: one list for all addresses (<c>a:3128,socks5://b,direct://</c>), or lists by the scheme of the address, separated by
    /// semicolons (<c>https=a:3128;http=b;socks=c</c>). ws and wss addresses take the list of <c>socks</c>, otherwise that of <c>https</c>, otherwise that of
    /// <c>http</c>. Within a list, separated by commas, the next one is tried when one cannot be reached, see <see cref="NetSession.SetProxyAsync"/>.
    /// A proxy is <c>[scheme://]host[:port]</c> with the scheme http (default; in <c>socks=</c> it is socks4), https, socks (meaning socks5), socks4, socks4a
    /// or socks5, or <c>direct://</c> for none. The port is 80 for http, 443 for https and 1080 for SOCKS when left out. An IPv6 address is put into
    /// brackets. Credentials do not belong here, see <see cref="Credentials"/>.
    /// </summary>
    public string? ProxyRules { get; set; }

    /// <summary>
    /// Addresses that go around the proxy, in Chromium's grammar, separated by commas or semicolons; later ones go before earlier ones:
    /// <c>[scheme://]pattern[:port]</c> where <c>*</c> is any run of characters, <c>.suffix</c>, an IP address, a CIDR block such as
    /// <c>10.0.0.0/8</c>, <c>&lt;local&gt;</c> for host names without a dot. The scheme is that of the address: ws or wss. Loopback (localhost,
    /// 127.0.0.0/8, ::1) and link-local addresses always go around it, unless <c>&lt;-loopback&gt;</c> is among the rules. Only with
    /// <see cref="ProxyMode.FixedServers"/>: a proxy script decides for itself, and is never asked about loopback and link-local addresses.
    /// </summary>
    public string? ProxyBypassRules { get; set; }

    /// <summary>The name and password for the proxy, when it asks for them. SOCKS 4 has no password.</summary>
    public NetworkCredential? Credentials { get; set; }

    /// <summary>
    /// How long connecting through one proxy of a list may take before the next one is tried: the connection to it, TLS, the tunnel. It does not count for the
    /// last of the list, nor for what the server takes to answer. Default 10 s, so that a proxy that hangs leaves most of
    /// <see cref="NetWebSocketOptions.HandshakeTimeout"/> to the others; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
