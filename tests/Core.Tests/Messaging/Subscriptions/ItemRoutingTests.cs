using System.Text;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Messaging;
using Xunit;
using static NetWebSockets.Tests.Messaging.Subscriptions.SubscriptionContracts;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

public sealed class ItemRoutingTests
{
    private static readonly MessageStreamOptions Buffer = new();

    [Fact]
    public void An_exact_active_key_wins_over_a_pattern_and_only_while_it_is_active()
    {
        SubscriptionRoute<Trade> topics = BinanceTrades();
        var pattern = new ReceiveRoute<Trade>([LocatorMatch.Template("/stream", "{symbol}@depth{levels}")], SubscriptionsJson.Default.Trade) { Payload = "/data" };
        var router = Router("Exact", new ClientContract { Name = "Exact", Discriminators = ["/stream"], Routes = [pattern], Subscriptions = [topics] });
        MessageStream<Trade> all = router.StreamsOf(pattern).Open(Buffer);
        MessageStream<Trade> one = router.Subscriptions.Open(topics, "a@depth5", [], Buffer);
        Receive(router, """{"stream":"a@depth5","data":{"s":"a","n":1}}""");
        Receive(router, """{"stream":"a@depth50","data":{"s":"a","n":2}}""");
        Assert.True(one.TryRead(out Trade? item));
        Assert.Equal(1, item.N);
        Assert.True(all.TryRead(out item));
        Assert.Equal(2, item.N);
        _ = one.DisposeAsync();
        Receive(router, """{"stream":"a@depth5","data":{"s":"a","n":3}}""");
        Assert.True(all.TryRead(out item));
        Assert.Equal(3, item.N);
    }

    [Fact]
    public void Keys_of_several_parts_stand_at_several_places_in_any_order()
    {
        SubscriptionRoute<Level> book = KrakenBook();
        MessageRouter router = Router("Composite", Contract(book));
        MessageStream<Level> eth = router.Subscriptions.Open(book, "book\u001fETH", Encoding.UTF8.GetBytes("1"), Buffer);
        MessageStream<Level> btc = router.Subscriptions.Open(book, "book\u001fBTC", Encoding.UTF8.GetBytes("2"), Buffer);
        MessageStream<UnknownMessage> unknown = router.Unknown.Open(Buffer);
        Receive(router, """{"channel":"book","data":{"symbol":"BTC","p":1}}""");
        Receive(router, """{"data":{"p":2,"symbol":"ETH"},"channel":"book"}""");
        Receive(router, """{"channel":"bookBTC","data":{"symbol":"","p":3}}""");
        Receive(router, """{"channel":"book","data":{"p":4}}""");
        Receive(router, $$$"""{"channel":"book","data":{"symbol":"{{{new string('x', 2000)}}}","p":5}}""");
        Assert.Equal([1], Read(btc).Select(l => l.P));
        Assert.Equal([2], Read(eth).Select(l => l.P));
        Assert.Equal(3, Read(unknown).Count);
    }

    [Fact]
    public void A_key_may_be_long()
    {
        SubscriptionRoute<Level> book = KrakenBook();
        MessageRouter router = Router("Long", Contract(book));
        string symbol = new('x', 3000);
        MessageStream<Level> stream = router.Subscriptions.Open(book, $"book\u001f{symbol}", [], Buffer);
        Receive(router, $$$"""{"channel":"book","data":{"symbol":"{{{symbol}}}","p":5}}""");
        Assert.Equal([5], Read(stream).Select(l => l.P));
    }

    [Fact]
    public void Two_subscriptions_with_one_key_both_get_the_items_that_are_theirs()
    {
        SubscriptionRoute<Trade> trades = BinanceTrades();
        var levels = new SubscriptionRoute<Level>("levels", SubscriptionsJson.Default.Level)
        {
            At = ["/stream"],
            Payload = "/data",
            ItemWhen = [LocatorMatch.Present("/data/p")],
            Subscribe = trades.Subscribe,
        };
        MessageRouter router = Router("Both", Contract(trades, levels));
        MessageStream<Trade> trade = router.Subscriptions.Open(trades, "a", [], Buffer);
        MessageStream<Level> level = router.Subscriptions.Open(levels, "a", [], Buffer);
        Receive(router, """{"stream":"a","data":{"s":"a","n":1}}""");
        Receive(router, """{"stream":"a","data":{"s":"a","n":2,"p":3}}""");
        Assert.Equal([1, 2], Read(trade).Select(t => t.N));
        Assert.Equal([3], Read(level).Select(l => l.P));
    }

