using Xunit;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>NetWebSocket does what Chromium does, event for event and frame for frame: compared with the recording, so that no browser is needed.</summary>
public sealed class NetWebSocketOracleTests
{
    [Theory]
    [MemberData(nameof(Scenarios.Names), MemberType = typeof(Scenarios))]
    public Task It_does_what_Chromium_does(string name) => CompareAsync(name, slow: false);

    [Theory]
    [MemberData(nameof(Scenarios.SlowNames), MemberType = typeof(Scenarios))]
    public Task It_does_the_same_when_every_byte_comes_alone(string name) => CompareAsync(name, slow: true);

    [Theory]
    [MemberData(nameof(Addresses.Rows), MemberType = typeof(Addresses))]
    public async Task It_reads_an_address_as_Chromium_does(string address)
    {
        NetWebSocket? socket = null;
        Observation seen = await Addresses.RunAsync(
            address,
            url =>
            {
                try
                {
                    socket = new NetWebSocket(url);
                    return Task.FromResult(socket.Url);
                }
                catch (ArgumentException)
                {
                    return Task.FromResult("throws SyntaxError");
                }
            },
            TestContext.Current.CancellationToken);
        if (socket is not null)
            await socket.DisposeAsync();
        Observation? recorded = Recorded.Get($"address '{address}'");
        Assert.True(recorded is not null, $"'{address}' was never recorded: run with NWS_RECORD=1.");
        Assert.Equal(recorded.Events, seen.Events);
        Assert.Equal(recorded.Wire, seen.Wire);
    }

    private static async Task CompareAsync(string name, bool slow)
    {
        Observation? recorded = Recorded.Get(name);
        Assert.True(recorded is not null, $"'{name}' was never recorded: run with NWS_RECORD=1.");
        if (Differences.Find(name) is { } difference)
            recorded = difference;
        Scenario scenario = Scenarios.Get(name);
        Observation seen = await Harness.RunAsync(
            scenario, uri => NetWebSocketClient.RunAsync(uri, scenario), slow, TestContext.Current.CancellationToken);
        Assert.Equal(recorded.Events.Select(Comparable), seen.Events.Select(Comparable));
        Assert.Equal(recorded.Wire, seen.Wire);
    }

    // In a page nothing happens beside its own script, so that readyState moves with the events. Here other threads may ask, and it tells at
    // once what the connection is: by the time an open or message event is delivered, that may be the state after it.
    private static string Comparable(string line) =>
        line.StartsWith("error", StringComparison.Ordinal) || line.StartsWith("close ", StringComparison.Ordinal) ? line : line.Split(" (")[0];
}
