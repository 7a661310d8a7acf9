using System.Text.Json.Nodes;
using NetWebSockets.Tests.Connections;
using Protocols.Bybit;

namespace NetWebSockets.ProtocolTests;

public sealed class BybitTests
{
    [Fact]
    public async Task Topics_are_acknowledged_by_request_ids_and_made_again_after_a_drop()
    {
        await using PlayedServer server = new();
        Task<BybitClient> connecting = BybitClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        using Player first = await server.AcceptAsync();
        await using BybitClient client = await connecting.Soon();
        await using MessageStream<Trade[]> trades = client.Trades("BTCUSDT");
        string id = await AnswerAsync(first, "subscribe", "publicTrade.BTCUSDT");
        await first.SayAsync("""{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1800000000000,"data":[{"T":1800000000000,"s":"BTCUSDT","S":"Buy","v":"1","p":"2.5","i":"x","BT":false}]}""");
        Assert.Equal(new Trade(1800000000000, "BTCUSDT", "Buy", "1", "2.5"), Assert.Single(await trades.NextAsync()));

        await using MessageStream<TickerUpdate> tickers = client.Tickers("ETHUSDT");
        await AnswerAsync(first, "subscribe", "tickers.ETHUSDT");
        await first.SayAsync("""{"topic":"tickers.ETHUSDT","type":"delta","ts":1,"data":{"symbol":"ETHUSDT"} }""");
        Assert.Equal(new TickerUpdate("delta", 1, new Ticker("ETHUSDT", null)), await tickers.NextAsync());

        first.Drop();
        using Player second = await server.AcceptAsync();
        Assert.NotEqual(id, await AnswerAsync(second, "subscribe", "publicTrade.BTCUSDT", "tickers.ETHUSDT"));
        await second.SayAsync("""{"topic":"tickers.ETHUSDT","type":"snapshot","ts":2,"data":{"symbol":"ETHUSDT","lastPrice":"9"} }""");
        Assert.Equal("9", (await tickers.NextAsync()).Data.LastPrice);
        await trades.DisposeAsync();
        await AnswerAsync(second, "unsubscribe", "publicTrade.BTCUSDT");
    }

    [Fact]
    public async Task A_refused_topic_ends_its_stream_with_what_the_peer_says()
    {
        await using PlayedServer server = new();
        Task<BybitClient> connecting = BybitClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        using Player player = await server.AcceptAsync();
        await using BybitClient client = await connecting.Soon();
        await using MessageStream<Trade[]> trades = client.Trades("NONSENSE");
        string id = (string)(await player.HearAnyAsync())["req_id"]!;
        await player.SayAsync($$"""{"success":false,"ret_msg":"Invalid symbol","op":"subscribe","conn_id":"c","req_id":"{{id}}"}""");
        CallErrorException refused = await Assert.ThrowsAsync<CallErrorException>(() => trades.NextAsync());
        Assert.Contains("Invalid symbol", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ping_that_is_not_answered_gives_the_socket_up()
    {
        await using PlayedServer server = new();
        ObservedTime time = new();
        Task<BybitClient> connecting = BybitClient.ConnectAsync(
            server.Options(o => (o.TimeProvider, o.KeepAliveInterval) = (time, Timeout.InfiniteTimeSpan)), TestContext.Current.CancellationToken);
        using Player first = await server.AcceptAsync();
        await using BybitClient client = await connecting.Soon();
        await time.PassAsync(TimeSpan.FromSeconds(20));
        await first.HearAsync("""{"op":"ping"}""");
        await using MessageStream<Pong> pongs = client.PongMessages();
        await first.SayAsync("""{"success":true,"ret_msg":"pong","conn_id":"c","op":"ping"}""");
        Assert.Equal("pong", (await pongs.NextAsync()).Message);
        await time.PassAsync(TimeSpan.FromSeconds(20));
        await first.HearAsync("""{"op":"ping"}""");
        await time.PassAsync(TimeSpan.FromSeconds(20));
        using Player second = await server.AcceptAsync();
    }

    // Answers a request about topics; returns its id.
    private static async Task<string> AnswerAsync(Player player, string operation, params string[] topics)
    {
        JsonNode request = await player.HearAnyAsync();
        Assert.Equal(operation, (string)request["op"]!);
        Assert.Equal(topics, request["args"]!.AsArray().Select(t => (string)t!));
        string id = (string)request["req_id"]!;
        await player.SayAsync($$"""{"success":true,"ret_msg":"","op":"{{operation}}","conn_id":"c","req_id":"{{id}}"}""");
        return id;
    }
}
