namespace NetWebSockets;

/// <summary>Which requests a cookie goes with (RFC 6265bis, section 5.6.7). The site that a socket belongs to is that of its Origin.</summary>
public enum CookieSameSite
{
    /// <summary>The cookie says nothing: treated as <see cref="Lax"/>, as in Chromium.</summary>
    Unspecified = 0,

    /// <summary>With every request. Such a cookie must be Secure.</summary>
    None,

    /// <summary>With requests of the same site. A browser sends it with navigations from elsewhere too; a WebSocket is never one.</summary>
    Lax,

    /// <summary>With requests of the same site only.</summary>
    Strict,
}
