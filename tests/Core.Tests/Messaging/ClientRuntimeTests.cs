using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

public class ClientRuntimeTests
{
    private static readonly ClientContract WithAddress = new()
    {
        Name = "C",
        Uri = "wss://example.org/ws",
        SubProtocols = ["v2", "v1"],
        Discriminators = ["/type"],
        Routes = [TestContracts.SaidRoute()],
    };

    [Fact]
    public void The_contracts_address_and_subprotocols_stand_in_for_what_the_options_leave_out()
    {
        var options = new WebSocketClientOptions();
        WebSocketConnectionOptions copy = options.WithDefaults(new Uri(WithAddress.Uri!), WithAddress.SubProtocols);
        Assert.Equal(new Uri("wss://example.org/ws"), copy.Uri);
        Assert.Equal(["v2", "v1"], copy.Protocols);
        Assert.Null(options.Uri);
        Assert.Empty(options.Protocols);
    }

    [Fact]
    public void What_the_options_say_counts()
    {
        var options = new WebSocketClientOptions { Uri = new Uri("ws://other/"), Protocols = ["mine"] };
        WebSocketConnectionOptions copy = options.WithDefaults(new Uri(WithAddress.Uri!), WithAddress.SubProtocols);
        Assert.Equal(new Uri("ws://other/"), copy.Uri);
        Assert.Equal(["mine"], copy.Protocols);
    }

    [Fact]
    public async Task A_client_of_a_contract_with_an_address_needs_no_options()
    {
        await using var runtime = new ClientRuntime(WithAddress, new WebSocketClientOptions());
        Assert.Equal(ConnectionState.Disconnected, runtime.Connection.State);
    }

    [Fact]
    public void Without_any_address_it_is_told_at_once() =>
        Assert.Throws<ArgumentException>(() => new ClientRuntime(TestContracts.Chat(TestContracts.SaidRoute()), new WebSocketClientOptions()));

    [Fact]
    public void Wrong_options_are_told_with_a_sentence_for_each()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new ClientRuntime(WithAddress, new WebSocketClientOptions { CallTimeout = TimeSpan.FromSeconds(-5), MaxPendingCalls = 0 }));
        Assert.Contains("CallTimeout is -00:00:05", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxPendingCalls is 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_messages_and_requests_are_refused()
    {
        await using var runtime = new ClientRuntime(WithAddress, new WebSocketClientOptions());
        var envelope = new Envelope(default, "{\"type\":\"say\""u8, default, payloadAtRoot: true);
        Assert.Throws<ArgumentNullException>(() =>
        {
            _ = runtime.SendAsync(new SendRoute<Say>("say", envelope, TestJson.Default.Say, false), null!, CancellationToken.None);
        });
        Assert.Throws<ArgumentNullException>(() =>
        {
            _ = runtime.CallAsync(new CallRoute<Say, int>("say", envelope, TestJson.Default.Say, TestJson.Default.Int32, false, null), null!, CancellationToken.None);
        });
    }

    [Fact]
    public async Task A_record_that_cannot_be_written_fails_what_the_caller_awaits_and_nothing_is_sent()
    {
        await using var runtime = new ClientRuntime(WithAddress, new WebSocketClientOptions());
        var envelope = new Envelope(default, "{\"type\":\"n\""u8, default, payloadAtRoot: true);
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await runtime.SendAsync(new SendRoute<int>("n", envelope, TestJson.Default.Int32, false), 5, CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => runtime.CallAsync(new CallRoute<int, int>("n", envelope, TestJson.Default.Int32, TestJson.Default.Int32, false, null), 5, CancellationToken.None));
        Assert.Equal(0, runtime.Connection.QueuedSends);
    }

    [Fact]
    public async Task After_dispose_streams_have_ended_and_calls_are_refused()
    {
        var runtime = new ClientRuntime(WithAddress, new WebSocketClientOptions());
        MessageStream<Said> open = runtime.Open((ReceiveRoute<Said>)WithAddress.Routes[0], null);
        await runtime.DisposeAsync();
        await runtime.DisposeAsync();
        Assert.False(await open.WaitToReadAsync(TestContext.Current.CancellationToken));
        Assert.False(await runtime.OpenUnknown(null).WaitToReadAsync(TestContext.Current.CancellationToken));
        var envelope = new Envelope("{\"id\":"u8, ",\"type\":\"say\""u8, default, payloadAtRoot: true);
        var error = await Assert.ThrowsAsync<CallException>(
            () => runtime.CallAsync(new CallRoute<Say, int>("say", envelope, TestJson.Default.Say, TestJson.Default.Int32, false, null), new Say("a", "b"), CancellationToken.None));
        Assert.Equal(SendOutcome.NotSent, error.Outcome);
    }
}
