using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Session;

/// <summary>A gateway as Discord's: hello tells the interval, heartbeats carry the last sequence and are acknowledged, sessions are resumed at a told address, close codes have classes.</summary>
public sealed class GatewayTests
{
    private static readonly ReceiveRoute<Hello> HelloRoute = new([LocatorMatch.Exact("/op", "10")], SessionJson.Default.Hello) { Payload = "/d" };
    private static readonly ReceiveRoute<GatewayReady> ReadyRoute = new([LocatorMatch.Exact("/op", "0"), LocatorMatch.Exact("/t", "READY")], SessionJson.Default.GatewayReady) { Payload = "/d" };
    private static readonly ReceiveRoute<HeartbeatAck> AckRoute = new([LocatorMatch.Exact("/op", "11")], SessionJson.Default.HeartbeatAck);
    private static readonly ReceiveRoute<HeartbeatRequest> RequestRoute = new([LocatorMatch.Exact("/op", "1")], SessionJson.Default.HeartbeatRequest);
    private static readonly ReceiveRoute<InvalidSession> InvalidRoute = new([LocatorMatch.Exact("/op", "9")], SessionJson.Default.InvalidSession);
    private static readonly SendRoute<Identify> IdentifyRoute = new("2", Op("2"), SessionJson.Default.Identify, Idempotent: false);
    private static readonly SendRoute<ResumeGateway> ResumeRoute = new("6", Op("6"), SessionJson.Default.ResumeGateway, Idempotent: false);
    private static readonly SendRoute<long?> BeatRoute = new("1", Op("1"), SessionJson.Default.NullableInt64, Idempotent: false);

    private static Envelope Op(string op) => new(default, System.Text.Encoding.UTF8.GetBytes($$"""{"op":{{op}},"d":"""), "}"u8, payloadAtRoot: false);

    private static ClientContract Contract(bool jitter = false, params SubscriptionRoute[] topics) => new()
    {
        Name = "Gateway",
        Discriminators = ["/op", "/t"],
        Routes = [HelloRoute, ReadyRoute, AckRoute, RequestRoute, InvalidRoute],
        Sends = [IdentifyRoute, ResumeRoute],
        Calls = topics.Length == 0 ? null : new CallContract { Id = "/id" },
        Subscriptions = topics,
        Heartbeat = new HeartbeatContract
        {
            Send = HeartbeatMessage.Of(BeatRoute, sequence => sequence as long?),
            IntervalFrom = HelloRoute,
            IntervalAt = "/d/heartbeat_interval",
            Reply = AckRoute,
            RequestedBy = RequestRoute,
            Jitter = jitter,
        },
        Resume = new ResumeContract { Sequence = "/s", From = ReadyRoute, State = "/d/session_id", Address = "/d/resume_gateway_url", EndedBy = InvalidRoute, Resumable = "/d" },
        CloseCodes = new CloseCodeContract { Fatal = [4004, 4014], NewSession = [4007, 4009], Resume = [4000], Retry = [4008], Abort = 4900 },
        OnConnected = async (_, script, token) =>
        {
            await script.ExpectAsync<Hello>(token);
            if (script.Resume is { } resume)
            {
                await script.SendAsync(new ResumeGateway("secret", resume.State, resume.Sequence), token);
                return;
            }

            await script.SendAsync(new Identify("secret"), token);
            if (await script.ExpectAnyAsync<GatewayReady, InvalidSession>(token) is InvalidSession)
                script.NewSession();
        },
    };

    private static async Task<ScriptedPeer> IdentifyAsync(ScriptedServer server, string session = "s1", int interval = 40_000, Uri? resume = null)
    {
        ScriptedPeer peer = await server.OpenAsync();
        await peer.SendTextAsync($$$"""{"op":10,"d":{"heartbeat_interval":{{{interval}}}}}""");
        Assert.Equal("""{"op":2,"d":{"token":"secret"}}""", await peer.ReadTextAsync());
        await peer.SendTextAsync($$$"""{"op":0,"s":1,"t":"READY","d":{"session_id":"{{{session}}}","resume_gateway_url":"{{{resume ?? server.UriFor("127.0.0.1", "/resume")}}}"}}""");
        return peer;
    }

    private static async Task<ScriptedPeer> HelloAsync(ScriptedServer server, int interval = 40_000)
    {
        ScriptedPeer peer = await server.OpenAsync();
        await peer.SendTextAsync($$$"""{"op":10,"d":{"heartbeat_interval":{{{interval}}}}}""");
        return peer;
    }

