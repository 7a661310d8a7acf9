namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>Where we are meant to choose otherwise than Chromium.</summary>
/// <param name="Configuration">In which configuration.</param>
/// <param name="Address">For which address.</param>
/// <param name="Ours">What we do.</param>
/// <param name="Why">Why.</param>
public sealed record ProxyDifference(string Configuration, string Address, ProxyObservation Ours, string Why);

/// <summary>All of them, each with its reason.</summary>
public static class ProxyDifferences
{
    /// <summary>The differences.</summary>
    public static IReadOnlyList<ProxyDifference> All { get; } = [];

    /// <summary>What we are expected to do for an address.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="address">The address.</param>
    /// <param name="chromium">What Chromium does.</param>
    /// <returns>The same, or the difference.</returns>
    public static ProxyObservation Expect(string configuration, string address, ProxyObservation chromium) =>
        All.SingleOrDefault(d => d.Configuration == configuration && d.Address == address)?.Ours ?? chromium;
}
