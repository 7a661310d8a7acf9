using System.Text.Json;
using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;
using static NetWebSockets.Tests.Messaging.Subscriptions.SubscriptionContracts;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

public sealed class TopicTests : IAsyncDisposable
{
    private readonly ScriptedServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Topics_that_were_opened_before_the_connection_go_in_one_message_and_are_acknowledged_before_it_is_ready()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade>[] streams = [.. Enumerable.Range(0, 5).Select(i => runtime.SubscribeTopic(route, $"t{i}", null))];
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        JsonElement request = await peer.ReadJsonAsync();
        Assert.Equal("SUBSCRIBE", request.Method());
        Assert.Equal(["t0", "t1", "t2", "t3", "t4"], request.Topics());
        Assert.Equal(ConnectionState.Restoring, runtime.Connection.State);
        Task ready = runtime.Connection.ConnectAsync();
        Assert.False(ready.IsCompleted);
        await peer.ReplyAsync(request);
        await ready.Soon();
        await peer.TradeAsync("t3", 33);
        await peer.TradeAsync("t0", 1);
        Assert.Equal(new Trade("t3", 33), await streams[3].NextAsync());
        Assert.Equal(new Trade("t0", 1), await streams[0].NextAsync());
        Assert.False(streams[1].TryRead(out _));
    }

    [Fact]
    public async Task A_message_has_no_more_topics_than_the_contract_says()
    {
        SubscriptionRoute<Trade> route = BinanceTrades(batch: 100);
        await using ClientRuntime runtime = Runtime(route);
        for (int i = 0; i < 250; i++)
            _ = runtime.SubscribeTopic(route, $"t{i}", null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        List<string[]> requests = [];
        for (int i = 0; i < 3; i++)
            requests.Add((await peer.AnswerAsync()).Topics());
        await runtime.Connection.ConnectAsync().Soon();
        Assert.Equal([100, 100, 50], requests.Select(r => r.Length));
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"t{i}"), requests.SelectMany(r => r));
    }

    [Fact]
    public async Task Topics_of_several_routes_share_a_message_and_each_gets_its_own_items()
    {
        SubscriptionRoute<Trade> trades = BinanceTrades();
        var levels = new SubscriptionRoute<Level>("levels", SubscriptionsJson.Default.Level)
        {
            At = ["/stream"],
            Payload = "/data",
            Subscribe = BinanceTrades().Subscribe,
            Unsubscribe = BinanceTrades().Unsubscribe,
        };
        await using ClientRuntime runtime = Runtime(trades, levels);
        MessageStream<Trade> trade = runtime.SubscribeTopic(trades, "btc@trade", null);
        MessageStream<Level> level = runtime.SubscribeTopic(levels, "btc@depth", null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        Assert.Equal(["btc@trade", "btc@depth"], (await peer.AnswerAsync()).Topics());
        await runtime.Connection.ConnectAsync().Soon();
        await peer.SendTextAsync("""{"stream":"btc@depth","data":{"p":5}}""");
        await peer.TradeAsync("btc@trade", 6);
        Assert.Equal(new Level(5), await level.NextAsync());
        Assert.Equal(6, (await trade.NextAsync()).N);
    }

    [Fact]
    public async Task Topics_opened_on_a_ready_connection_gather_and_nothing_is_lost()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        await using ClientRuntime runtime = Runtime(route);
        ScriptedPeer peer = await runtime.Connection.ConnectToAsync(_server);
        for (int i = 0; i < 100; i++)
            _ = runtime.SubscribeTopic(route, $"t{i}", null);
        List<string> topics = [];
        int messages = 0;
        while (topics.Count < 100)
        {
            topics.AddRange((await peer.AnswerAsync()).Topics());
            messages++;
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"t{i}"), topics);
        Assert.InRange(messages, 1, 50);
    }

    [Fact]
    public async Task Readers_of_a_topic_share_one_subscription_that_ends_with_the_last()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> first = runtime.SubscribeTopic(route, "a", null);
        MessageStream<Trade> second = runtime.SubscribeTopic(route, "a", new MessageStreamOptions { Capacity = 5 });
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        Assert.Equal(["a"], (await peer.AnswerAsync()).Topics());
        await peer.TradeAsync("a", 1);
        Assert.Same(await first.NextAsync(), await second.NextAsync());
        await first.DisposeAsync();
        await peer.TradeAsync("a", 2);
        Assert.Equal(2, (await second.NextAsync()).N);
        MessageStream<Trade> third = runtime.SubscribeTopic(route, "a", null);
        await second.DisposeAsync();
        await peer.TradeAsync("a", 3);
        Assert.Equal(3, (await third.NextAsync()).N);
        await third.DisposeAsync();
        JsonElement end = await peer.ReadJsonAsync();
        Assert.Equal(("UNSUBSCRIBE", "a"), (end.Method(), Assert.Single(end.Topics())));
    }

    [Fact]
    public async Task A_reader_that_comes_while_its_topic_is_unsubscribed_from_gets_a_new_subscription_behind_it()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> first = runtime.SubscribeTopic(route, "a", null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        await peer.AnswerAsync();
        await runtime.Connection.ConnectAsync().Soon();
        await first.DisposeAsync();
        JsonElement end = await peer.ReadJsonAsync();
        Assert.Equal("UNSUBSCRIBE", end.Method());
        MessageStream<Trade> second = runtime.SubscribeTopic(route, "a", null);

        // Another topic is not held up by it.
        MessageStream<Trade> other = runtime.SubscribeTopic(route, "b", null);
        Assert.Equal(["b"], (await peer.AnswerAsync()).Topics());
        await peer.ReplyAsync(end);
        JsonElement again = await peer.AnswerAsync();
        Assert.Equal(("SUBSCRIBE", "a"), (again.Method(), Assert.Single(again.Topics())));
        await peer.TradeAsync("a", 7);
        Assert.Equal(7, (await second.NextAsync()).N);
        await other.DisposeAsync();
    }

    [Fact]
    public async Task A_topic_that_nobody_reads_any_more_when_its_turn_comes_is_never_sent()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> gone = runtime.SubscribeTopic(route, "gone", null);
        _ = runtime.SubscribeTopic(route, "stays", null);
        await gone.DisposeAsync();
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        Assert.Equal(["stays"], (await peer.AnswerAsync()).Topics());
    }

    [Fact]
    public async Task Only_the_topic_that_the_peer_does_not_take_fails()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade>[] streams = [.. new[] { "a", "b", "bad", "c", "d" }.Select(t => runtime.SubscribeTopic(route, t, null))];
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        HashSet<string> taken = [];
        while (taken.Count < 4)
        {
            JsonElement request = await peer.ReadJsonAsync();
            if (request.Topics().Contains("bad"))
                await peer.RefuseAsync(request, "Invalid request");
            else
                await peer.ReplyAsync(request);
            if (!request.Topics().Contains("bad"))
                Array.ForEach(request.Topics(), t => Assert.True(taken.Add(t)));
        }

        var refused = await Assert.ThrowsAsync<CallErrorException>(() => streams[2].NextAsync());
        Assert.Contains("Invalid request", refused.Message, StringComparison.Ordinal);
        await runtime.Connection.ConnectAsync().Soon();
        await peer.TradeAsync("d", 4);
        Assert.Equal(4, (await streams[4].NextAsync()).N);

        // It may be tried again.
        MessageStream<Trade> again = runtime.SubscribeTopic(route, "bad", null);
        await peer.AnswerAsync();
        await peer.TradeAsync("bad", 5);
        Assert.Equal(5, (await again.NextAsync()).N);
    }

    [Fact]
    public async Task Topics_that_are_too_many_bytes_for_one_message_go_in_several_and_one_that_never_fits_fails()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        ClientContract contract = new()
        {
            Name = "Feed",
            Calls = new CallContract { Id = "/id" },
            Subscriptions = [route],
            OutboundLimits = [new OutboundLimitContract(0, TimeSpan.Zero, MaxBytes: 100, Fail: false)],
        };
        await using var runtime = new ClientRuntime(contract, Options(_server.Uri));
        for (int i = 0; i < 20; i++)
            _ = runtime.SubscribeTopic(route, $"topic{i}", null);
        MessageStream<Trade> never = runtime.SubscribeTopic(route, new string('x', 100), null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        List<string> topics = [];
        while (topics.Count < 20)
        {
            JsonElement request = await peer.AnswerAsync();
            Assert.InRange(request.GetRawText().Length, 1, 100);
            topics.AddRange(request.Topics());
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"topic{i}").Order(), topics.Order());
        var error = await Assert.ThrowsAsync<NetWebSocketException>(() => never.NextAsync());
        Assert.Contains("takes 100 at most", error.Message, StringComparison.Ordinal);
        await runtime.Connection.ConnectAsync().Soon();
    }

    [Fact]
    public async Task Without_ids_a_subscription_counts_as_made_when_it_is_sent()
    {
        SubscriptionRoute<Trade> route = BybitTrades();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> stream = runtime.SubscribeTopic(route, "publicTrade.BTCUSDT", null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        Assert.Equal("""{"op":"subscribe","args":["publicTrade.BTCUSDT"]}""", await peer.ReadTextAsync());
        await runtime.Connection.ConnectAsync().Soon();
        await peer.SendTextAsync("""{"topic":"publicTrade.BTCUSDT","type":"snapshot","data":{"s":"BTCUSDT","n":8}}""");
        Assert.Equal(8, (await stream.NextAsync()).N);
        await stream.DisposeAsync();
        Assert.Equal("""{"op":"unsubscribe","args":["publicTrade.BTCUSDT"]}""", await peer.ReadTextAsync());
        stream = runtime.SubscribeTopic(route, "a\"b", null);
        Assert.Equal("""{"op":"subscribe","args":["a\"b"]}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"topic":"a\u0022b","data":{"s":"x","n":9}}""");
        Assert.Equal(9, (await stream.NextAsync()).N);
    }

    [Fact]
    public async Task A_subscription_without_a_reply_ends_with_the_time_out()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        WebSocketClientOptions options = Options(_server.Uri);
        options.CallTimeout = TimeSpan.FromSeconds(7);
        ObservedTime time = new();
        options.TimeProvider = time;
        await using var runtime = new ClientRuntime(Contract(route), options);
        ScriptedPeer peer = await runtime.Connection.ConnectToAsync(_server);
        MessageStream<Trade> stream = runtime.SubscribeTopic(route, "a", null);
        await peer.ReadJsonAsync();
        time.Advance(TimeSpan.FromSeconds(7));
        await Assert.ThrowsAsync<CallTimeoutException>(() => stream.NextAsync());
        Assert.Equal(ConnectionState.Ready, runtime.Connection.State);
    }

    [Fact]
    public async Task Wrong_uses_are_told_at_once()
    {
        SubscriptionRoute<Trade> topics = BinanceTrades();
        SubscriptionRoute<Trade> logs = EthereumLogs();
        await using ClientRuntime runtime = Runtime(topics, logs);
        Assert.Throws<ArgumentException>(() => runtime.SubscribeTopic(BinanceTrades(), "a", null));
        Assert.Throws<ArgumentException>(() => runtime.SubscribeTopic(logs, "a", null));
        Assert.Throws<ArgumentException>(() => runtime.SubscribeTopic(topics, "a", new MessageStreamOptions { FullMode = MessageStreamFullMode.Latest }));
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.SubscribeTopic(topics, "a", new MessageStreamOptions { Capacity = 0 }));
        Assert.Throws<ArgumentNullException>(() => runtime.SubscribeTopic(topics, null!, null));
        Assert.Throws<ArgumentNullException>(() => runtime.Subscribe(topics, null, "x", SubscriptionsJson.Default.String, null));
    }

    [Fact]
    public async Task Streams_end_with_the_client_and_those_opened_later_have_ended()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> before = runtime.SubscribeTopic(route, "a", null);
        await runtime.DisposeAsync();
        Assert.False(await before.WaitToReadAsync(TestContext.Current.CancellationToken));
        Assert.False(await runtime.SubscribeTopic(route, "a", null).WaitToReadAsync(TestContext.Current.CancellationToken));
        await before.DisposeAsync();
    }

    private ClientRuntime Runtime(params SubscriptionRoute[] routes) => new(Contract(routes), Options(_server.Uri));

    [Fact]
    public async Task Requests_that_are_answered_count_among_the_calls_in_flight()
    {
        SubscriptionRoute<Trade> route = BinanceTrades(batch: 1);
        ClientContract contract = new() { Name = "Feed", Calls = new CallContract { Id = "/id", MaxInFlight = 2 }, Subscriptions = [route] };
        await using var runtime = new ClientRuntime(contract, Options(_server.Uri));
        MessageStream<Trade>[] streams = [.. Enumerable.Range(0, 5).Select(i => runtime.SubscribeTopic(route, $"t{i}", null))];
        Task ready = runtime.Connection.ConnectAsync();
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();

        // The peer sees two before it answers one, and the next only then; a protocol ping shows that there is no third on its way.
        JsonElement first = await peer.ReadJsonAsync();
        JsonElement second = await peer.ReadJsonAsync();
        await NothingMoreAsync(peer);
        await peer.ReplyAsync(first);
        JsonElement third = await peer.ReadJsonAsync();
        await NothingMoreAsync(peer);
        await peer.ReplyAsync(second);
        await peer.ReplyAsync(third);
        JsonElement fourth = await peer.ReadJsonAsync();
        JsonElement fifth = await peer.ReadJsonAsync();
        await peer.ReplyAsync(fourth);
        Assert.False(ready.IsCompleted);
        await peer.ReplyAsync(fifth);
        await ready.Soon();

        // So on a connection that is ready, and those that end.
        foreach (MessageStream<Trade> stream in streams)
            await stream.DisposeAsync();
        first = await peer.ReadJsonAsync();
        second = await peer.ReadJsonAsync();
        await NothingMoreAsync(peer);
        await peer.ReplyAsync(second);
        third = await peer.ReadJsonAsync();
        await peer.ReplyAsync(third);
        Assert.Equal(["UNSUBSCRIBE", "UNSUBSCRIBE", "UNSUBSCRIBE"], new[] { first, second, third }.Select(r => r.Method()));

        // What waits for its turn at a drop is made again on the next socket, in its order.
        await peer.AnswerAsync();
        JsonElement last = await peer.ReadJsonAsync();
        _ = runtime.SubscribeTopic(route, "a", null);
        _ = runtime.SubscribeTopic(route, "b", null);
        peer.Reset();
        peer = await _server.AcceptOpenAsync().Soon();
        Assert.Equal(["a"], (await peer.AnswerAsync()).Topics());
        Assert.Equal(["b"], (await peer.AnswerAsync()).Topics());
        await runtime.Connection.ConnectAsync().Soon();
        MessageStream<Trade> more = runtime.SubscribeTopic(route, "c", null);
        Assert.Equal(["c"], (await peer.AnswerAsync()).Topics());
        await peer.TradeAsync("c", 1);
        Assert.Equal(1, (await more.NextAsync()).N);
    }

    [Fact]
    public async Task Topics_that_are_split_for_their_size_keep_to_what_may_be_in_flight()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        ClientContract contract = new()
        {
            Name = "Feed",
            Calls = new CallContract { Id = "/id", MaxInFlight = 1 },
            Subscriptions = [route],
            OutboundLimits = [new OutboundLimitContract(0, TimeSpan.Zero, MaxBytes: 100, Fail: false)],
        };
        await using var runtime = new ClientRuntime(contract, Options(_server.Uri));
        for (int i = 0; i < 20; i++)
            _ = runtime.SubscribeTopic(route, $"topic{i}", null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        List<string> topics = [];
        while (topics.Count < 20)
        {
            JsonElement request = await peer.ReadJsonAsync();
            await NothingMoreAsync(peer);
            await peer.ReplyAsync(request);
            topics.AddRange(request.Topics());
        }

        await runtime.Connection.ConnectAsync().Soon();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"topic{i}").Order(), topics.Order());
    }

    [Fact]
    public async Task What_a_full_queue_or_too_many_pending_calls_did_not_let_out_is_tried_again()
    {
        SubscriptionRoute<Trade> route = BinanceTrades(batch: 1);
        ObservedTime time = new();
        WebSocketClientOptions options = Options(_server.Uri);
        (options.TimeProvider, options.MaxPendingCalls, options.KeepAliveInterval) = (time, 1, Timeout.InfiniteTimeSpan);
        await using var runtime = new ClientRuntime(Contract(route), options);
        ScriptedPeer peer = await runtime.Connection.ConnectToAsync(_server);
        MessageStream<Trade> first = runtime.SubscribeTopic(route, "a", null);
        JsonElement pending = await peer.ReadJsonAsync();
        MessageStream<Trade> second = runtime.SubscribeTopic(route, "b", null);
        await time.WaitBegunAsync(SubscriptionTable.RetryDelay);

        // Still too early; then the reply has made room.
        time.Advance(SubscriptionTable.RetryDelay);
        await time.WaitBegunAsync(SubscriptionTable.RetryDelay);
        await peer.ReplyAsync(pending);
        await peer.TradeAsync("a", 1);
        Assert.Equal(1, (await first.NextAsync()).N);
        await NothingMoreAsync(peer);
        time.Advance(SubscriptionTable.RetryDelay);
        Assert.Equal(["b"], (await peer.AnswerAsync()).Topics());
        await peer.TradeAsync("b", 2);
        Assert.Equal(2, (await second.NextAsync()).N);
    }

    private static async Task NothingMoreAsync(ScriptedPeer peer)
    {
        await peer.SendFrameAsync(Opcodes.Ping, Array.Empty<byte>(), fin: true);
        Assert.Equal(Opcodes.Pong, (await peer.ReadFrameAsync().Soon())!.Opcode);
    }
}
