namespace NetWebSockets.Sessions;

/// <summary>What the beginning of a cookie's name promises (RFC 6265bis, section 4.1.3). Case plays no part, as servers may not look at it.</summary>
internal static class CookiePrefix
{
    private const string SecurePrefix = "__Secure-";
    private const string HostPrefix = "__Host-";
    private const string HttpPrefix = "__Http-";
    private const string HostHttpPrefix = "__Host-Http-";

    /// <summary>Checks that a cookie keeps what its name promises.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value; without a name it must not look like one.</param>
    /// <param name="isSecure">Whether it has Secure.</param>
    /// <param name="isHttpOnly">Whether it has HttpOnly.</param>
    /// <param name="hasDomain">Whether it names a domain.</param>
    /// <param name="path">The path that it names; null when it names none.</param>
    /// <returns>Null when it does; otherwise what is broken.</returns>
    public static string? Check(string name, string value, bool isSecure, bool isHttpOnly, bool hasDomain, string? path)
    {
        if (name.Length == 0)
            return Has(value, SecurePrefix) || Has(value, HostPrefix) || Has(value, HttpPrefix) ? "it has no name, and its value begins as the name of a protected cookie" : null;
        if (Has(name, SecurePrefix))
            return isSecure ? null : $"'{SecurePrefix}' in its name asks for Secure";
        if (Has(name, HttpPrefix))
            return isSecure && isHttpOnly ? null : $"'{HttpPrefix}' in its name asks for Secure and HttpOnly";
        if (!Has(name, HostPrefix))
            return null;
        if (!isSecure || hasDomain || path != "/")
            return $"'{HostPrefix}' in its name asks for Secure, Path=/ and no Domain";
        return isHttpOnly || !Has(name, HostHttpPrefix) ? null : $"'{HostHttpPrefix}' in its name asks for HttpOnly";
    }

    private static bool Has(string text, string prefix) => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
