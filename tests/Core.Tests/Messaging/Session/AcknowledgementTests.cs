using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Session;

/// <summary>Acknowledgements for each message, and together as Web PubSub's reliable subprotocol has them.</summary>
public sealed class AcknowledgementTests
{
    private static readonly ReceiveRoute<Note> Connected = new([LocatorMatch.Exact("/event", "connected")], SessionJson.Default.Note);
    private static readonly ReceiveRoute<Note> Ended = new([LocatorMatch.Exact("/event", "ended")], SessionJson.Default.Note);

    private static ClientContract Each(Func<object, ConnectScript, CancellationToken, ValueTask>? script = null) => new()
    {
        Name = "Acknowledging",
        Discriminators = ["/type"],
        Routes = [SessionSupport.Notes, SessionSupport.Welcomes],
        Sends = [SessionSupport.SendNote],
        OnConnected = script,
        Acknowledgements = [new AcknowledgeContract("/envelope", """{"ack":{value}}""", null)],
    };

    private static ClientContract Reliable() => new()
    {
        Name = "Reliable",
        Discriminators = ["/type", "/event"],
        Routes = [SessionSupport.Notes, Connected, Ended],
        Acknowledgements = [new AcknowledgeContract("/sequenceId", """{"type":"sequenceAck","sequenceId":{value}}""", TimeSpan.FromSeconds(3))],
        Resume = new ResumeContract
        {
            Sequence = "/sequenceId",
            From = Connected,
            State = "/reconnectionToken",
            EndedBy = Ended,
            Query = "awps_connection_id={/connectionId}&awps_reconnection_token={state}&last={sequence}",
        },
        CloseCodes = new CloseCodeContract { NewSession = [1008] },
    };

