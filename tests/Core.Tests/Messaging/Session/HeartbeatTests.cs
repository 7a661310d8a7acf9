using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Session;

/// <summary>Heartbeats that are text or protocol pings, and their answers.</summary>
public sealed class HeartbeatTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(21);
    private static readonly ReceiveRoute<Note> Pong = new([LocatorMatch.Exact("/op", "pong")], SessionJson.Default.Note);

    private static ClientContract With(HeartbeatContract heartbeat, MessageFraming framing = MessageFraming.Single) => new()
    {
        Name = "Beating",
        Discriminators = ["/op"],
        Framing = framing,
        Calls = new CallContract { Id = "/req_id", IdKind = CallIdKind.String },
        Routes = [Pong],
        Sends = [SessionSupport.SendNote],
        Heartbeat = heartbeat,
    };

    private static string TextOf(UnknownMessage message) => message.ToString();

    private static async Task<ConnectionException> DroppedAsync(States states) =>
        Assert.IsType<ConnectionException>((await states.UntilAsync(ConnectionState.Disconnected)).Cause);

    [Fact]
    public async Task A_text_with_id_and_time_goes_out_at_every_interval_while_it_is_answered()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(new HeartbeatContract { Text = """{"op":"ping","req_id":{id},"args":[{time}]}""", Interval = Interval, Reply = Pong }), server.Uri, time);
        MessageStream<UnknownMessage> unknown = client.OpenUnknown(null);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        for (int i = 1; i <= 3; i++)
        {
            await time.PassAsync(Interval);
            Assert.Equal($$"""{"op":"ping","req_id":"{{i}}","args":[{{time.GetUtcNow().ToUnixTimeMilliseconds()}}]}""", await peer.ReadTextAsync());
            await peer.SendTextAsync($$"""{"op":"pong","req_id":"{{i}}"}""");

            // The pong has been taken when what comes after it has.
            await peer.SendTextAsync($$"""{"op":"mark{{i}}"}""");
            Assert.Equal($$"""{"op":"mark{{i}}"}""", TextOf(await unknown.NextAsync()));
        }

        Assert.Equal(ConnectionState.Ready, client.Connection.State);
    }

    [Fact]
    public async Task A_raw_word_answers_a_raw_word_and_goes_nowhere_else()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(new HeartbeatContract { Text = "ping", ReplyText = "pong", Interval = Interval, ReplyTimeout = TimeSpan.FromSeconds(5) }), server.Uri, time);
        States states = new(client.Connection);
        MessageStream<UnknownMessage> unknown = client.OpenUnknown(null);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await states.UntilAsync(ConnectionState.Ready);
        await time.PassAsync(Interval);
        Assert.Equal("ping", await peer.ReadTextAsync());
        await peer.SendTextAsync("pong");
        await peer.SendTextAsync("pang");
        Assert.Equal("pang", TextOf(await unknown.NextAsync()));
        time.Advance(TimeSpan.FromSeconds(5));
        await time.WaitBegunAsync(Interval - TimeSpan.FromSeconds(5));
        time.Advance(Interval - TimeSpan.FromSeconds(5));
        Assert.Equal("ping", await peer.ReadTextAsync());
        await time.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("The peer did not answer the heartbeat within 5 s.", Assert.IsType<TimeoutException>((await DroppedAsync(states)).InnerException).Message);
        await server.OpenAsync();
        await states.UntilAsync(ConnectionState.Ready);
    }

    [Fact]
    public async Task A_reply_to_a_heartbeat_with_an_id_is_no_late_reply()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(new HeartbeatContract { Text = """{"method":"ping","req_id":{id}}""", Interval = Interval }), server.Uri, time);
        MessageStream<UnknownMessage> unknown = client.OpenUnknown(null);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await time.PassAsync(Interval);
        Assert.Equal("""{"method":"ping","req_id":"1"}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"req_id":"1","result":"ok"}""");
        await peer.SendTextAsync("""{"req_id":"1","result":"again"}""");
        Assert.Contains("again", TextOf(await unknown.NextAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protocol_ping_goes_out_at_every_interval()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(With(new HeartbeatContract { Interval = Interval }), server.Uri, time);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        for (int i = 0; i < 2; i++)
        {
            await time.PassAsync(Interval);
            Assert.Equal(Opcodes.Ping, (await peer.ReadFrameAsync().Soon())!.Opcode);
        }
    }

    [Fact]
    public async Task Json_is_framed_as_the_contract_says()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(new HeartbeatContract { Text = """{"type":6}""", Interval = Interval }, MessageFraming.Delimited), server.Uri, time);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await time.PassAsync(Interval);
        Assert.Equal("{\"type\":6}\u001e", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task Only_when_idle_it_waits_for_an_interval_in_which_nothing_was_sent()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(new HeartbeatContract { Text = "alive", Interval = Interval, OnlyWhenIdle = true }), server.Uri, time);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await time.WaitBegunAsync(Interval);
        time.Advance(TimeSpan.FromSeconds(13));
        await client.SendAsync(SessionSupport.SendNote, new Note(1), CancellationToken.None).Soon();
        Assert.Equal("""{"type":"note","n":1}""", await peer.ReadTextAsync());
        time.Advance(TimeSpan.FromSeconds(8));
        await time.PassAsync(TimeSpan.FromSeconds(13));
        Assert.Equal("alive", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task Silence_drops_the_socket()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(new HeartbeatContract { Silence = TimeSpan.FromSeconds(12) }), server.Uri, time);
        States states = new(client.Connection);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        MessageStream<UnknownMessage> unknown = client.OpenUnknown(null);
        await time.WaitBegunAsync(TimeSpan.FromSeconds(12));
        time.Advance(TimeSpan.FromSeconds(4));
        await peer.SendTextAsync("{}");
        await unknown.NextAsync();
        time.Advance(TimeSpan.FromSeconds(8));
        await time.PassAsync(TimeSpan.FromSeconds(4));
        Assert.Contains("Nothing came from the peer for 12 s", (await DroppedAsync(states)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_is_gone_beats_no_more()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(With(new HeartbeatContract { Text = "ping", Interval = Interval }), server.Uri, time, o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await time.WaitBegunAsync(Interval);
        Task disposed = client.DisposeAsync().AsTask();
        await peer.AnswerCloseAsync();
        await disposed.Soon();
        time.TakeWaits();
        time.Advance(3 * Interval);

        // A beat sets the timer for the next one before it sends.
        Assert.DoesNotContain(Interval, time.TakeWaits());
    }

    [Fact]
    public void A_heartbeat_without_any_time_is_told_at_once() =>
        Assert.Contains("nothing says when", Assert.Throws<ArgumentException>(() => new ContractPlan(With(new HeartbeatContract { Text = "ping" }))).Message, StringComparison.Ordinal);
}
