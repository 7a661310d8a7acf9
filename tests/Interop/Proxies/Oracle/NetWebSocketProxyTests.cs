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
        await using OurSide ours = await OurSide.CreateAsync(configuration, roster);

        // Before anything has failed: after that, the proxies that could not be reached stand behind the others.
        Dictionary<string, string> resolved = [];
        foreach (string address in configuration.Addresses)
            resolved[address] = await ours.ResolveAsync(address, cancellationToken);

        List<string> expected = [], seen = [];
        foreach (string[] addresses in configuration.Addresses.Chunk(configuration.IsOneByOne ? 1 : AtOnce))
        {
            (string Url, string? Failure)[] results = await Task.WhenAll(addresses.Select(address => ours.OpenAsync(address, cancellationToken)));
            ILookup<string, string> log = roster.Log.Take();
            foreach ((string address, (string url, string? failure)) in addresses.Zip(results))
            {
                string key = ProxyAddresses.KeyOf(url);
                ProxyObservation wanted = ProxyDifferences.Expect(name, address, ProxyRecording.Get(name)![address]);
                ProxyObservation got = new(resolved[address], [.. log[key], .. failure is null ? Array.Empty<string>() : ["fails"]]);
                if (wanted.ToString() == got.ToString())
                    continue;
                expected.Add($"{address} -> {wanted}");
                seen.Add($"{address} -> {got}{(failure is null ? "" : $" ({failure})")}");
            }

            // Nothing was asked for in another way than the address says.
            Assert.Subset(results.Select(r => ProxyAddresses.KeyOf(r.Url)).ToHashSet(), log.Select(l => l.Key).ToHashSet());
        }

        Assert.True(expected.Count == 0, $"{expected.Count} of {configuration.Addresses.Count} differ.\nChromium:\n{string.Join('\n', expected)}\nOurs:\n{string.Join('\n', seen)}");
    }
}
