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

    /// <summary>The address of a proxy script. Not built yet.</summary>
    public Uri? PacScript { get; set; }

    /// <summary>
    /// The proxy for all addresses: <c>[scheme://]host[:port]</c> with the scheme http (default), https, socks (meaning socks5), socks4,
    /// socks4a or socks5, or <c>direct://</c> for none. The port is 80 for http, 443 for https and 1080 for SOCKS when left out. Credentials do
    /// not belong here, see <see cref="Credentials"/>.
    /// </summary>
    public string? ProxyRules { get; set; }

    /// <summary>
    /// Addresses that go around the proxy, in Chromium's grammar, separated by commas or semicolons; later ones go before earlier ones:
    /// <c>[scheme://]pattern[:port]</c> where <c>*</c> is any run of characters, <c>.suffix</c>, an IP address, a CIDR block such as
    /// <c>10.0.0.0/8</c>, <c>&lt;local&gt;</c> for host names without a dot. The scheme is that of the address: ws or wss. Loopback (localhost,
    /// 127.0.0.0/8, ::1) and link-local addresses always go around it, unless <c>&lt;-loopback&gt;</c> is among the rules.
    /// </summary>
    public string? ProxyBypassRules { get; set; }

    /// <summary>The name and password for the proxy, when it asks for them. SOCKS 4 has no password.</summary>
    public NetworkCredential? Credentials { get; set; }
}
