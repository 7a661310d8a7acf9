using Protocols.Binance;

namespace NetWebSockets.ProtocolTests;

public sealed class BinanceTests
{
    [Fact]
    public async Task Topics_are_subscribed_to_by_calls_shared_restored_and_ended()
    {
        await using PlayedServer server = new();
        Task<BinanceClient> connecting = BinanceClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        using Player first = await server.AcceptAsync();
        await using BinanceClient client = await connecting.Soon();

        await using MessageStream<AggTrade> trades = client.AggTrades("btcusdt");
        int id = (int)(await first.HearAnyAsync())["id"]!;
        await first.SayAsync($$"""{"id":{{id}},"result":null}""");
        await first.SayAsync("""{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1800000000001,"s":"BTCUSDT","a":9,"p":"1.50","q":"2","f":5,"l":6,"T":1800000000000,"m":true,"M":true}}""");
        AggTrade trade = await trades.NextAsync();
        Assert.Equal(("BTCUSDT", "1.50", 1800000000001, true), (trade.Symbol, trade.Price, trade.EventTime, trade.IsBuyerMaker));

        await using MessageStream<PartialDepth> depth = client.Depth("btcusdt", 5);
        id = (int)(await first.HearAnyAsync())["id"]!;
        await first.SayAsync($$"""{"id":{{id}},"result":null}""");
        await first.SayAsync("""{"stream":"btcusdt@depth5","data":{"lastUpdateId":12,"bids":[["1.1","3"]],"asks":[["1.2","4"]]}}""");
        Assert.Equal(12, (await depth.NextAsync()).LastUpdateId);

        first.Drop();
        using Player second = await server.AcceptAsync();
        await second.HearAsync($$"""{"id":{{id + 1}},"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@depth5"]}""");
        await second.SayAsync($$"""{"id":{{id + 1}},"result":null}""");
        await second.SayAsync("""{"stream":"btcusdt@depth5","data":{"lastUpdateId":13,"bids":[],"asks":[]}}""");
        Assert.Equal(13, (await depth.NextAsync()).LastUpdateId);

        await trades.DisposeAsync();
        await second.HearAsync($$"""{"id":{{id + 2}},"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"]}""");
        await second.SayAsync($$"""{"id":{{id + 2}},"result":null}""");

        Task<string[]> listing = client.ListSubscriptionsAsync(TestContext.Current.CancellationToken);
        await second.HearAsync($$"""{"id":{{id + 3}},"method":"LIST_SUBSCRIPTIONS","params":{} }""");
        await second.SayAsync($$"""{"result":["btcusdt@depth5"],"id":{{id + 3}}}""");
        Assert.Equal(["btcusdt@depth5"], await listing.Soon());
    }

    [Fact]
    public async Task A_refused_topic_ends_its_stream_with_the_code()
    {
        await using PlayedServer server = new();
        Task<BinanceClient> connecting = BinanceClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        using Player player = await server.AcceptAsync();
        await using BinanceClient client = await connecting.Soon();
        await using MessageStream<AggTrade> trades = client.AggTrades("nonsense");
        int id = (int)(await player.HearAnyAsync())["id"]!;
        await player.SayAsync($$"""{"code":2,"msg":"Invalid request: x","id":{{id}}}""");
        CallErrorException refused = await Assert.ThrowsAsync<CallErrorException>(() => trades.NextAsync());
        Assert.Equal("2", refused.Code);
        Assert.Contains("Invalid request: x", refused.Message, StringComparison.Ordinal);
    }
}
