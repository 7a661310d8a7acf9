using NetWebSockets.Handshake;
using Xunit;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>What is compared with Chromium, and that every difference is one.</summary>
public sealed class ProxyDifferencesTests
{
    [Fact]
    public void At_least_sixty_addresses_by_twenty_configurations_are_compared()
    {
        Assert.True(ProxyAddresses.All.Count >= 60, $"There are only {ProxyAddresses.All.Count} addresses.");
        int whole = ProxyConfigurations.All.Count(c => c.Addresses.Count >= 60);
        Assert.True(whole >= 20, $"There are only {whole} configurations with all addresses.");
        Assert.Equal(ProxyConfigurations.All.Count, ProxyConfigurations.All.Select(c => c.Name).Distinct().Count());
    }

    [Fact]
    public void No_two_addresses_have_the_same_host_and_port()
    {
        string[] keys = [.. ProxyAddresses.All.Select(a => ProxyAddresses.KeyOf(AddressText.Canonicalize(new Uri(a), new Uri(a).Scheme).OriginalString))];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Everything_that_is_asked_was_recorded_and_nothing_else()
    {
        Assert.Equal(ProxyConfigurations.All.Select(c => c.Name).Order(StringComparer.Ordinal), ProxyRecording.Names.Order(StringComparer.Ordinal));
        Assert.Matches(@"^\d+(\.\d+){3}$", ProxyRecording.Version);
        foreach (ProxyConfiguration configuration in ProxyConfigurations.All)
            Assert.Equal(configuration.Addresses.Order(StringComparer.Ordinal), ProxyRecording.Get(configuration.Name)!.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_recording_holds_every_way_there_is()
    {
        HashSet<string> asked = [.. ProxyRecording.Names.SelectMany(name => ProxyRecording.Get(name)!.Values).SelectMany(seen => seen.Asked).Select(a => a.Split(' ')[0])];
        Assert.Equal(["DIRECT", "HTTPS", "PROXY", "SOCKS4", "SOCKS5", "fails"], asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_difference_is_one_and_has_a_reason()
    {
        foreach (ProxyDifference difference in ProxyDifferences.All)
        {
            ProxyObservation chromium = ProxyRecording.Get(difference.Configuration)![difference.Address];
            Assert.NotEqual(chromium.ToString(), difference.Ours.ToString());
            Assert.NotEmpty(difference.Why);
        }

        Assert.Equal(ProxyDifferences.All.Count, ProxyDifferences.All.Select(d => (d.Configuration, d.Address)).Distinct().Count());
    }
}
