using Xunit;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>NetWebSocket does what Chromium does, event for event and frame for frame: compared with the recording, so that no browser is needed.</summary>
public sealed class NetWebSocketOracleTests
{
    [Theory]
    [MemberData(nameof(Scenarios.Names), MemberType = typeof(Scenarios))]
    public Task It_does_what_Chromium_does(string name) => CompareAsync(name, slow: false);

    [Theory]
    [MemberData(nameof(Scenarios.FaultNames), MemberType = typeof(Scenarios))]
    public Task It_does_the_same_when_the_fault_comes_byte_by_byte(string name) => CompareAsync(name, slow: true);

    private static async Task CompareAsync(string name, bool slow)
    {
        Observation? recorded = Recorded.Get(name);
        Assert.True(recorded is not null, $"'{name}' was never recorded: run with NWS_RECORD=1.");
        Scenario scenario = Scenarios.Get(name);
        Observation seen = await Harness.RunAsync(
            scenario, uri => NetWebSocketClient.RunAsync(uri, scenario), slow, TestContext.Current.CancellationToken);
        Assert.Equal(recorded.Events, seen.Events);
        Assert.Equal(recorded.Wire, seen.Wire);
    }
}
