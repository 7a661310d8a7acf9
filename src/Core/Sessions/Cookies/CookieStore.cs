using System.Net;

namespace NetWebSockets;

/// <summary>
/// The cookies of a <see cref="NetSession"/>, in memory. Safe from many threads. They are sent and stored by sockets that ask for it
/// (<c>UseSessionCookies</c>). Addresses may have the scheme ws, wss, http or https; wss and https see the same
/// cookies, as ws and http do.
/// </summary>
public sealed class CookieStore
{
    // RFC 6265, section 6.1, asks for at least 50 and 3000; these are Chromium's limits.
    private const int MaxCookiesPerDomain = 180;
    private const int MaxCookies = 3300;

    private readonly Lock _lock = new();
    private CookieContainer _container = NewContainer();

    internal CookieStore()
    {
    }

    /// <summary>How many cookies there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return All().Count();
        }
    }

    /// <summary>The cookies that would be sent to an address.</summary>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    /// <returns>Copies; changing them changes nothing in the store.</returns>
    /// <exception cref="ArgumentException">The address is not absolute or has another scheme.</exception>
    public IReadOnlyList<Cookie> Get(Uri uri)
    {
        Uri address = Validate(uri);
        lock (_lock)
            return [.. _container.GetCookies(address).Select(Copy)];
    }

    /// <summary>All cookies.</summary>
    /// <returns>Copies; changing them changes nothing in the store.</returns>
    public IReadOnlyList<Cookie> GetAll()
    {
        lock (_lock)
            return [.. All().Select(Copy)];
    }

    /// <summary>Adds a cookie, or replaces the one of the same name, domain and path. One that has expired removes it.</summary>
    /// <param name="uri">The address that the cookie is for: gives the domain and path that the cookie leaves out.</param>
    /// <param name="cookie">The cookie; copied.</param>
    /// <exception cref="ArgumentException">
    /// The address is not absolute or has another scheme; or the cookie is not valid for it: a wrong name, a domain that is not the
    /// address's, or Secure for an address that is not.
    /// </exception>
    public void Set(Uri uri, Cookie cookie)
    {
        Uri address = Validate(uri);
        ArgumentNullException.ThrowIfNull(cookie);
        if (cookie.Secure && address.Scheme != Uri.UriSchemeHttps)
            throw new ArgumentException($"The cookie '{cookie.Name}' is Secure, and '{uri.Scheme}' is not a secure scheme; set it for the wss or https address.", nameof(cookie));
        try
        {
            lock (_lock)
                _container.Add(address, Copy(cookie));
        }
        catch (CookieException failure)
        {
            throw new ArgumentException($"The cookie '{cookie.Name}' is not valid for {address.Host}: {failure.Message}", nameof(cookie), failure);
        }
    }

    /// <summary>Removes a cookie.</summary>
    /// <param name="uri">An address that it would be sent to.</param>
    /// <param name="name">Its name; case matters.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentException">The address is not absolute or has another scheme.</exception>
    public bool Remove(Uri uri, string name)
    {
        Uri address = Validate(uri);
        ArgumentNullException.ThrowIfNull(name);
        bool found = false;
        lock (_lock)
        {
            foreach (Cookie cookie in _container.GetCookies(address))
            {
                if (cookie.Name != name)
                    continue;
                cookie.Expired = true;
                found = true;
            }

            // The container drops expired cookies when it next looks at them.
            if (found)
                _ = _container.GetCookies(address);
        }

        return found;
    }

    /// <summary>Removes all cookies.</summary>
    public void Clear()
    {
        lock (_lock)
            _container = NewContainer();
    }

    /// <summary>The value of the Cookie header for an address; empty when there are no cookies for it.</summary>
    internal string HeaderFor(Uri uri)
    {
        Uri address = ToHttp(uri);
        lock (_lock)
            return _container.GetCookieHeader(address);
    }

    /// <summary>Stores one Set-Cookie header of a response.</summary>
    /// <param name="uri">The address that sent it.</param>
    /// <param name="header">The header's value.</param>
    /// <returns>Null when it was stored; otherwise why it was not, without the cookie's value.</returns>
    internal string? Store(Uri uri, string header)
    {
        Uri address = ToHttp(uri);
        // RFC 6265bis, section 5.7: what came in the clear cannot set what is kept for encrypted connections.
        if (address.Scheme != Uri.UriSchemeHttps && HasSecureAttribute(header))
            return "it is Secure, and came over an unencrypted connection";
        try
        {
            lock (_lock)
                _container.SetCookies(address, header);
            return null;
        }
        catch (CookieException)
        {
            return "it is malformed, or for a domain that is not the sender's";
        }
    }

    private static CookieContainer NewContainer() => new() { PerDomainCapacity = MaxCookiesPerDomain, Capacity = MaxCookies };

    private static bool HasSecureAttribute(string header)
    {
        ReadOnlySpan<char> text = header;
        foreach (Range range in text.SplitAny(";,"))
        {
            if (text[range].Trim().Equals("secure", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private IEnumerable<Cookie> All() => _container.GetAllCookies().Where(static cookie => !cookie.Expired);

    private static Uri Validate(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("ws" or "wss" or "http" or "https"))
            throw new ArgumentException("Cookies belong to absolute ws, wss, http or https addresses.", nameof(uri));
        return ToHttp(uri);
    }

    // One form, so that a cookie is the same whichever of the two schemes set it. User info plays no part.
    private static Uri ToHttp(Uri uri) => new UriBuilder(uri)
    {
        Scheme = uri.Scheme is "wss" or "https" ? Uri.UriSchemeHttps : Uri.UriSchemeHttp,
        Port = uri.Port,
        UserName = string.Empty,
        Password = string.Empty,
    }.Uri;

    private static Cookie Copy(Cookie cookie)
    {
        var copy = new Cookie(cookie.Name, cookie.Value, cookie.Path)
        {
            Comment = cookie.Comment,
            CommentUri = cookie.CommentUri,
            Discard = cookie.Discard,
            Expires = cookie.Expires,
            HttpOnly = cookie.HttpOnly,
            Secure = cookie.Secure,
            Version = cookie.Version,
        };
        // Setting the domain makes a cookie one for all hosts below it, even when it is set to nothing.
        if (cookie.Domain.Length > 0)
            copy.Domain = cookie.Domain;
        if (cookie.Port.Length > 0)
            copy.Port = cookie.Port;
        return copy;
    }
}