    // What is said in a close is said, however late this side gets to it.
    private static void Patient(WebSocketClientOptions options) => options.CloseTimeout = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_beats_with_the_last_sequence_at_the_told_interval_and_at_once_when_it_is_asked_to()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.UriFor("127.0.0.1", "/?v=10"), time, o => o.ConnectTimeout = Timeout.InfiniteTimeSpan);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await HelloAsync(server);
        Assert.Equal("/?v=10", peer.Request!.Target);
        Assert.Equal("""{"op":2,"d":{"token":"secret"}}""", await peer.ReadTextAsync());

        // Before the script is done, and before anything had a sequence.
        await time.PassAsync(TimeSpan.FromSeconds(40));
        Assert.Equal("""{"op":1,"d":null}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"op":11}""");
        await peer.SendTextAsync("""{"op":0,"s":1,"t":"READY","d":{"session_id":"s1"}}""");
        await ready.Soon();
        await peer.SendTextAsync("""{"op":0,"s":41,"t":"UNKNOWN_FUTURE_EVENT","d":{}}""");
        await peer.SendTextAsync("""{"op":1,"d":null}""");
        Assert.Equal("""{"op":1,"d":41}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"op":11}""");
        await peer.SendTextAsync("""{"op":1,"d":null}""");
        Assert.Equal("""{"op":1,"d":41}""", await peer.ReadTextAsync());
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal("""{"op":1,"d":41}""", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task The_first_one_comes_after_a_random_part_of_the_interval()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(jitter: true), server.Uri, time);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server, interval: 777_000);
        await ready.Soon();

        // The others are the limit of an attempt and the time after which a connection is stable.
        TimeSpan first = await time.WaitBegunAsync(wait => wait < TimeSpan.FromSeconds(777) && wait != TimeSpan.FromSeconds(30) && wait != TimeSpan.FromSeconds(10), "a part of the interval");
        time.Advance(first);
        Assert.Equal("""{"op":1,"d":1}""", await peer.ReadTextAsync());
        await time.WaitBegunAsync(TimeSpan.FromSeconds(777));
    }

    [Fact]
    public async Task A_missing_acknowledgement_drops_the_socket_with_the_abort_code_and_the_session_is_resumed_at_the_told_address()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.UriFor("127.0.0.1", "/?v=10"), time);
        States states = new(client.Connection);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();
        await peer.SendTextAsync("""{"op":0,"s":5,"t":"SOMETHING","d":{}}""");

        // The heartbeat has begun with the greeting; the connection is looked after when it waits to be stable.
        await time.WaitBegunAsync(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.StartsWith("""{"op":1""", await peer.ReadTextAsync(), StringComparison.Ordinal);
        await time.PassAsync(TimeSpan.FromSeconds(40));
        Assert.Equal(4900, await peer.AnswerCloseAsync());
        ConnectionException cause = Assert.IsType<ConnectionException>((await states.UntilAsync(ConnectionState.Disconnected)).Cause);
        Assert.Equal("The peer did not answer the heartbeat within 40 s.", Assert.IsType<TimeoutException>(cause.InnerException).Message);
        ScriptedPeer second = await HelloAsync(server);
        Assert.Equal("/resume?v=10", second.Request!.Target);
        Assert.Equal("""{"op":6,"d":{"token":"secret","sessionId":"s1","seq":5}}""", await second.ReadTextAsync());
        await states.UntilAsync(ConnectionState.Ready);
    }

    [Fact]
    public async Task ReconnectAsync_gives_the_socket_up_with_the_abort_code()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri, change: Patient);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();
        Task again = client.Connection.ReconnectAsync();
        Assert.Equal(4900, await peer.AnswerCloseAsync());
        ScriptedPeer second = await HelloAsync(server);
        Assert.StartsWith("""{"op":6""", await second.ReadTextAsync(), StringComparison.Ordinal);
        await again.Soon();
        second.Dispose();
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_the_abort_code_delays_the_reconnect_by_a_moment_only()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri, time);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();
        Task again = client.Connection.ReconnectAsync();
        Assert.Equal(4900, (await peer.ReadCloseAsync().Soon())!.CloseCode);
        await time.PassAsync(TimeSpan.FromMilliseconds(250));
        ScriptedPeer second = await HelloAsync(server);
        Assert.StartsWith("""{"op":6""", await second.ReadTextAsync(), StringComparison.Ordinal);
        await again.Soon();
    }

    [Theory]
    [InlineData(4000, true)]
    [InlineData(4008, true)]
    [InlineData(4999, true)]
    [InlineData(4007, false)]
    [InlineData(4009, false)]
    public async Task Close_codes_say_whether_the_session_goes_on(int code, bool resumes)
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();
        await peer.SendCloseAsync(code);
        await peer.ReadCloseAsync().Soon();
        peer.Dispose();
        if (resumes)
        {
            ScriptedPeer second = await HelloAsync(server);
            Assert.Equal("/resume", second.Request!.Target);
            Assert.Equal("""{"op":6,"d":{"token":"secret","sessionId":"s1","seq":1}}""", await second.ReadTextAsync());
        }
        else
        {
            ScriptedPeer second = await IdentifyAsync(server, "s2");
            Assert.Equal("/", second.Request!.Target);
        }

        await client.Connection.ConnectAsync().Soon();
    }

    [Fact]
    public async Task A_fatal_close_code_ends_the_client()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();
        await peer.SendCloseAsync(4004, "bad token");
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => client.Connection.Closed.Soon());
        Assert.Equal(4004, error.Failure!.CloseCode);
    }

    [Fact]
    public async Task What_the_options_say_of_a_close_code_goes_before_the_contract()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(
            Contract(), server.Uri, change: o => o.ClassifyFailure = f => f.CloseCode == 4004 ? FailureAction.NewSession : f.CloseCode == 4007 ? FailureAction.Retry : FailureAction.Default);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();
        await peer.SendCloseAsync(4004);
        peer = await IdentifyAsync(server, "s2");
        await client.Connection.ConnectAsync().Soon();
        await peer.SendCloseAsync(4007);
        peer = await HelloAsync(server);
        Assert.Contains("\"s2\"", await peer.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resume_that_is_refused_begins_a_new_session_at_the_usual_address()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();
        peer.Reset();
        ScriptedPeer second = await HelloAsync(server);
        Assert.Equal("/resume", second.Request!.Target);
        await second.ReadTextAsync();
        await second.SendCloseAsync(4007);
        ScriptedPeer third = await IdentifyAsync(server, "s2");
        Assert.Equal("/", third.Request!.Target);
    }

    [Fact]
    public async Task A_session_that_is_too_old_is_not_resumed()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        ClientContract within = Contract();
        ClientContract contract = new()
        {
            Name = within.Name,
            Discriminators = within.Discriminators,
            Routes = within.Routes,
            Sends = within.Sends,
            Resume = new ResumeContract { Sequence = "/s", From = ReadyRoute, State = "/d/session_id", Address = "/d/resume_gateway_url", Within = TimeSpan.FromSeconds(60) },
            OnConnected = within.OnConnected,
        };
        await using ClientRuntime client = SessionSupport.Client(
            contract, server.Uri, time, o => o.Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(50), MaxDelay = TimeSpan.FromSeconds(50), UseJitter = false });
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();
        peer.Reset();
        await time.PassAsync(TimeSpan.FromSeconds(50));
        ScriptedPeer second = await HelloAsync(server);
        Assert.StartsWith("""{"op":6""", await second.ReadTextAsync(), StringComparison.Ordinal);
        await client.Connection.ConnectAsync().Soon();
        second.Reset();
        await time.PassAsync(TimeSpan.FromSeconds(50));
        ScriptedPeer third = await server.AcceptAsync().Soon();
        Assert.Equal("/resume", (await third.ReadRequestAsync().Soon()).Target);
        third.Reset();
        await time.PassAsync(TimeSpan.FromSeconds(50));
        Assert.Equal("/", (await IdentifyAsync(server, "s2")).Request!.Target);
    }

    [Fact]
    public async Task A_script_may_say_that_the_session_is_over()
    {
        await using ScriptedServer server = new();
        ClientContract usual = Contract();
        ClientContract contract = new()
        {
            Name = usual.Name,
            Discriminators = usual.Discriminators,
            Routes = usual.Routes,
            Sends = usual.Sends,
            Resume = usual.Resume,
            OnConnected = async (_, script, token) =>
            {
                if (script.Resume is not null)
                {
                    await script.ExpectAsync<InvalidSession>(token);
                    script.NewSession();
                    Assert.Null(script.Resume);
                }

                await script.SendAsync(new Identify("secret"), token);
                await script.ExpectAsync<GatewayReady>(token);
            },
        };
        await using ClientRuntime client = SessionSupport.Client(contract, server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();
        peer.Reset();
        ScriptedPeer second = await server.OpenAsync();
        await second.SendTextAsync("""{"op":9,"d":false}""");
        Assert.StartsWith("""{"op":2""", await second.ReadTextAsync(), StringComparison.Ordinal);
        await second.SendTextAsync("""{"op":0,"s":1,"t":"READY","d":{"session_id":"s3"}}""");
        await client.Connection.ConnectAsync().Soon();
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"what\"", false)]
    public async Task A_session_that_the_peer_ends_on_a_live_connection_is_resumed_only_when_it_says_so(string resumable, bool resumes)
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri, change: Patient);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        await ready.Soon();

        // Right behind it: of a session that is over it is too late to count, of the other it is not to come a second time.
        byte[] both =
        [
            .. ServerFrame.Text($$"""{"op":9,"d":{{resumable}} }"""),
            .. ServerFrame.Text($$"""{"op":0,"s":99,"t":"{{(resumes ? "OTHER" : "READY")}}","d":{"session_id":"late"} }"""),
        ];
        await peer.WriteAsync(both);
        Assert.Equal(4900, await peer.AnswerCloseAsync());
        ScriptedPeer second;
        if (resumes)
        {
            second = await HelloAsync(server);
            Assert.Equal("""{"op":6,"d":{"token":"secret","sessionId":"s1","seq":99}}""", await second.ReadTextAsync());
        }
        else
        {
            second = await IdentifyAsync(server, "s2");
        }

        await client.Connection.ConnectAsync().Soon();
        second.Dispose();
    }

    [Fact]
    public async Task A_told_address_that_cannot_be_reached_gives_way_to_the_usual_one()
    {
        await using ScriptedServer server = new();
        ScriptedServer gone = new();
        Uri told = gone.UriFor("127.0.0.1", "/gone");
        await gone.DisposeAsync();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri);
        States states = new(client.Connection);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server, resume: told);
        await ready.Soon();
        await states.UntilAsync(ConnectionState.Ready);
        peer.Reset();
        ScriptedPeer second = await HelloAsync(server);
        Assert.Equal("/", second.Request!.Target);
        Assert.StartsWith("""{"op":6""", await second.ReadTextAsync(), StringComparison.Ordinal);
        int attempts = 0;
        ConnectionState state;
        do
        {
            state = (await states.NextAsync()).Current;
            attempts += state == ConnectionState.Connecting ? 1 : 0;
        }
        while (state != ConnectionState.Ready);
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task A_session_that_the_peer_ends_once_the_script_is_over_is_given_up_also_before_the_connection_is_ready()
    {
        await using ScriptedServer server = new();
        SubscriptionRoute<Note> topics = new("notes", SessionJson.Default.Note)
        {
            At = ["/type"],
            Subscribe = new SubscriptionRequest { Method = "sub", Envelope = new Envelope(false, EnvelopePart.Text("{\"id\":"u8), EnvelopePart.Id, EnvelopePart.Text(",\"t\":"u8), EnvelopePart.Topics, EnvelopePart.Text("}"u8)) },
        };
        await using ClientRuntime client = SessionSupport.Client(Contract(topics: topics), server.Uri);
        _ = client.SubscribeTopic(topics, "note", null);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await IdentifyAsync(server);
        Assert.Equal("""{"id":1,"t":["note"]}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"op":9,"d":false}""");
        peer = await IdentifyAsync(server, "s2");
        Assert.Equal("""{"id":2,"t":["note"]}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"id":2,"result":null}""");
        await ready.Soon();
    }

    [Fact]
    public void A_told_address_that_greets_and_then_fails_gives_way_too_and_another_one_is_tried_anew()
    {
        ContractPlan plan = Contract().Plan;
        ResumeKeeper keeper = new(plan.Session, plan.Contract.Resume, TimeProvider.System);
        WebSocketEndpoint usual = new(new Uri("ws://usual.test/"));
        Greet("ws://told.test/");
        Assert.Equal("told.test", Attempt());
        Greet("ws://told.test/");
        Assert.Equal("told.test", Attempt());
        Greet("ws://told.test/");
        Assert.Equal("usual.test", Attempt());
        Assert.Equal("told.test", Attempt());
        Greet("ws://other.test/");
        Assert.Equal(["other.test", "other.test", "usual.test"], [Attempt(), Attempt(), Attempt()]);

        // A connection that was ready begins the count again.
        Assert.Equal("other.test", Attempt());
        keeper.OnReady();
        Assert.Equal(["other.test", "other.test", "usual.test"], [Attempt(), Attempt(), Attempt()]);

        string Attempt() => keeper.Redirect(usual).Uri.Host;

        void Greet(string address)
        {
            byte[] message = System.Text.Encoding.UTF8.GetBytes($$$"""{"op":0,"s":1,"t":"READY","d":{"session_id":"s1","resume_gateway_url":"{{{address}}}"} }""");
            var found = new ScannedMessage();
            MessageScanner.Scan(plan, null, uint.MaxValue, message, ref found);
            Assert.Null(keeper.OnMessage(message, found));
        }
    }
}
