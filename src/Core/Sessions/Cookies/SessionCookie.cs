using System.Globalization;
using System.Text;

namespace NetWebSockets;

/// <summary>A cookie as a session keeps it (RFC 6265bis, section 5.7). It is a copy that never changes.</summary>
public sealed record SessionCookie
{
    /// <summary>Its name; case matters. May be empty.</summary>
    public required string Name { get; init; }

    /// <summary>Its value. Often a secret: <see cref="ToString"/> leaves it out.</summary>
    public required string Value { get; init; }

    /// <summary>The host that it is for, in lower case, IDNs in Punycode; without a leading dot.</summary>
    public required string Domain { get; init; }

    /// <summary>Whether it is for <see cref="Domain"/> alone, and not for the hosts below it.</summary>
    public bool HostOnly { get; init; }

    /// <summary>The path that it is for, with those below.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Whether it goes over wss and https only (and to this machine).</summary>
    public bool Secure { get; init; }

    /// <summary>Whether it is kept from scripts of a page. Plays no part for sockets.</summary>
    public bool HttpOnly { get; init; }

    /// <summary>Which requests it goes with.</summary>
    public CookieSameSite SameSite { get; init; }

    /// <summary>When it ends; null when it ends with the session, in memory only. At most 400 days from when it was set.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whether it ends with the session.</summary>
    public bool IsSession => Expires is null;

    /// <summary>When it was set first. Cookies with equally long paths are sent in this order.</summary>
    public DateTimeOffset CreationTime { get; init; }

    /// <summary>When it was set or sent last, to the minute.</summary>
    public DateTimeOffset LastAccessTime { get; init; }

    /// <summary>The cookie without its value.</summary>
    /// <returns>Name and attributes.</returns>
    public override string ToString()
    {
        var text = new StringBuilder(Name).Append("=…; ").Append(HostOnly ? "Host=" : "Domain=").Append(Domain).Append("; Path=").Append(Path);
        if (Expires is { } expires)
            text.Append("; Expires=").Append(expires.ToString("R", CultureInfo.InvariantCulture));
        if (Secure)
            text.Append("; Secure");
        if (HttpOnly)
            text.Append("; HttpOnly");
        if (SameSite != CookieSameSite.Unspecified)
            text.Append("; SameSite=").Append(SameSite);
        return text.ToString();
    }
}
