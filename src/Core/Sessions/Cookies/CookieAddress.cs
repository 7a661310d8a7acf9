using System.Diagnostics.CodeAnalysis;
using System.Net;
using NetWebSockets.Handshake;

namespace NetWebSockets.Sessions;

/// <summary>What cookies need to know of an address. ws is as http, and wss as https.</summary>
/// <param name="Host">The host as cookies are compared by: lower case, Punycode, no brackets.</param>
/// <param name="Path">The path, as it is sent.</param>
/// <param name="IsEncrypted">Whether the scheme is wss or https.</param>
/// <param name="IsAddress">Whether the host is an IP address.</param>
internal readonly record struct CookieAddress(string Host, string Path, bool IsEncrypted, bool IsAddress)
{
    /// <summary>Whether Secure cookies may come from there and go there: over TLS, or within the machine (as Chromium since 89).</summary>
    public bool IsTrustworthy => IsEncrypted || IsLoopback(Host);

    /// <summary>The path that a cookie gets when it names none (RFC 6265bis, section 5.1.4).</summary>
    public string DefaultPath
    {
        get
        {
            int slash = Path.LastIndexOf('/');
            return slash <= 0 ? "/" : Path[..slash];
        }
    }

    /// <summary>Reads an address that a user gave.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>It.</returns>
    /// <exception cref="ArgumentException">It is not absolute or has another scheme.</exception>
    public static CookieAddress Parse([NotNull] Uri? uri, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(uri, parameterName);
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("ws" or "wss" or "http" or "https"))
            throw new ArgumentException("Cookies belong to absolute ws, wss, http or https addresses.", parameterName);
        return Of(uri);
    }

    /// <summary>Reads an absolute ws, wss, http or https address.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>It.</returns>
    public static CookieAddress Of(Uri uri)
    {
        string path = AddressText.Canonicalize(uri, uri.Scheme).AbsolutePath;
        bool isAddress = uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6;
        return new(HostOf(uri), path.Length == 0 ? "/" : path, uri.Scheme is "wss" or "https", isAddress);
    }

    /// <summary>The host of an absolute address, as cookies are compared by.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The host.</returns>
    public static string HostOf(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? uri.Host.Trim('[', ']') : uri.IdnHost.ToLowerInvariant();

    /// <summary>Whether a host is a domain or stands below it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="domain">The domain.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsAtOrBelow(ReadOnlySpan<char> host, ReadOnlySpan<char> domain) =>
        host.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
        && (host.Length == domain.Length || (domain.Length > 0 && host[^(domain.Length + 1)] == '.'));

    /// <summary>Whether a cookie's path is that of a request or one above it (RFC 6265bis, section 5.1.4).</summary>
    /// <param name="path">The request's path.</param>
    /// <param name="cookiePath">The cookie's path.</param>
    /// <returns>Whether they match.</returns>
    public static bool IsPathMatch(string path, string cookiePath) =>
        path.StartsWith(cookiePath, StringComparison.Ordinal)
        && (path.Length == cookiePath.Length || cookiePath[^1] == '/' || path[cookiePath.Length] == '/');

    /// <summary>Whether a cookie goes to this host.</summary>
    /// <param name="cookie">The cookie.</param>
    /// <returns>Whether it does.</returns>
    public bool IsDomainMatch(SessionCookie cookie) =>
        cookie.HostOnly || IsAddress ? Host.Equals(cookie.Domain, StringComparison.Ordinal) : IsAtOrBelow(Host, cookie.Domain);

    private static bool IsLoopback(string host)
    {
        ReadOnlySpan<char> name = host.AsSpan().TrimEnd('.');
        return IsAtOrBelow(name, "localhost") || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));
    }
}
