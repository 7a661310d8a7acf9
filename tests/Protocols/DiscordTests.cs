using System.Text.Json.Nodes;
using NetWebSockets.Tests.Connections;
using Protocols.Discord;

namespace NetWebSockets.ProtocolTests;

public sealed class DiscordTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(41_250);

    [Fact]
    public async Task Heartbeats_carry_the_sequence_and_a_missing_answer_resumes_the_session_at_its_own_address()
    {
        await using PlayedServer server = new();
        ObservedTime time = new();
        (Gateway connected, Player first) = await BeginAsync(server, Options(server, time));
        await using Gateway gateway = connected;
        await using MessageStream<Message> messages = gateway.Messages();
        await using MessageStream<UnknownMessage> unknown = gateway.UnknownMessages();
        await first.SayAsync("""{"op":0,"s":2,"t":"UNKNOWN_FUTURE_EVENT","d":{}}""");
        Assert.Equal("0 UNKNOWN_FUTURE_EVENT", (await unknown.NextAsync()).Discriminator);
        await first.SayAsync("""{"t":"MESSAGE_CREATE","s":3,"op":0,"d":{"id":"m1","content":"hi","more":{"op":7}}}""");
        Assert.Equal(new Message("m1", "hi"), await messages.NextAsync());

        // Asked for, and by the clock; the first comes after a random part of the interval.
        await first.SayAsync("""{"op":1,"d":null}""");
        await first.HearAsync("""{"op":1,"d":3}""");
        await first.SayAsync("""{"op":11}""");
        await first.SayAsync("""{"op":0,"s":4,"t":"MESSAGE_CREATE","d":{"id":"m2","content":"x"} }""");
        await messages.NextAsync();
        time.Advance(Interval);
        await first.HearAsync("""{"op":1,"d":4}""");
        time.Advance(Interval);
        Assert.Equal(4900, await first.HearCloseAsync());
        first.Peer.ShutdownSend();

        // The connection had been stable, so the first new attempt comes at once.
        using Player second = await server.AcceptAsync();
        Assert.Equal("/resumed?v=10&encoding=json", second.Target);
        await second.SayAsync("""{"op":10,"d":{"heartbeat_interval":41250}}""");
        await second.HearAsync("""{"op":6,"d":{"token":"secret","session_id":"sid1","seq":4} }""");
        await second.SayAsync("""{"op":0,"s":5,"t":"MESSAGE_CREATE","d":{"id":"m3","content":"missed"} }""");
        await second.SayAsync("""{"op":0,"s":6,"t":"RESUMED","d":{}}""");
        Assert.Equal("m3", (await messages.NextAsync()).Id);

        await gateway.UpdatePresenceAsync(new Presence("online", false), TestContext.Current.CancellationToken);
        await second.HearAsync("""{"op":3,"d":{"status":"online","afk":false} }""");
        SendException tooLarge = await Assert.ThrowsAsync<SendException>(
            () => gateway.UpdatePresenceAsync(new Presence(new string('x', 5000), false), TestContext.Current.CancellationToken).AsTask().Soon());
        Assert.Equal(SendOutcome.NotSent, tooLarge.Outcome);
        Assert.Contains("4096", tooLarge.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4000, true)]
    [InlineData(4007, false)]
    [InlineData(4009, false)]
    public async Task A_close_code_says_whether_the_session_goes_on(int code, bool resumes)
    {
        await using PlayedServer server = new();
        ObservedTime time = new();
        (Gateway connected, Player first) = await BeginAsync(server, Options(server, time));
        await using Gateway gateway = connected;
        time.TakeWaits();
        await first.CloseAsync(code);
        await PassBackoffAsync(time);
        using Player second = await server.AcceptAsync();
        await second.SayAsync("""{"op":10,"d":{"heartbeat_interval":41250}}""");
        Assert.Equal(resumes ? "/resumed?v=10&encoding=json" : "/", second.Target);
        Assert.Equal(resumes ? 6 : 2, (int)(await second.HearAnyAsync())["op"]!);
    }

    [Fact]
    public async Task A_session_that_cannot_be_resumed_is_begun_anew_on_the_same_socket()
    {
        await using PlayedServer server = new();
        ObservedTime time = new();
        (Gateway connected, Player first) = await BeginAsync(server, Options(server, time));
        await using Gateway gateway = connected;
        time.TakeWaits();
        first.Drop();
        await PassBackoffAsync(time);
        using Player second = await server.AcceptAsync();
        await second.SayAsync("""{"op":10,"d":{"heartbeat_interval":41250}}""");
        Assert.Equal(6, (int)(await second.HearAnyAsync())["op"]!);
        await second.SayAsync("""{"op":9,"d":false}""");
        Assert.Equal(2, (int)(await second.HearAnyAsync())["op"]!);
    }

    [Theory]
    [InlineData("true", 6)]
    [InlineData("false", 2)]
    public async Task A_session_that_is_ended_while_it_lives_is_resumed_or_begun_anew(string mayResume, int operation)
    {
        await using PlayedServer server = new();
        (Gateway connected, Player first) = await BeginAsync(server, server.Options());
        await using Gateway gateway = connected;
        await first.SayAsync($$"""{"op":9,"d":{{mayResume}} }""");
        Assert.Equal(4900, await first.HearCloseAsync());
        first.Peer.ShutdownSend();
        using Player second = await server.AcceptAsync();
        await second.SayAsync("""{"op":10,"d":{"heartbeat_interval":41250}}""");
        Assert.Equal(operation, (int)(await second.HearAnyAsync())["op"]!);
    }

    [Theory]
    [InlineData(4004)]
    [InlineData(4014)]
    public async Task A_fatal_close_code_ends_the_client(int code)
    {
        await using PlayedServer server = new();
        Task<Gateway> connecting = Gateway.ConnectAsync("wrong", 1, server.Options(), TestContext.Current.CancellationToken);
        using Player player = await server.AcceptAsync();
        await player.SayAsync("""{"op":10,"d":{"heartbeat_interval":41250}}""");
        await player.HearAnyAsync();
        await player.CloseAsync(code);
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => connecting.Soon());
        Assert.Equal(code, error.Failure!.CloseCode);
    }

    [Fact]
    public async Task Asked_to_move_it_opens_the_new_socket_before_it_gives_up_the_old_one()
    {
        await using PlayedServer server = new();
        ObservedTime time = new();
        (Gateway connected, Player first) = await BeginAsync(server, Options(server, time));
        await using Gateway gateway = connected;
        await using MessageStream<Message> messages = gateway.Messages();
        await first.SayAsync("""{"op":7,"d":null}""");
        using Player second = await server.AcceptAsync();
        await first.SayAsync("""{"op":0,"s":2,"t":"MESSAGE_CREATE","d":{"id":"old","content":"x"} }""");
        Assert.Equal("old", (await messages.NextAsync()).Id);
        await second.SayAsync("""{"op":10,"d":{"heartbeat_interval":41250}}""");
        await second.HearAsync("""{"op":6,"d":{"token":"secret","session_id":"sid1","seq":2} }""");
        await second.SayAsync("""{"op":0,"s":3,"t":"RESUMED","d":{}}""");
        await second.SayAsync("""{"op":0,"s":4,"t":"MESSAGE_CREATE","d":{"id":"new","content":"x"} }""");
        Assert.Equal("new", (await messages.NextAsync()).Id);
        Assert.Equal(4900, await first.HearCloseAsync());
    }

    private static WebSocketClientOptions Options(PlayedServer server, ObservedTime time) =>
        server.Options(o => (o.TimeProvider, o.KeepAliveInterval) = (time, Timeout.InfiniteTimeSpan));

    // The server ends its sockets itself.
    private static async Task<(Gateway Gateway, Player Player)> BeginAsync(PlayedServer server, WebSocketClientOptions options)
    {
        Task<Gateway> connecting = Gateway.ConnectAsync("secret", 513, options, TestContext.Current.CancellationToken);
        Player player = await server.AcceptAsync();
        await player.SayAsync("""{"op":10,"d":{"heartbeat_interval":41250}}""");
        JsonNode identify = await player.HearAnyAsync();
        Assert.Equal((2, "secret"), ((int)identify["op"]!, (string)identify["d"]!["token"]!));
        await player.SayAsync($$"""{"op":0,"s":1,"t":"READY","d":{"v":10,"session_id":"sid1","resume_gateway_url":"{{server.Uri}}resumed"} }""");
        return (await connecting.Soon(), player);
    }

    private static async Task PassBackoffAsync(ObservedTime time)
    {
        await time.WaitBegunAsync(static wait => wait > TimeSpan.Zero && wait <= TimeSpan.FromMilliseconds(20), "a new attempt");
        time.Advance(TimeSpan.FromMilliseconds(20));
    }
}
