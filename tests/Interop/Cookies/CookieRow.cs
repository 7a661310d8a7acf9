namespace NetWebSockets.InteropTests.Cookies;

/// <summary>Set-Cookie headers that a server answers with, and what is asked of a browser then.</summary>
/// <param name="Lines">The headers' values, a line each, one header after the other.</param>
/// <param name="From">The address that they come from; the port is the server's.</param>
/// <param name="SentTo">The address whose Cookie header is looked at; null for the same.</param>
public sealed record CookieRow(string Lines, string From = CookieRow.Encrypted, string? SentTo = null)
{
    /// <summary>An https address of two labels above a suffix, and of two folders.</summary>
    public const string Encrypted = "https://www.shop.com/a/b";

    /// <summary>The same in the clear.</summary>
    public const string Plain = "http://www.shop.com/a/b";

    /// <summary>What it is recorded under.</summary>
    public string Name => $"{From} {(Lines.Length > 200 ? $"{Lines[..40]}… of {Lines.Length}, ends {Lines[^20..]}" : Lines).Replace("\n", " | ", StringComparison.Ordinal)}{(SentTo is null ? "" : " > " + SentTo)}";
}
