using System.Globalization;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>One Set-Cookie header, read by RFC 6265bis, section 5.6. Whether it may be stored is another question.</summary>
internal sealed record SetCookieLine
{
    /// <summary>The most bytes of name and value together.</summary>
    public const int MaxNameAndValue = 4096;

    /// <summary>The most bytes of an attribute's value; a longer one is passed over.</summary>
    public const int MaxAttributeValue = 1024;

    /// <summary>The longest that a cookie lives.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(400);

    /// <summary>Its name; may be empty.</summary>
    public required string Name { get; init; }

    /// <summary>Its value.</summary>
    public required string Value { get; init; }

    /// <summary>The value of Domain as it came; null or empty for a cookie of the host alone.</summary>
    public string? Domain { get; init; }

    /// <summary>The value of Path as it came; null when there was none.</summary>
    public string? Path { get; init; }

    /// <summary>Whether it has Secure.</summary>
    public bool Secure { get; init; }

    /// <summary>Whether it has HttpOnly.</summary>
    public bool HttpOnly { get; init; }

    /// <summary>Its SameSite; what is none of the known values is unspecified.</summary>
    public CookieSameSite SameSite { get; init; }

    /// <summary>When it ends; null when it ends with the session.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Reads a header.</summary>
    /// <param name="text">Its value; the handshake reads bytes as Latin-1.</param>
    /// <param name="now">The time.</param>
    /// <param name="line">What it says.</param>
    /// <returns>Null when it was understood; otherwise why not, without the cookie's value.</returns>
    public static string? Parse(string text, DateTimeOffset now, out SetCookieLine? line)
    {
        line = null;
        if (HasControls(text))
            return "it has control characters";
        if (!TryDecode(ref text))
            return "it is not UTF-8";

        ReadOnlySpan<char> rest = text;
        ReadOnlySpan<char> pair = Next(ref rest, ';');
        int equals = pair.IndexOf('=');
        string name = equals < 0 ? string.Empty : Trim(pair[..equals]).ToString();
        string value = Trim(pair[(equals + 1)..]).ToString();
        if (CheckNameAndValue(name, value) is { } problem)
            return problem;

        var attributes = new Attributes();
        while (!rest.IsEmpty)
            attributes.Add(Next(ref rest, ';'), now);
        line = new SetCookieLine
        {
            Name = name,
            Value = value,
            Domain = attributes.Domain,
            Path = attributes.Path,
            Secure = attributes.Secure,
            HttpOnly = attributes.HttpOnly,
            SameSite = attributes.SameSite,
            Expires = Limit(attributes.EndsByMaxAge ?? attributes.Expires, now),
        };
        return null;
    }

    /// <summary>Checks what every cookie's name and value must keep to.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>Null when all is well; otherwise what is wrong, without the value.</returns>
    public static string? CheckNameAndValue(string name, string value)
    {
        if (name.Length == 0 && value.Length == 0)
            return "it has neither name nor value";
        // It would be sent as if it had one.
        if (name.Length == 0 && value.Contains('=', StringComparison.Ordinal))
            return "it has no name, and its value contains '='";
        return Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value) > MaxNameAndValue
            ? string.Create(CultureInfo.InvariantCulture, $"its name and value are longer than {MaxNameAndValue} bytes")
            : null;
    }

    /// <summary>Whether a text has characters that no part of a cookie may have: all controls but the tab.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it has.</returns>
    public static bool HasControls(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c is (< ' ' and not '\t') or '\u007F')
                return true;
        }

        return false;
    }

    /// <summary>Cuts an end to what cookies may have.</summary>
    /// <param name="expires">The end; null for the session's.</param>
    /// <param name="now">The time.</param>
    /// <returns>The end.</returns>
    public static DateTimeOffset? Limit(DateTimeOffset? expires, DateTimeOffset now)
    {
        DateTimeOffset latest = now + MaxLifetime;
        return expires > latest ? latest : expires;
    }

    private static bool TryDecode(ref string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u007F'))
            return true;
        try
        {
            // What is beyond Latin-1 was decoded already.
            if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF'))
                text = StrictUtf8.GetString(Encoding.Latin1.GetBytes(text));
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => text.Trim(" \t");

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest, char separator)
    {
        int end = rest.IndexOf(separator);
        ReadOnlySpan<char> part = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return part;
    }

    private struct Attributes
    {
        public string? Domain;
        public string? Path;
        public bool Secure;
        public bool HttpOnly;
        public CookieSameSite SameSite;
        public DateTimeOffset? EndsByMaxAge;
        public DateTimeOffset? Expires;

        public void Add(ReadOnlySpan<char> attribute, DateTimeOffset now)
        {
            int equals = attribute.IndexOf('=');
            ReadOnlySpan<char> name = Trim(equals < 0 ? attribute : attribute[..equals]);
            ReadOnlySpan<char> value = equals < 0 ? [] : Trim(attribute[(equals + 1)..]);
            if (Encoding.UTF8.GetByteCount(value) > MaxAttributeValue)
                return;
            if (name.Equals("domain", StringComparison.OrdinalIgnoreCase))
                Domain = value.ToString();
            else if (name.Equals("path", StringComparison.OrdinalIgnoreCase))
                Path = value.ToString();
            else if (name.Equals("secure", StringComparison.OrdinalIgnoreCase))
                Secure = true;
            else if (name.Equals("httponly", StringComparison.OrdinalIgnoreCase))
                HttpOnly = true;
            else if (name.Equals("samesite", StringComparison.OrdinalIgnoreCase))
                SameSite = ToSameSite(value);
            else if (name.Equals("expires", StringComparison.OrdinalIgnoreCase))
                Expires = CookieDate.TryParse(value, out DateTimeOffset date) ? date : Expires;
            else if (name.Equals("max-age", StringComparison.OrdinalIgnoreCase))
                EndsByMaxAge = ToEnd(value, now) ?? EndsByMaxAge;
        }

        private static CookieSameSite ToSameSite(ReadOnlySpan<char> value)
        {
            if (value.Equals("none", StringComparison.OrdinalIgnoreCase))
                return CookieSameSite.None;
            if (value.Equals("lax", StringComparison.OrdinalIgnoreCase))
                return CookieSameSite.Lax;
            return value.Equals("strict", StringComparison.OrdinalIgnoreCase) ? CookieSameSite.Strict : CookieSameSite.Unspecified;
        }

        // RFC 6265bis, section 5.6.2. Null when it is to be passed over.
        private static DateTimeOffset? ToEnd(ReadOnlySpan<char> value, DateTimeOffset now)
        {
            bool isNegative = value.StartsWith("-");
            ReadOnlySpan<char> digits = isNegative ? value[1..] : value;
            if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
                return null;
            if (isNegative || !digits.ContainsAnyExcept('0'))
                return DateTimeOffset.MinValue;
            return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < (long)MaxLifetime.TotalSeconds
                ? now.AddSeconds(seconds)
                : now + MaxLifetime;
        }
    }
}
