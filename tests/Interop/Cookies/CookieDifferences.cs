namespace NetWebSockets.InteropTests.Cookies;

/// <summary>Where the store is meant to do something else than Chromium, and why.</summary>
public static class CookieDifferences
{
    private const string From = CookieRow.Encrypted + " ";
    private const string Session = "a=b; www.shop.com/a; session";

    private static readonly Dictionary<string, CookieObservation> All = new(StringComparer.Ordinal)
    {
        // RFC 6265bis, section 5.6: of the controls, the tab is allowed within a value.
        [From + "a=b\tc"] = new(["a=b\tc; www.shop.com/a; session"], "a=b\tc"),
        // Section 5.1.1: a year has two to four digits and is none before 1601; a day, a year and a time may have something behind their digits.
        [From + "a=b; Expires=1 jan 1600 0:0:0"] = new([Session], "a=b"),
        [From + "a=b; Expires=1 jan 20999 0:0:0"] = new([Session], "a=b"),
        [From + "a=b; Expires=1th january 2099x 0:0:0z"] = new(["a=b; www.shop.com/a; 400 days"], "a=b"),
        // Sections 5.6.1 and 5.6.2: what cannot be understood is passed over, and what stood before it counts.
        [From + "a=b; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Expires=x"] = new(["a=b; www.shop.com/a; 400 days"], "a=b"),
        [From + "a=b; Max-Age=60; Max-Age=x"] = new(["a=b; www.shop.com/a; 60 s"], "a=b"),
        [From + "a=b; Max-Age=+60"] = new([Session], "a=b"),
        // Section 5.7: a cookie that is set anew keeps its creation time, and with it its place.
        [From + "a=1 | b=2 | a=3"] = new(["a=3; www.shop.com/a; session", "b=2; www.shop.com/a; session"], "a=3; b=2"),
    };

    /// <summary>The rows that differ.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>What the store does, where it is meant to differ.</summary>
    /// <param name="name">The row.</param>
    /// <returns>It, or null.</returns>
    public static CookieObservation? Find(string name) => All.GetValueOrDefault(name);
}
