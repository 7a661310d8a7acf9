namespace NetWebSockets.Sessions;

/// <summary>What tells cookies apart: two with the same key are one cookie (RFC 6265bis, section 5.7).</summary>
/// <param name="Name">The name.</param>
/// <param name="Domain">The domain.</param>
/// <param name="HostOnly">Whether it is for the host alone.</param>
/// <param name="Path">The path.</param>
internal readonly record struct CookieKey(string Name, string Domain, bool HostOnly, string Path)
{
    /// <summary>The key of a cookie.</summary>
    /// <param name="cookie">The cookie.</param>
    /// <returns>The key.</returns>
    public static CookieKey Of(SessionCookie cookie) => new(cookie.Name, cookie.Domain, cookie.HostOnly, cookie.Path);
}
