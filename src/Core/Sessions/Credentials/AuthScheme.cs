namespace NetWebSockets.Sessions;

/// <summary>The kinds of HTTP authentication there are here, the weakest first: Chromium's order.</summary>
internal enum AuthScheme
{
    /// <summary>RFC 7617.</summary>
    Basic,

    /// <summary>RFC 7616.</summary>
    Digest,

    /// <summary>Microsoft's NTLM over HTTP; it authenticates a connection, and the platform computes it.</summary>
    Ntlm,

    /// <summary>RFC 4559: Kerberos, or what the platform negotiates; it authenticates a connection, and the platform computes it.</summary>
    Negotiate,
}

/// <summary>The names of the schemes.</summary>
internal static class AuthSchemes
{
    /// <summary>Reads a name.</summary>
    /// <param name="name">The name in a challenge, in any case.</param>
    /// <returns>The scheme, or null when it is not supported.</returns>
    public static AuthScheme? Parse(string name) => name.ToUpperInvariant() switch
    {
        "BASIC" => AuthScheme.Basic,
        "DIGEST" => AuthScheme.Digest,
        "NTLM" => AuthScheme.Ntlm,
        "NEGOTIATE" => AuthScheme.Negotiate,
        _ => null,
    };

    /// <summary>The name as challenges and <see cref="System.Net.ICredentials"/> have it.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <returns>The name.</returns>
    public static string Name(this AuthScheme scheme) => scheme switch
    {
        AuthScheme.Basic => "Basic",
        AuthScheme.Digest => "Digest",
        AuthScheme.Ntlm => "NTLM",
        _ => "Negotiate",
    };

    /// <summary>Whether the scheme authenticates a connection and not a request.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsOfConnection(this AuthScheme scheme) => scheme is AuthScheme.Ntlm or AuthScheme.Negotiate;
}
