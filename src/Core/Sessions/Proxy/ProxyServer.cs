using System.Globalization;

namespace NetWebSockets.Sessions;

/// <summary>One proxy, or the way without one. Equal when scheme, host and port are.</summary>
internal sealed record ProxyServer
{
    private ProxyServer(ProxyScheme scheme, string host, int port)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
    }

    /// <summary>The way without a proxy.</summary>
    public static ProxyServer Direct { get; } = new(ProxyScheme.Direct, string.Empty, 0);

    /// <summary>How one speaks to it.</summary>
    public ProxyScheme Scheme { get; }

    /// <summary>The host in its canonical form, an IPv6 address in brackets; empty for direct.</summary>
    public string Host { get; }

    /// <summary>The port; 0 for direct.</summary>
    public int Port { get; }

    /// <summary>Whether this is the way without a proxy.</summary>
    public bool IsDirect => Scheme == ProxyScheme.Direct;

    /// <summary>The address that handshakes go through; null for direct.</summary>
    public Uri? Address => IsDirect ? null : new Uri(string.Create(CultureInfo.InvariantCulture, $"{SchemeName}://{Host}:{Port}/"));

    private string SchemeName => Scheme switch
    {
        ProxyScheme.Http => "http",
        ProxyScheme.Https => "https",
        ProxyScheme.Socks4 => "socks4",
        ProxyScheme.Socks4a => "socks4a",
        ProxyScheme.Socks5 => "socks5",
        _ => "direct",
    };

    /// <summary>A proxy of the machine's settings. Of its user info nothing is kept.</summary>
    /// <param name="address">Its address.</param>
    /// <returns>The proxy; null when it is of a kind that is not known.</returns>
    public static ProxyServer? FromAddress(Uri address) =>
        SchemeOf(address.Scheme) is { } scheme && scheme != ProxyScheme.Direct && CanonicalHost(HostOf(address)) is { } host
            ? new ProxyServer(scheme, host, address.Port > 0 ? address.Port : DefaultPort(scheme))
            : null;

    /// <summary>Reads a server of ProxyRules strictly: <c>[scheme://]host[:port]</c> or <c>direct://</c>.</summary>
    /// <param name="text">It, without spaces around it and without credentials.</param>
    /// <param name="position">Where it stands in ProxyRules.</param>
    /// <param name="defaultScheme">The scheme when there is none.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentException">It is none; the message says which part is wrong, and where it stands.</exception>
    public static ProxyServer Parse(string text, int position, ProxyScheme defaultScheme, string parameterName)
    {
        int schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        ProxyScheme scheme = schemeEnd < 0
            ? defaultScheme
            : SchemeOf(text[..schemeEnd]) ?? throw Wrong(text[..schemeEnd], position, "is no kind of proxy; use http, https, socks4, socks4a, socks5 or direct");
        int serverStart = schemeEnd < 0 ? 0 : schemeEnd + 3;
        string server = text[serverStart..];
        if (scheme == ProxyScheme.Direct)
            return server.Length == 0 ? Direct : throw Wrong(server, position + serverStart, "stands after direct://, which has no host");

        (string host, string? digits) = SplitPort(server);
        int port = DefaultPort(scheme);
        if (digits is not null && !TryParsePort(digits, out port))
            throw Wrong(digits, position + serverStart + host.Length + 1, "is no port; use a number from 1 to 65535");
        return new ProxyServer(
            scheme, CanonicalHost(host) ?? throw Wrong(host, position + serverStart, "is no host name or address; an IPv6 address is put into brackets"), port);

        ArgumentException Wrong(string part, int at, string why) =>
            new(string.Create(CultureInfo.InvariantCulture, $"'{part}' at position {at} of ProxyRules {why}."), parameterName);
    }

    /// <summary>Reads one element of what a proxy script answers, such as <c>PROXY a:3128</c>, as Chromium does.</summary>
    /// <param name="element">The element.</param>
    /// <returns>The server; null when it is none, or of a kind that is not supported.</returns>
    public static ProxyServer? FromPacElement(ReadOnlySpan<char> element)
    {
        element = element.Trim(" \t");
        int space = element.IndexOfAny(' ', '\t');
        ReadOnlySpan<char> kind = space < 0 ? element : element[..space];
        string server = space < 0 ? string.Empty : element[space..].Trim(" \t").ToString();
        ProxyScheme? scheme = kind switch
        {
            _ when kind.Equals("DIRECT", StringComparison.OrdinalIgnoreCase) => ProxyScheme.Direct,
            _ when kind.Equals("PROXY", StringComparison.OrdinalIgnoreCase) => ProxyScheme.Http,
            _ when kind.Equals("HTTPS", StringComparison.OrdinalIgnoreCase) => ProxyScheme.Https,
            // There was only SOCKS 4 when the word was made; so it is in Chromium.
            _ when kind.Equals("SOCKS", StringComparison.OrdinalIgnoreCase) || kind.Equals("SOCKS4", StringComparison.OrdinalIgnoreCase) => ProxyScheme.Socks4,
            _ when kind.Equals("SOCKS4A", StringComparison.OrdinalIgnoreCase) => ProxyScheme.Socks4a,
            _ when kind.Equals("SOCKS5", StringComparison.OrdinalIgnoreCase) => ProxyScheme.Socks5,
            _ => null,
        };
        if (scheme is not { } known)
            return null;
        if (known == ProxyScheme.Direct)
            return server.Length == 0 ? Direct : null;
        // Credentials are not for here; Chromium takes an element with them for invalid.
        if (server.Contains('@', StringComparison.Ordinal))
            return null;
        (string host, string? digits) = SplitPort(server);
        int port = DefaultPort(known);
        if (digits is not null && !TryParsePort(digits, out port))
            return null;
        return CanonicalHost(host) is { } canonical ? new ProxyServer(known, canonical, port) : null;
    }

    /// <summary>Writes this as an element of what a proxy script answers, as Chromium does.</summary>
    /// <returns>The element.</returns>
    public string ToPacElement()
    {
        string kind = Scheme switch
        {
            ProxyScheme.Http => "PROXY",
            ProxyScheme.Https => "HTTPS",
            ProxyScheme.Socks4 => "SOCKS",
            ProxyScheme.Socks4a => "SOCKS4A",
            ProxyScheme.Socks5 => "SOCKS5",
            _ => "DIRECT",
        };
        return IsDirect ? kind : string.Create(CultureInfo.InvariantCulture, $"{kind} {Host}:{Port}");
    }

    /// <inheritdoc/>
    public override string ToString() => IsDirect ? "direct://" : string.Create(CultureInfo.InvariantCulture, $"{SchemeName}://{Host}:{Port}");

    private static ProxyScheme? SchemeOf(string name) => name.ToLowerInvariant() switch
    {
        "http" => ProxyScheme.Http,
        "https" => ProxyScheme.Https,
        "socks4" => ProxyScheme.Socks4,
        "socks4a" => ProxyScheme.Socks4a,
        "socks" or "socks5" => ProxyScheme.Socks5,
        "direct" => ProxyScheme.Direct,
        _ => null,
    };

    private static int DefaultPort(ProxyScheme scheme) => scheme switch
    {
        ProxyScheme.Http => 80,
        ProxyScheme.Https => 443,
        _ => 1080,
    };

    private static (string Host, string? Port) SplitPort(string server)
    {
        int colon = server.LastIndexOf(':');
        // In [::1] the last colon is part of the address.
        return colon > server.LastIndexOf(']') ? (server[..colon], server[(colon + 1)..]) : (server, null);
    }

    private static bool TryParsePort(string digits, out int port) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;

    private static string HostOf(Uri address) => address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost;

    // One text for each host, so that a proxy is the same however it is written.
    private static string? CanonicalHost(string host)
    {
        bool isValid = host.StartsWith('[')
            ? Uri.CheckHostName(host) == UriHostNameType.IPv6
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
        return isValid && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out Uri? uri) ? HostOf(uri) : null;
    }
}
