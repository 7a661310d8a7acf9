namespace NetWebSockets;

/// <summary>A cookie to be set by <see cref="CookieStore.Set(CookieDetails)"/>.</summary>
public sealed class CookieDetails
{
    /// <summary>The ws, wss, http or https address that the cookie is for: gives the domain and path that are left out, and says whether it may be Secure.</summary>
    public required Uri Url { get; init; }

    /// <summary>Its name; may be empty when there is a value.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Its value; may be empty when there is a name. Name and value have at most 4096 bytes of UTF-8 together.</summary>
    public string Value { get; init; } = string.Empty;

    /// <summary>The domain that it is for, with the hosts below; a leading dot says nothing. By default it is for the host of <see cref="Url"/> alone.</summary>
    public string? Domain { get; init; }

    /// <summary>The path that it is for; by default the folder of <see cref="Url"/>'s path (RFC 6265bis, section 5.1.4).</summary>
    public string? Path { get; init; }

    /// <summary>Whether it goes over wss and https only.</summary>
    public bool Secure { get; init; }

    /// <summary>Whether it is kept from scripts of a page.</summary>
    public bool HttpOnly { get; init; }

    /// <summary>Which requests it goes with; <see cref="CookieSameSite.None"/> needs <see cref="Secure"/>.</summary>
    public CookieSameSite SameSite { get; init; }

    /// <summary>When it ends, cut to 400 days from now. By default it ends with the session, and is not kept on disk.</summary>
    public DateTimeOffset? Expires { get; init; }
}
