namespace NetWebSockets.Sessions;

/// <summary>Judges whether a handshake belongs to the site that asks for it: SameSite with the Origin as initiator (RFC 6265bis, section 5.2).</summary>
internal static class CookieSite
{
    /// <summary>Whether a request is of the same site as its origin. The scheme counts; ws is as http, wss as https.</summary>
    /// <param name="uri">The address that is asked.</param>
    /// <param name="origin">The Origin header; null or empty when there is none, which is a program without a page and at home everywhere.</param>
    /// <param name="domains">Which hosts belong together.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsSame(Uri uri, string? origin, CookieDomains domains)
    {
        if (string.IsNullOrEmpty(origin))
            return true;
        // What is no origin of the web ("null", a file, an extension) is at home nowhere.
        if (!Uri.TryCreate(origin, UriKind.Absolute, out Uri? initiator) || initiator.Scheme is not ("http" or "https" or "ws" or "wss"))
            return false;
        return IsEncrypted(initiator) == IsEncrypted(uri) && domains.IsSameSite(CookieAddress.HostOf(initiator), CookieAddress.HostOf(uri));
    }

    private static bool IsEncrypted(Uri uri) => uri.Scheme is "https" or "wss";
}
