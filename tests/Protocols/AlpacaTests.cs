using Protocols.Alpaca;

namespace NetWebSockets.ProtocolTests;

public sealed class AlpacaTests
{
    [Fact]
    public async Task The_script_logs_in_and_subscribes_on_every_socket_and_a_frame_holds_many_messages()
    {
        await using PlayedServer server = new();
        Task<AlpacaClient> connecting = AlpacaClient.ConnectAsync("k", "s", ["FAKE"], ["FAKE"], server.Options(), TestContext.Current.CancellationToken);
        using Player first = await server.AcceptAsync();
        await LogInAsync(first);
        Assert.False(connecting.IsCompleted);
        await first.SayAsync("""[{"T":"subscription","trades":["FAKE"],"quotes":["FAKE"]}]""");
        await using AlpacaClient client = await connecting.Soon();
        await using MessageStream<Trade> trades = client.Trades();
        await using MessageStream<Quote> quotes = client.Quotes();
        await using MessageStream<UnknownMessage> unknown = client.UnknownMessages();
        await first.SayAsync("""[{"T":"t","S":"FAKE","p":1.5,"s":10,"t":"2030-01-01T00:00:00.000000001Z"},{"T":"q","S":"FAKE","bp":1.4,"ap":1.6,"t":"2030-01-01T00:00:00Z"},{"T":"q","S":"FAKE","bp":1.3,"ap":1.7},{"T":"new"}]""");
        Assert.Equal("new", (await unknown.NextAsync()).Discriminator);
        Assert.Equal(new Trade("FAKE", 1.5m, 10, "2030-01-01T00:00:00.000000001Z"), await trades.NextAsync());

        // Of two quotes of one symbol the newer one is there.
        Assert.Equal(new Quote("FAKE", 1.3m, 1.7m), await quotes.NextAsync());
        Assert.Equal(1, quotes.Dropped);

        first.Drop();
        using Player second = await server.AcceptAsync();
        await LogInAsync(second);
        await second.SayAsync("""[{"T":"subscription","trades":["FAKE"],"quotes":["FAKE"]}]""");
        await second.SayAsync("""[{"T":"t","S":"FAKE","p":2,"s":1,"t":"x"}]""");
        Assert.Equal(2m, (await trades.NextAsync()).Price);
    }

    [Theory]
    [InlineData("connected")]
    [InlineData("auth")]
    [InlineData("subscribe")]
    public async Task A_refusal_at_any_step_ends_the_client_with_the_reason(string step)
    {
        await using PlayedServer server = new();
        Task<AlpacaClient> connecting = AlpacaClient.ConnectAsync("k", "s", ["FAKE"], [], server.Options(), TestContext.Current.CancellationToken);
        using Player player = await server.AcceptAsync();
        if (step != "connected")
        {
            await player.SayAsync("""[{"T":"success","msg":"connected"}]""");
            await player.HearAnyAsync();
        }

        if (step == "subscribe")
        {
            await player.SayAsync("""[{"T":"success","msg":"authenticated"}]""");
            await player.HearAnyAsync();
        }

        await player.SayAsync("""[{"T":"error","code":402,"msg":"auth failed"}]""");
        NetWebSocketException error = await Assert.ThrowsAnyAsync<NetWebSocketException>(() => connecting.Soon());
        Assert.Contains("auth failed (402)", error.Message + error.InnerException?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_connections_are_tried_again()
    {
        await using PlayedServer server = new();
        Task<AlpacaClient> connecting = AlpacaClient.ConnectAsync("k", "s", [], [], server.Options(), TestContext.Current.CancellationToken);
        using Player first = await server.AcceptAsync();
        await first.SayAsync("""[{"T":"error","code":406,"msg":"connection limit exceeded"}]""");
        using Player second = await server.AcceptAsync();
        await LogInAsync(second, quotes: "[]", trades: "[]");
        await second.SayAsync("""[{"T":"subscription","trades":[],"quotes":[]}]""");
        await using AlpacaClient client = await connecting.Soon();
    }

    private static async Task LogInAsync(Player player, string trades = "[\"FAKE\"]", string quotes = "[\"FAKE\"]")
    {
        await player.SayAsync("""[{"T":"success","msg":"connected"}]""");
        await player.HearAsync("""{"action":"auth","key":"k","secret":"s"}""");
        await player.SayAsync("""[{"T":"success","msg":"authenticated"}]""");
        await player.HearAsync($$"""{"action":"subscribe","trades":{{trades}},"quotes":{{quotes}} }""");
    }
}
