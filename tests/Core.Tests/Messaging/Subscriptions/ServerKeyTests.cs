using System.Text.Json;
using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;
using static NetWebSockets.Tests.Messaging.Subscriptions.SubscriptionContracts;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

public sealed class ServerKeyTests : IAsyncDisposable
{
    private readonly ScriptedServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_key_is_the_result_another_after_a_drop_and_the_reader_never_notices()
    {
        SubscriptionRoute<Trade> route = EthereumLogs();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> stream = Logs(runtime, route, "logs");
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        JsonElement request = await peer.ReadJsonAsync();
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs"]}""", request.GetRawText());

        // The item stands right behind the reply, in the same packet.
        byte[] both = [.. ServerFrame.Text($$"""{"jsonrpc":"2.0","id":{{request.Id()}},"result":"0xab"}"""), .. ServerFrame.Text(Item("\"0xab\"", 1))];
        await peer.WriteAsync(both);
        Assert.Equal(1, (await stream.NextAsync()).N);
        await runtime.Connection.ConnectAsync().Soon();
        peer.Reset();

        peer = await _server.AcceptOpenAsync().Soon();
        request = await peer.ReadJsonAsync();
        Assert.Equal("eth_subscribe", request.Method());
        both = [.. ServerFrame.Text($$"""{"jsonrpc":"2.0","id":{{request.Id()}},"result":77}"""), .. ServerFrame.Text(Item("\"0xab\"", 2)), .. ServerFrame.Text(Item("77", 3))];
        await peer.WriteAsync(both);
        Assert.Equal(3, (await stream.NextAsync()).N);
        await runtime.Connection.ConnectAsync().Soon();
        await stream.DisposeAsync();
        request = await peer.ReadJsonAsync();
        Assert.Equal(("eth_unsubscribe", "[77]"), (request.Method(), request.GetProperty("params").GetRawText()));
    }

    [Fact]
    public async Task A_subscription_that_is_given_up_before_its_reply_is_ended_under_the_key_that_comes()
    {
        SubscriptionRoute<Trade> route = EthereumLogs();
        await using ClientRuntime runtime = Runtime(route);
        ScriptedPeer peer = await runtime.Connection.ConnectToAsync(_server);
        MessageStream<Trade> stream = Logs(runtime, route, "logs");
        JsonElement request = await peer.ReadJsonAsync();
        await stream.DisposeAsync();
        await peer.ReplyAsync(request, "\"0x\\u0031\"");
        request = await peer.ReadJsonAsync();
        Assert.Equal(("eth_unsubscribe", "0x1"), (request.Method(), request.GetProperty("params")[0].GetString()));
    }

    [Fact]
    public async Task Equal_parameters_are_one_subscription_and_others_another()
    {
        SubscriptionRoute<Trade> route = EthereumLogs();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> one = Logs(runtime, route, "logs");
        MessageStream<Trade> same = Logs(runtime, route, "logs");
        MessageStream<Trade> other = Logs(runtime, route, "newHeads");
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        await peer.AnswerAsync("\"0x1\"");
        await peer.AnswerAsync("\"0x2\"");
        await runtime.Connection.ConnectAsync().Soon();
        await peer.SendTextAsync(Item("\"0x1\"", 1));
        await peer.SendTextAsync(Item("\"0x2\"", 2));
        Assert.Equal(1, (await one.NextAsync()).N);
        Assert.Equal(1, (await same.NextAsync()).N);
        Assert.Equal(2, (await other.NextAsync()).N);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{\"key\":1}")]
    [InlineData("true")]
    [InlineData("\"\\ud800\"")]
    public async Task A_result_that_can_be_no_key_ends_the_subscription_and_nothing_else(string result)
    {
        SubscriptionRoute<Trade> route = EthereumLogs();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> stream = Logs(runtime, route, "logs");
        MessageStream<Trade> other = Logs(runtime, route, "newHeads");
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        await peer.AnswerAsync(result);
        await peer.AnswerAsync("5");
        CallException error = await Assert.ThrowsAsync<CallException>(() => stream.NextAsync());
        Assert.Contains("neither a string nor an integer", error.Message, StringComparison.Ordinal);
        await runtime.Connection.ConnectAsync().Soon();
        await peer.SendTextAsync(Item("5", 2));
        Assert.Equal(2, (await other.NextAsync()).N);
    }

    [Fact]
    public async Task The_key_is_the_id_of_the_request_another_after_a_drop()
    {
        SubscriptionRoute<Trade> route = HomeAssistantEvents();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> stream = runtime.Subscribe(route, null, new EventFilter("state_changed"), SubscriptionsJson.Default.EventFilter, null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        JsonElement request = await peer.ReadJsonAsync();
        Assert.Equal("""{"id":1,"type":"subscribe_events","eventType":"state_changed"}""", request.GetRawText());
        await peer.ReplyAsync(request);
        await peer.SendTextAsync(Event(request.Id(), 1));
        Assert.Equal(1, (await stream.NextAsync()).N);
        await runtime.Connection.ConnectAsync().Soon();
        long old = request.Id();
        peer.Reset();

        peer = await _server.AcceptOpenAsync().Soon();
        request = await peer.AnswerAsync();
        Assert.NotEqual(old, request.Id());
        await peer.SendTextAsync(Event(request.Id(), 2));
        Assert.Equal(2, (await stream.NextAsync()).N);
        await runtime.Connection.ConnectAsync().Soon();
        await stream.DisposeAsync();
        JsonElement end = await peer.ReadJsonAsync();
        Assert.Equal(request.Id(), end.GetProperty("subscription").GetInt64());
        Assert.NotEqual(request.Id(), end.Id());
    }

    [Fact]
    public void A_route_that_contradicts_itself_is_refused_with_what_to_do()
    {
        SubscriptionRequest topics = BinanceTrades().Subscribe;
        Refused(new SubscriptionRoute<Trade>("r", SubscriptionsJson.Default.Trade) { KeyFrom = SubscriptionKey.Result, At = ["/a"], Subscribe = topics }, "cannot go in one message");
        Refused(new SubscriptionRoute<Trade>("r", SubscriptionsJson.Default.Trade) { KeyFrom = SubscriptionKey.RequestId, At = ["/a"], Subscribe = KrakenBook().Subscribe }, "no place for an id");
        Refused(new SubscriptionRoute<Trade>("r", SubscriptionsJson.Default.Trade) { KeyFrom = SubscriptionKey.Result, At = ["/a", "/b"], Subscribe = EthereumLogs().Subscribe }, "one JSON Pointer");
        Refused(
            new SubscriptionRoute<Trade>("r", SubscriptionsJson.Default.Trade)
            {
                KeyFrom = SubscriptionKey.Result,
                At = ["/a"],
                Subscribe = new SubscriptionRequest { Method = "m", Envelope = EthereumLogs().Subscribe.Envelope, IsAcknowledged = false },
            },
            "that none comes");

        static void Refused(SubscriptionRoute route, string because)
        {
            ClientContract contract = Contract(route);
            Assert.Contains(because, Assert.Throws<ArgumentException>(() => contract.Plan).Message, StringComparison.Ordinal);
        }
    }

    private static MessageStream<Trade> Logs(ClientRuntime runtime, SubscriptionRoute<Trade> route, string what) =>
        runtime.Subscribe(route, null, new[] { what }, SubscriptionsJson.Default.StringArray, null);

    private static string Item(string key, int number) =>
        $$"""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":{{key}},"result":{"s":"x","n":{{number}} } } }""";

    private static string Event(long id, int number) => $$$"""{"id":{{{id}}},"type":"event","event":{"s":"x","n":{{{number}}}}}""";

    private ClientRuntime Runtime(params SubscriptionRoute[] routes) => new(Contract(routes), Options(_server.Uri));
}
