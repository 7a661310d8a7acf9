using System.Text.Json;
using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;
using static NetWebSockets.Tests.Messaging.Subscriptions.SubscriptionContracts;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

public sealed class RestoreTests : IAsyncDisposable
{
    private readonly ScriptedServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Subscriptions_are_restored_in_order_and_acknowledged_before_ready_and_before_queued_sends()
    {
        SubscriptionRoute<Trade> topics = BinanceTrades();
        SubscriptionRoute<Trade> logs = EthereumLogs();
        SubscriptionRoute<Trade> events = HomeAssistantEvents();
        await using ClientRuntime runtime = Runtime(topics, logs, events);
        ScriptedPeer peer = await runtime.Connection.ConnectToAsync(_server);
        MessageStream<Trade> a = runtime.SubscribeTopic(topics, "a", null);
        await peer.AnswerAsync();
        MessageStream<Trade> log = runtime.Subscribe(logs, null, new[] { "logs" }, SubscriptionsJson.Default.StringArray, null);
        await peer.AnswerAsync("\"k1\"");
        MessageStream<Trade> b = runtime.SubscribeTopic(topics, "b", null);
        await peer.AnswerAsync();
        MessageStream<Trade> ended = runtime.SubscribeTopic(topics, "ended", null);
        await peer.AnswerAsync();
        MessageStream<Trade> e = runtime.Subscribe(events, null, new EventFilter("x"), SubscriptionsJson.Default.EventFilter, null);
        await peer.AnswerAsync();
        await ended.DisposeAsync();
        await peer.AnswerAsync();
        States states = new(runtime.Connection);
        peer.Reset();
        await states.UntilAsync(ConnectionState.Disconnected);

        peer = await _server.AcceptOpenAsync().Soon();
        await states.UntilAsync(ConnectionState.Restoring);
        ValueTask queued = runtime.Connection.SendTextAsync("queued");
        List<JsonElement> requests = [];
        for (int i = 0; i < 4; i++)
            requests.Add(await peer.ReadJsonAsync());
        Assert.Equal(["SUBSCRIBE", "eth_subscribe", "SUBSCRIBE", "subscribe_events"], requests.Select(r => r.TryGetProperty("method", out JsonElement m) ? m.GetString() : r.GetProperty("type").GetString()));
        Assert.Equal(["a", "b"], new[] { requests[0], requests[2] }.SelectMany(r => r.Topics()));
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(ConnectionState.Restoring, runtime.Connection.State);
            Assert.False(queued.IsCompleted);
            await peer.ReplyAsync(requests[i], i == 1 ? "\"k2\"" : "null");
        }