    [Theory]
    [InlineData("""{"stream":"a","data":"no trade"}""")]
    [InlineData("""{"stream":"a"}""")]
    [InlineData("""{"stream":"\ud800","data":{"s":"a","n":1}}""")]
    public void An_item_that_cannot_be_read_becomes_an_unknown_message_with_the_error(string json)
    {
        SubscriptionRoute<Trade> route = BinanceTrades();
        MessageRouter router = Router("Unreadable", Contract(route));
        MessageStream<Trade> stream = router.Subscriptions.Open(route, "a", [], Buffer);
        MessageStream<UnknownMessage> unknown = router.Unknown.Open(Buffer);
        Receive(router, json);
        Assert.Empty(Read(stream));
        Assert.NotNull(Assert.Single(Read(unknown)).Error);
    }

    [Fact]
    public void A_late_item_is_counted_and_is_no_unknown_message()
    {
        string name = $"Late{Guid.NewGuid():N}";
        using MetricCollector<long> late = new(null, NetWebSocketTelemetry.MeterName, "netwebsockets.items.late");
        SubscriptionRoute<Trade> route = BinanceTrades();
        MessageRouter router = Router(name, Contract(route));
        MessageStream<UnknownMessage> unknown = router.Unknown.Open(Buffer);

        // Of those that ended long ago nothing is kept.
        for (int i = 0; i < 300; i++)
            _ = router.Subscriptions.Open(route, $"t{i}", [], Buffer).DisposeAsync();
        Receive(router, """{"stream":"t299","data":{"s":"a","n":1}}""");
        Receive(router, """{"stream":"t0","data":{"s":"a","n":1}}""");
        Assert.Single(late.GetMeasurementSnapshot(), m => (string?)m.Tags["netwebsockets.client"] == name);
        Assert.Single(Read(unknown));

        // After a drop nothing late can come, and nothing is looked for.
        router.OnDropped(new ConnectionException("dropped"));
        Assert.Equal(0u, router.Subscriptions.Needs);
        Receive(router, """{"stream":"t299","data":{"s":"a","n":1}}""");
        Assert.Single(Read(unknown));
    }

    [Fact]
    public void An_item_costs_nothing_beyond_itself()
    {
        SubscriptionRoute<Level> book = KrakenBook();
        var topics = new SubscriptionRoute<Level>("levels", SubscriptionsJson.Default.Level) { At = ["/stream"], Payload = "/data", Subscribe = BinanceTrades().Subscribe };
        MessageRouter router = Router("Quiet", Contract(book, topics));
        var options = new MessageStreamOptions { FullMode = MessageStreamFullMode.DropOldest, Capacity = 4 };
        MessageStream<Level> composite = router.Subscriptions.Open(book, "book\u001fBTC", [], options);
        MessageStream<Level> single = router.Subscriptions.Open(topics, "a@depth", [], options);
        _ = router.Subscriptions.Open(topics, "gone", [], options).DisposeAsync();
        byte[][] messages =
        [
            """{"channel":"book","data":{"symbol":"BTC","p":1}}"""u8.ToArray(),
            """{"stream":"a@depth","data":{"p":2}}"""u8.ToArray(),
            """{"stream":"\u0061@depth","data":{"p":3}}"""u8.ToArray(),
            """{"stream":"gone","data":{"p":4}}"""u8.ToArray(),
        ];
        byte[] item = """{"p":2}"""u8.ToArray();
        long alone = Allocations.OfThousand(() =>
        {
            for (int i = 0; i < 2; i++)
                _ = System.Text.Json.JsonSerializer.Deserialize(item, SubscriptionsJson.Default.Level);
            _ = System.Text.Json.JsonSerializer.Deserialize("""{"symbol":"BTC","p":1}"""u8, SubscriptionsJson.Default.Level);
        });
        Assert.Equal(alone, Allocations.OfThousand(() =>
        {
            foreach (byte[] message in messages)
                _ = router.OnMessageAsync(MessageKind.Text, message).IsCompletedSuccessfully;
        }));
        Assert.All(Read(composite), l => Assert.Equal(1, l.P));
        Assert.Equal([2, 3, 2, 3], Read(single).Select(l => l.P));
    }

    private static MessageRouter Router(string name, ClientContract contract)
    {
        var gate = new PumpGate(TimeProvider.System);
        return new MessageRouter(contract.Plan, name, gate, new CallTable(name, gate, TimeProvider.System, 10), NullLogger.Instance);
    }

    private static void Receive(MessageRouter router, string json) => Assert.True(router.OnMessageAsync(MessageKind.Text, Encoding.UTF8.GetBytes(json)).IsCompletedSuccessfully);

    private static List<T> Read<T>(MessageStream<T> stream)
    {
        List<T> items = [];
        while (stream.TryRead(out T? item))
            items.Add(item);
        return items;
    }
}
