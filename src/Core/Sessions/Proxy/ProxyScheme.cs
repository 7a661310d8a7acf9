namespace NetWebSockets.Sessions;

/// <summary>How one speaks to a proxy.</summary>
internal enum ProxyScheme
{
    /// <summary>There is none: straight to the server.</summary>
    Direct = 0,

    /// <summary>HTTP CONNECT.</summary>
    Http,

    /// <summary>HTTP CONNECT over TLS.</summary>
    Https,

    /// <summary>SOCKS 4, which is given addresses: the session looks the host up.</summary>
    Socks4,

    /// <summary>SOCKS 4A, which is given names. Chromium has no such kind.</summary>
    Socks4a,

    /// <summary>SOCKS 5 (RFC 1928), which is given names.</summary>
    Socks5,
}
