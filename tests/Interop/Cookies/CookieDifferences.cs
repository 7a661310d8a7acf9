namespace NetWebSockets.InteropTests.Cookies;

/// <summary>Where the store is meant to do something else than Chromium, and why.</summary>
public static class CookieDifferences
{
    private static readonly Dictionary<string, CookieObservation> All = new(StringComparer.Ordinal);

    /// <summary>The rows that differ.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>What the store does, where it is meant to differ.</summary>
    /// <param name="name">The row.</param>
    /// <returns>It, or null.</returns>
    public static CookieObservation? Find(string name) => All.GetValueOrDefault(name);
}