        Assert.Equal("queued", await peer.ReadTextAsync());
        await queued.Soon();
        Assert.Equal(ConnectionState.Ready, (await states.NextAsync()).Current);
        await peer.TradeAsync("b", 2);
        await peer.TradeAsync("a", 1);
        await peer.SendTextAsync("""{"method":"eth_subscription","params":{"subscription":"k2","result":{"s":"x","n":3}}}""");
        await peer.SendTextAsync($$$"""{"id":{{{requests[3].Id()}}},"type":"event","event":{"s":"x","n":4}}""");
        Assert.Equal(new long[] { 1, 2, 3, 4 }, new[] { (await a.NextAsync()).N, (await b.NextAsync()).N, (await log.NextAsync()).N, (await e.NextAsync()).N });
    }

    [Fact]
    public async Task What_was_sent_and_not_acknowledged_is_restored()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        await using ClientRuntime runtime = Runtime(route);
        ScriptedPeer peer = await runtime.Connection.ConnectToAsync(_server);
        MessageStream<Trade> stream = runtime.SubscribeTopic(route, "a", null);
        await peer.ReadJsonAsync();
        peer.Reset();
        peer = await _server.AcceptOpenAsync().Soon();
        Assert.Equal(["a"], (await peer.AnswerAsync()).Topics());
        await runtime.Connection.ConnectAsync().Soon();
        await peer.TradeAsync("a", 1);
        Assert.Equal(1, (await stream.NextAsync()).N);
        MessageStream<Trade> next = runtime.SubscribeTopic(route, "b", null);
        Assert.Equal(["b"], (await peer.ReadJsonAsync()).Topics());
        await next.DisposeAsync();
    }

    [Fact]
    public async Task One_that_is_refused_when_restored_ends_with_the_error_and_the_others_go_on()
    {
        SubscriptionRoute<Trade> route = EthereumLogs();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> good = runtime.Subscribe(route, null, new[] { "good" }, SubscriptionsJson.Default.StringArray, null);
        MessageStream<Trade> bad = runtime.Subscribe(route, null, new[] { "bad" }, SubscriptionsJson.Default.StringArray, null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        await peer.AnswerAsync("1");
        await peer.AnswerAsync("2");
        await runtime.Connection.ConnectAsync().Soon();
        peer.Reset();
        peer = await _server.AcceptOpenAsync().Soon();
        await peer.AnswerAsync("3");
        await peer.RefuseAsync(await peer.ReadJsonAsync(), "gone");
        await Assert.ThrowsAsync<CallErrorException>(() => bad.NextAsync());
        await runtime.Connection.ConnectAsync().Soon();
        await peer.SendTextAsync("""{"method":"eth_subscription","params":{"subscription":3,"result":{"s":"x","n":3}}}""");
        Assert.Equal(3, (await good.NextAsync()).N);
        peer.Reset();
        peer = await _server.AcceptOpenAsync().Soon();
        Assert.Equal("good", (await peer.AnswerAsync("4")).GetProperty("params")[0].GetString());
        await runtime.Connection.ConnectAsync().Soon();
    }

    [Fact]
    public async Task A_drop_while_restoring_ends_the_attempt_and_the_next_one_restores_everything()
    {
        SubscriptionRoute<Trade> route = BinanceTrades(batch: 1);
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> a = runtime.SubscribeTopic(route, "a", null);
        MessageStream<Trade> b = runtime.SubscribeTopic(route, "b", null);
        for (int i = 0; i < 3; i++)
        {
            ScriptedPeer dropped = await _server.AcceptOpenAsync().Soon();
            Assert.Equal(["a"], (await dropped.AnswerAsync()).Topics());
            Assert.Equal(["b"], (await dropped.ReadJsonAsync()).Topics());
            dropped.Reset();
        }

        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        Assert.Equal(["a"], (await peer.AnswerAsync()).Topics());
        Assert.Equal(["b"], (await peer.AnswerAsync()).Topics());
        await runtime.Connection.ConnectAsync().Soon();
        await peer.TradeAsync("a", 1);
        await peer.TradeAsync("b", 2);
        Assert.Equal(new long[] { 1, 2 }, new[] { (await a.NextAsync()).N, (await b.NextAsync()).N });
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_what_it_had_acknowledged_is_left_for_another_attempt()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        WebSocketClientOptions options = Options(_server.Uri);
        options.CallTimeout = TimeSpan.FromSeconds(7);
        ObservedTime time = new();
        options.TimeProvider = time;
        await using var runtime = new ClientRuntime(Contract(route), options);
        MessageStream<Trade> stream = runtime.SubscribeTopic(route, "a", null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        await peer.AnswerAsync();
        await runtime.Connection.ConnectAsync().Soon();
        time.TakeWaits();
        peer.Reset();
        await time.PassAsync(TimeSpan.FromMilliseconds(1));
        ScriptedPeer silent = await _server.AcceptOpenAsync().Soon();
        await silent.ReadJsonAsync();
        time.Advance(TimeSpan.FromSeconds(8));
        await time.PassAsync(TimeSpan.FromMilliseconds(2));
        peer = await _server.AcceptOpenAsync().Soon();
        await peer.AnswerAsync();
        await runtime.Connection.ConnectAsync().Soon();
        await peer.TradeAsync("a", 5);
        Assert.Equal(5, (await stream.NextAsync()).N);
    }

    [Fact]
    public async Task What_is_opened_and_given_up_while_restoring_is_told_to_the_peer()
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        await using ClientRuntime runtime = Runtime(route);
        MessageStream<Trade> first = runtime.SubscribeTopic(route, "first", null);
        MessageStream<Trade> second = runtime.SubscribeTopic(route, "second", null);
        ScriptedPeer peer = await _server.AcceptOpenAsync().Soon();
        JsonElement request = await peer.ReadJsonAsync();
        Assert.Equal(["first", "second"], request.Topics());
        MessageStream<Trade> late = runtime.SubscribeTopic(route, "late", null);
        await second.DisposeAsync();
        Assert.Equal(["late"], (await peer.ReadJsonAsync()).Topics());
        await peer.ReplyAsync(request);
        JsonElement end = await peer.ReadJsonAsync();
        Assert.Equal(("UNSUBSCRIBE", "second"), (end.Method(), Assert.Single(end.Topics())));

        // What came later holds nothing up.
        await runtime.Connection.ConnectAsync().Soon();
        await peer.TradeAsync("late", 1);
        await peer.TradeAsync("first", 2);
        Assert.Equal(new long[] { 1, 2 }, new[] { (await late.NextAsync()).N, (await first.NextAsync()).N });
    }

    [Fact]
    public async Task What_waits_behind_a_peer_that_does_not_read_is_taken_back_at_a_drop_and_sent_once()
    {
        SubscriptionRoute<Trade> route = BybitTrades();
        await using ClientRuntime runtime = Runtime(route);
        ScriptedPeer peer = await runtime.Connection.ConnectToAsync(_server);
        byte[] large = new byte[8 * 1024 * 1024];
        Task[] stuck = [.. Enumerable.Range(0, 3).Select(_ => runtime.Connection.SendAsync(MessageKind.Binary, large).AsTask())];
        _ = runtime.SubscribeTopic(route, "a", null);
        _ = runtime.SubscribeTopic(route, "b", null);
        Assert.All(stuck, s => Assert.False(s.IsCompleted));
        States states = new(runtime.Connection);
        peer.Reset();
        await states.UntilAsync(ConnectionState.Disconnected);
        peer = await _server.AcceptOpenAsync().Soon();
        Assert.Equal("""{"op":"subscribe","args":["a","b"]}""", await peer.ReadTextAsync());

        // Whatever was not lost of the large ones comes next, and then nothing but what is sent from here on.
        Task last = runtime.Connection.SendTextAsync("last").AsTask();
        ClientFrame? frame;
        do
            frame = await peer.ReadFrameAsync().Soon();
        while (frame is { Opcode: Opcodes.Binary });
        Assert.Equal("last", frame!.Text);
        await last.Soon();
        await Task.WhenAll(stuck).ContinueWith(_ => { }, TaskScheduler.Default).Soon();
    }

    private ClientRuntime Runtime(params SubscriptionRoute[] routes) => new(Contract(routes), Options(_server.Uri));
}