    [Fact]
    public async Task A_message_is_acknowledged_once_its_streams_have_it_and_not_before()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Each(), server.Uri);
        MessageStream<Note> notes = client.Open(SessionSupport.Notes, new MessageStreamOptions { Capacity = 1 });
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await peer.SendTextAsync("""{"type":"note","n":1,"envelope":"a-1"}""");
        Assert.Equal("""{"ack":"a-1"}""", await peer.ReadTextAsync());

        // The stream is full: this one waits, and so does its acknowledgement.
        await peer.SendTextAsync("""{"type":"note","n":2,"envelope":2}""");
        Task<string> second = peer.ReadTextAsync();
        Assert.False(second.IsCompleted);
        Assert.Equal(1, (await notes.NextAsync()).N);
        Assert.Equal("""{"ack":2}""", await second.Soon());
        await peer.SendTextAsync("""{"type":"unheard_of","envelope":3}""");
        Assert.Equal(2, (await notes.NextAsync()).N);
        Assert.Equal("""{"ack":3}""", await peer.ReadTextAsync());
    }

    [Fact]
    public void Holding_back_the_last_of_many_allocates_nothing()
    {
        ContractPlan plan = Reliable().Plan;
        FakeTimeProvider time = new();
        var session = new ClientSession(plan, "Reliable", NullLogger.Instance) { Time = time };
        var acknowledger = new Acknowledger(plan, session, time);
        byte[] message = """{"type":"note","sequenceId":1000000000000000000}"""u8.ToArray();
        int number = message.Length - 2;
        Assert.Equal(0, Allocations.OfThousand(() =>
        {
            for (int digit = number; ++message[digit] > '9'; digit--)
                message[digit] = (byte)'0';
            var found = new ScannedMessage();
            MessageScanner.Scan(plan, null, plan.AlwaysNeeded, message, ref found);
            if (!acknowledger.Takes(found) || !acknowledger.OnDelivered(message, found, null!).IsCompletedSuccessfully)
                throw new InvalidOperationException("The message is to be acknowledged.");
        }));
        acknowledger.Dispose();
    }

    [Fact]
    public async Task Together_the_last_one_goes_out_when_it_was_held_back_long_enough_and_again_only_for_a_later_one()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(Reliable(), server.Uri, time, o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await time.WaitBegunAsync(TimeSpan.FromSeconds(10)); // Until it is stable: what is held back when it becomes ready goes out at once.
        MessageStream<Note> notes = client.Open(SessionSupport.Notes, null);
        MessageStream<UnknownMessage> unknown = client.OpenUnknown(null);
        for (int i = 1; i <= 3; i++)
        {
            await peer.SendTextAsync($$"""{"type":"note","n":{{i}},"sequenceId":{{i + 4}}}""");
            await notes.NextAsync();
        }

        await MarkAsync();
        await time.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("""{"type":"sequenceAck","sequenceId":7}""", await peer.ReadTextAsync());

        // Seen before: nothing new to tell. Then a later one, which goes out at the latest with the close.
        await peer.SendTextAsync("""{"type":"note","n":0,"sequenceId":6}""");
        await notes.NextAsync();
        await peer.SendTextAsync("""{"type":"note","n":4,"sequenceId":8}""");
        await notes.NextAsync();
        await MarkAsync();
        Task closed = client.Connection.CloseAsync();
        Assert.Equal("""{"type":"sequenceAck","sequenceId":8}""", await peer.ReadTextAsync());
        Assert.Equal(1000, await peer.AnswerCloseAsync());
        await closed.Soon();

        // A message is noted after its reader has been woken, and before the next one is delivered.
        async Task MarkAsync()
        {
            await peer.SendTextAsync("""{"type":"mark"}""");
            await unknown.NextAsync();
        }
    }

    [Fact]
    public async Task What_was_told_and_the_sequence_go_into_the_query_and_what_was_held_back_goes_out_after_the_drop()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(Reliable(), server.UriFor("127.0.0.1", "/hub?x=1"), time);
        States states = new(client.Connection);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await states.UntilAsync(ConnectionState.Ready);
        MessageStream<Note> notes = client.Open(SessionSupport.Notes, null);
        await peer.SendTextAsync("""{"type":"system","event":"connected","n":0,"connectionId":"c&1","reconnectionToken":"t/1 é"}""");
        await peer.SendTextAsync("""{"type":"note","n":1,"sequenceId":9}""");
        await notes.NextAsync();
        peer.Reset();
        await time.PassAsync(TimeSpan.FromMilliseconds(1));
        ScriptedPeer second = await server.OpenAsync();
        Assert.Equal("/hub?x=1&awps_connection_id=c%261&awps_reconnection_token=t%2F1%20%C3%A9&last=9", second.Request!.Target);
        Assert.Equal("""{"type":"sequenceAck","sequenceId":9}""", await second.ReadTextAsync());
        await states.UntilAsync(ConnectionState.Ready);
        await second.SendCloseAsync(1008);
        await second.ReadCloseAsync().Soon();
        second.Dispose();
        await states.UntilAsync(ConnectionState.Disconnected);
        await time.WaitBegunAsync(w => w <= TimeSpan.FromMilliseconds(50) && w > TimeSpan.FromMilliseconds(1), "the backoff");
        time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal("/hub?x=1", (await server.OpenAsync()).Request!.Target);
    }

    [Fact]
    public async Task What_comes_while_the_connect_script_runs_is_acknowledged_behind_it_and_not_on_another_socket()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(
            Each(static async (_, script, token) =>
            {
                await script.ExpectAsync<Welcome>(token);
                await script.SendAsync(new Note(1), token);
                await script.ExpectAsync<Welcome>(token);
            }),
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        await peer.SendTextAsync("""{"type":"note","n":1,"envelope":"lost"}""");
        await peer.SendTextAsync("""{"type":"welcome","id":"1"}""");
        Assert.Equal("""{"type":"note","n":1}""", await peer.ReadTextAsync());
        peer.Reset();
        peer = await server.OpenAsync();
        await peer.SendTextAsync("""{"type":"note","n":1,"envelope":"a"}""");
        await peer.SendTextAsync("""{"type":"note","n":2,"envelope":"b"}""");
        await peer.SendTextAsync("""{"type":"welcome","id":"1"}""");
        Assert.Equal("""{"type":"note","n":1}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"type":"welcome","id":"2"}""");
        await ready.Soon();
        Assert.Equal("""{"ack":"a"}""", await peer.ReadTextAsync());
        Assert.Equal("""{"ack":"b"}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"type":"note","n":3,"envelope":"c"}""");
        Assert.Equal("""{"ack":"c"}""", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task What_belongs_to_a_session_that_the_peer_has_ended_is_not_acknowledged_in_the_next()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(Reliable(), server.Uri, time);
        States states = new(client.Connection);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        MessageStream<Note> notes = client.Open(SessionSupport.Notes, null);
        await states.UntilAsync(ConnectionState.Ready);
        await peer.SendTextAsync("""{"event":"ended","n":0,"sequenceId":17}""");
        await time.PassAsync(TimeSpan.FromMilliseconds(1));
        peer = await server.OpenAsync();
        await states.UntilAsync(ConnectionState.Ready);
        await peer.SendTextAsync("""{"type":"note","n":1,"sequenceId":1}""");
        await notes.NextAsync();
        await time.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("""{"type":"sequenceAck","sequenceId":1}""", await peer.ReadTextAsync());
    }
}
