using System.Buffers;

namespace NetWebSockets.Handshake;

/// <summary>What a header of the opening handshake may be: the one place that decides, before anything is sent.</summary>
internal static class HeaderRules
{
    // RFC 9110, section 5.6.2: token.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // The Fetch standard (section 2.2.2) forbids these three in a value; they could end the header, and start another.
    private static readonly SearchValues<char> ForbiddenInValues = SearchValues.Create("\r\n\0");

    private static readonly HashSet<string> OfTheHandshake = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Upgrade", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Expect", "HTTP2-Settings",
        // These describe a body, and a handshake has none.
        "Allow", "Expires", "Last-Modified",
    };

    /// <summary>Whether the text is a token: the shape of header names and of subprotocols.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it is one.</returns>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether the header is the handshake's own, so that nobody else may set it. Origin is set by its option.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsForbidden(string name) =>
        OfTheHandshake.Contains(name)
        || name.Equals("Origin", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks the name of a header that a user sets.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <exception cref="ArgumentException">It is no token, or a header that the handshake sets itself.</exception>
    public static void ValidateName(string name, string? parameterName = null)
    {
        if (!IsToken(name))
            throw new ArgumentException($"'{Printable(name)}' is not a header name: use letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, section 5.6.2).", parameterName);
        if (name.Equals("Origin", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException("The header 'Origin' is set by the Origin option, not among the headers.", parameterName);
        if (IsForbidden(name))
            throw new ArgumentException($"The header '{name}' is set by the opening handshake itself, or belongs to none; leave it out.", parameterName);
    }

    /// <summary>Checks the value of a header. The value is never shown: it may be a secret.</summary>
    /// <param name="name">The header's name, to tell which one is wrong.</param>
    /// <param name="value">The value.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <exception cref="ArgumentException">It contains CR, LF or NUL.</exception>
    public static void ValidateValue(string name, string value, string? parameterName = null)
    {
        ArgumentNullException.ThrowIfNull(value, parameterName);
        int at = value.AsSpan().IndexOfAny(ForbiddenInValues);
        if (at >= 0)
            throw new ArgumentException($"The value of the header '{Printable(name)}' contains CR, LF or NUL at position {at}; a header value is one line.", parameterName);
    }

    private static string Printable(string name) =>
        string.Concat((name.Length > 64 ? string.Concat(name.AsSpan(0, 64), "…") : name).Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
