using System.Globalization;

namespace NetWebSockets.InteropTests.Cookies;

/// <summary>How a cookie is written down.</summary>
internal static class CookieText
{
    /// <summary>Writes a cookie down.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="domain">Its domain, with a leading dot when it is for hosts below.</param>
    /// <param name="path">Its path.</param>
    /// <param name="secure">Whether it is Secure.</param>
    /// <param name="httpOnly">Whether it is HttpOnly.</param>
    /// <param name="sameSite">Its SameSite, when it has one.</param>
    /// <param name="seconds">In how many seconds it ends; null when it ends with the session.</param>
    /// <returns>A line.</returns>
    public static string Describe(string name, string value, string domain, string path, bool secure, bool httpOnly, string? sameSite, double? seconds)
    {
        // To ten seconds: the two clocks are read at different moments. What lives for more than 300 days is told by its day.
        string end = seconds switch
        {
            null => "session",
            > 300 * 86400 => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(seconds.Value / 86400)} days"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(seconds.Value / 10) * 10} s"),
        };
        return $"{Short(name)}={Short(value)}; {domain}{Short(path)}; {end}{(secure ? "; Secure" : "")}{(httpOnly ? "; HttpOnly" : "")}{(sameSite is null ? "" : "; " + sameSite)}";
    }

    private static string Short(string text) => text.Length <= 100 ? text : $"{text[..2]}… of {text.Length}";
}
