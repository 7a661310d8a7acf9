using Xunit;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>We choose the proxy that Chromium chooses, for each address in each configuration: compared with the recording, so that no browser is needed.</summary>
public sealed class NetWebSocketProxyTests
{
    private const int AtOnce = 8;

    [Theory]
    [MemberData(nameof(ProxyConfigurations.Rows), MemberType = typeof(ProxyConfigurations))]
    public async Task It_chooses_what_Chromium_chooses(string name)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        ProxyConfiguration configuration = ProxyConfigurations.Get(name);
        await using ProxyRoster roster = await ProxyRoster.StartAsync(configuration);
        await using OurSide? ours = await OurSide.CreateAsync(configuration, roster);
        if (ours is null)
            Assert.Skip("What this configuration asks for is not built yet.");

        List<string> expected = [], seen = [];
        foreach (string[] addresses in configuration.Addresses.Chunk(configuration.IsOneByOne ? 1 : AtOnce))
        {
            (string Address, string Resolved, string Url, string? Failure)[] results = await Task.WhenAll(addresses.Select(async address =>
            {
                string resolved = await ours.ResolveAsync(address, cancellationToken);
                (string url, string? failure) = await ours.OpenAsync(address, cancellationToken);
                return (address, resolved, url, failure);
            }));
            ILookup<string, string> log = roster.Log.Take();
            foreach ((string address, string resolved, string url, string? failure) in results)
            {
                ProxyObservation wanted = ProxyDifferences.Expect(name, address, ProxyRecording.Get(name)![address]);
                ProxyObservation got = new(resolved, [.. log[ProxyAddresses.KeyOf(url)], .. failure is null ? Array.Empty<string>() : ["fails"]]);
                if (wanted.ToString() == got.ToString())
                    continue;
                expected.Add($"{address} -> {wanted}");
                seen.Add($"{address} -> {got}{(failure is null ? "" : $" ({failure})")}");
            }

            Assert.Subset(addresses.Select(a => ProxyAddresses.KeyOf(results.Single(r => r.Address == a).Url)).ToHashSet(), log.Select(l => l.Key).ToHashSet());
        }

        Assert.True(expected.Count == 0, $"{expected.Count} of {configuration.Addresses.Count} differ.\nChromium:\n{string.Join('\n', expected)}\nOurs:\n{string.Join('\n', seen)}");
    }
}
