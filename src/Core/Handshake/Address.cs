namespace NetWebSockets.Handshake;

/// <summary>Addresses for messages and logs.</summary>
internal static class Address
{
    /// <summary>Scheme, host, port and path. User info and query are left out: they may be secrets.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The text.</returns>
    public static string Display(Uri uri) =>
        uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Whether the connection is encrypted: wss (or https).</summary>
    /// <param name="uri">The address.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsSecure(Uri uri) => uri.Scheme == Uri.UriSchemeWss || uri.Scheme == Uri.UriSchemeHttps;
}
