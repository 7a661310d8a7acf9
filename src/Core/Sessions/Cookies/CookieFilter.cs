namespace NetWebSockets;

/// <summary>Which cookies to get: those that match all that is set.</summary>
public sealed record CookieFilter
{
    /// <summary>Those that would be sent to this ws, wss, http or https address.</summary>
    public Uri? Url { get; init; }

    /// <summary>Those of this name; case matters.</summary>
    public string? Name { get; init; }

    /// <summary>Those for this domain or a host below it; a leading dot says nothing.</summary>
    public string? Domain { get; init; }

    /// <summary>Those for exactly this path.</summary>
    public string? Path { get; init; }

    /// <summary>Those that are Secure, or those that are not.</summary>
    public bool? Secure { get; init; }

    /// <summary>Those that end with the session, or those that do not.</summary>
    public bool? Session { get; init; }

    /// <summary>Those that are HttpOnly, or those that are not.</summary>
    public bool? HttpOnly { get; init; }

    /// <summary>Whether a cookie matches everything but <see cref="Url"/>.</summary>
    internal bool Matches(SessionCookie cookie) =>
        (Name is null || cookie.Name.Equals(Name, StringComparison.Ordinal))
        && (Path is null || cookie.Path.Equals(Path, StringComparison.Ordinal))
        && (Domain is null || Sessions.CookieAddress.IsAtOrBelow(cookie.Domain, Domain.AsSpan().TrimStart('.')))
        && (Secure is null || cookie.Secure == Secure)
        && (Session is null || cookie.IsSession == Session)
        && (HttpOnly is null || cookie.HttpOnly == HttpOnly);
}
