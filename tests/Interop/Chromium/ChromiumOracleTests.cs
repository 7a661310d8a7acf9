using NetWebSockets.InteropTests.Oracle;
using Xunit;

namespace NetWebSockets.InteropTests.Chromium;

/// <summary>
/// Chromium is the oracle: this shows that it still does what was recorded of it. <c>NWS_RECORD=1</c> records it anew.
/// </summary>
public sealed class ChromiumOracleTests(ChromiumClient chromium) : IClassFixture<ChromiumClient>
{
    [Theory]
    [MemberData(nameof(Scenarios.ChromiumNames), MemberType = typeof(Scenarios))]
    public async Task Chromium_does_what_was_recorded(string name)
    {
        chromium.Require();
        Scenario scenario = Scenarios.Get(name);
        Observation seen = await Harness.RunAsync(scenario, uri => chromium.RunAsync(uri, scenario), slow: false, TestContext.Current.CancellationToken);
        Compare(name, seen);
    }

    [Theory]
    [MemberData(nameof(Addresses.Rows), MemberType = typeof(Addresses))]
    public async Task Chromium_reads_an_address_as_was_recorded(string address)
    {
        chromium.Require();
        Observation seen = await Addresses.RunAsync(address, chromium.ConnectAsync, TestContext.Current.CancellationToken);
        Compare($"address '{address}'", seen);
    }

    private void Compare(string name, Observation seen)
    {
        if (Recorded.IsRecording)
        {
            Recorded.Put(name, seen with { Why = chromium.LastError });
            return;
        }

        Observation? recorded = Recorded.Get(name);
        Assert.True(recorded is not null, $"'{name}' was never recorded: run with NWS_RECORD=1.");
        Assert.Equal(recorded.Events, seen.Events);
        Assert.Equal(recorded.Wire, seen.Wire);
    }
}
