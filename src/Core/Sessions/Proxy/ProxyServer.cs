using System.Globalization;

namespace NetWebSockets.Sessions;

/// <summary>Reads the address of a proxy server.</summary>
internal static class ProxyServer
{
    /// <summary>Reads one server.</summary>
    /// <param name="text"><c>[scheme://]host[:port]</c> or <c>direct://</c>.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The server's address with its port, or null for direct.</returns>
    /// <exception cref="ArgumentException">It is none; the message says which part is wrong, and never shows credentials.</exception>
    public static Uri? Parse(string text, string parameterName)
    {
        string rule = text.Trim();
        // First of all: nothing below may show a password.
        if (rule.Contains('@', StringComparison.Ordinal))
            throw new ArgumentException("ProxyRules contains credentials ('@'); set ProxyConfig.Credentials instead.", parameterName);
        if (rule.AsSpan().IndexOfAny("=;,") is >= 0 and int at)
            throw new ArgumentException($"ProxyRules contains '{rule[at]}' at position {at}: rules by scheme and lists of proxies are not built yet, name a single proxy.", parameterName);

        int schemeEnd = rule.IndexOf("://", StringComparison.Ordinal);
        string scheme = schemeEnd < 0 ? "http" : rule[..schemeEnd].ToLowerInvariant();
        string server = schemeEnd < 0 ? rule : rule[(schemeEnd + 3)..];
        int defaultPort = scheme switch
        {
            "http" => 80,
            "https" => 443,
            "socks" or "socks4" or "socks4a" or "socks5" => 1080,
            "direct" => 0,
            _ => throw new ArgumentException($"'{scheme}' in ProxyRules is no kind of proxy; use http, https, socks4, socks4a, socks5 or direct.", parameterName),
        };
        if (scheme == "direct")
            return server.Length == 0 ? null : throw new ArgumentException($"'{server}' after direct:// in ProxyRules: direct has no host.", parameterName);

        (string host, int port) = ParseServer(server, defaultPort, parameterName);
        return new Uri($"{(scheme == "socks" ? "socks5" : scheme)}://{host}:{port.ToString(CultureInfo.InvariantCulture)}/");
    }

    private static (string Host, int Port) ParseServer(string server, int defaultPort, string parameterName)
    {
        string host = server;
        int port = defaultPort;
        int colon = server.LastIndexOf(':');
        // In [::1] the last colon is part of the address.
        if (colon > server.LastIndexOf(']'))
        {
            host = server[..colon];
            string digits = server[(colon + 1)..];
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
                throw new ArgumentException($"'{digits}' in ProxyRules is no port; use a number from 1 to 65535.", parameterName);
        }

        bool isValid = host.StartsWith('[')
            ? Uri.CheckHostName(host) == UriHostNameType.IPv6
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
        if (!isValid)
            throw new ArgumentException($"'{host}' in ProxyRules is no host name or address.", parameterName);
        return (host, port);
    }
}
