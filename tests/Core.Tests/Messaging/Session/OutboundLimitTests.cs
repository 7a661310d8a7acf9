using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Polly;
using Polly.Retry;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Session;

/// <summary>The peer never gets more than it takes, by its own books.</summary>
public sealed class OutboundLimitTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static ClientContract With(params OutboundLimitContract[] limits) => new()
    {
        Name = "Limited",
        Discriminators = ["/type"],
        Calls = new CallContract { Id = "/id" },
        Routes = [SessionSupport.Notes, SessionSupport.Welcomes],
        Sends = [SessionSupport.SendNote],
        OutboundLimits = limits,
    };

    // Reads what comes and writes down when, by the clock that both sides share.
    private static async Task<List<(TimeSpan At, string Text)>> LedgerAsync(ScriptedPeer peer, ObservedTime time, DateTimeOffset start, int count)
    {
        List<(TimeSpan, string)> ledger = [];
        while (ledger.Count < count)
        {
            string text = await peer.ReadTextAsync();
            ledger.Add((time.GetUtcNow() - start, text));
        }

        return ledger;
    }

    [Fact]
    public async Task No_second_ever_has_more_than_five()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(With(new OutboundLimitContract(5, Second, 0, Fail: false)), server.Uri, time);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        DateTimeOffset start = time.GetUtcNow();
        List<Task> sends = [];
        List<(TimeSpan At, string Text)> ledger = [];
        for (int i = 0; i < 3; i++)
            sends.Add(client.SendAsync(SessionSupport.SendNote, new Note(i), CancellationToken.None).AsTask());
        ledger.AddRange(await LedgerAsync(peer, time, start, 3));
        await Task.WhenAll(sends).Soon();
        time.Advance(TimeSpan.FromMilliseconds(600));
        for (int i = 3; i < 14; i++)
            sends.Add(client.SendAsync(SessionSupport.SendNote, new Note(i), CancellationToken.None).AsTask());
        ledger.AddRange(await LedgerAsync(peer, time, start, 2));
        while (ledger.Count < 14)
        {
            TimeSpan wait = await time.WaitBegunAsync(w => w > TimeSpan.Zero && w < TimeSpan.FromSeconds(2), "the next turn");
            int before = sends.Count(s => s.IsCompleted);
            time.Advance(wait);
            int due = Math.Min(5, 14 - ledger.Count);
            due = Math.Min(due, 5 - ledger.Count(l => time.GetUtcNow() - start - l.At <= Second));
            ledger.AddRange(await LedgerAsync(peer, time, start, due));
            Assert.True(before < 14);
        }

        await Task.WhenAll(sends).Soon();
        Assert.Equal(Enumerable.Range(0, 14).Select(i => $$"""{"type":"note","n":{{i}}}"""), ledger.Select(l => l.Text));
        for (int i = 5; i < ledger.Count; i++)
            Assert.True(ledger[i].At - ledger[i - 5].At > Second, $"Messages {i - 5} to {i} came within {ledger[i].At - ledger[i - 5].At}.");
    }

    [Fact]
    public async Task Heartbeats_count_and_do_not_wait_behind_the_queue()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        ClientContract limited = With(new OutboundLimitContract(2, TimeSpan.FromSeconds(10), 0, Fail: false));
        ClientContract contract = new()
        {
            Name = limited.Name,
            Discriminators = limited.Discriminators,
            Routes = limited.Routes,
            Sends = limited.Sends,
            OutboundLimits = limited.OutboundLimits,
            Heartbeat = new HeartbeatContract { Text = "ping", Interval = TimeSpan.FromSeconds(4) },
        };
        await using ClientRuntime client = SessionSupport.Client(contract, server.Uri, time);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await time.WaitBegunAsync(TimeSpan.FromSeconds(4));
        List<Task> sends = [.. Enumerable.Range(0, 5).Select(i => client.SendAsync(SessionSupport.SendNote, new Note(i), CancellationToken.None).AsTask())];
        await peer.ReadTextAsync();
        await peer.ReadTextAsync();
        await Task.WhenAll(sends[..2]).Soon();
        time.Advance(TimeSpan.FromSeconds(4));
        time.Advance(TimeSpan.FromSeconds(4));
        time.Advance(TimeSpan.FromMilliseconds(2002));
        Assert.Equal("ping", await peer.ReadTextAsync());
        Assert.Equal("ping", await peer.ReadTextAsync());
        Assert.False(sends[2].IsCompleted);
    }

    [Fact]
    public async Task A_send_that_waits_for_its_turn_can_be_taken_back()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(With(new OutboundLimitContract(1, Second, 0, Fail: false)), server.Uri, time);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await client.SendAsync(SessionSupport.SendNote, new Note(0), CancellationToken.None).Soon();
        using CancellationTokenSource source = new();
        Task second = client.SendAsync(SessionSupport.SendNote, new Note(1), source.Token).AsTask();
        Task third = client.SendAsync(SessionSupport.SendNote, new Note(2), CancellationToken.None).AsTask();
        await source.CancelAsync();
        Assert.Equal(SendOutcome.NotSent, (await Assert.ThrowsAsync<SendCanceledException>(() => second.Soon())).Outcome);
        time.Advance(TimeSpan.FromMilliseconds(1001));
        await third.Soon();
        Assert.Equal("""{"type":"note","n":0}""", await peer.ReadTextAsync());
        Assert.Equal("""{"type":"note","n":2}""", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task Over_a_rate_that_is_not_waited_for_a_send_fails_at_once()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(With(new OutboundLimitContract(2, Second, 0, Fail: true)), server.Uri, time);
        await client.ConnectToAsync(server);
        await client.SendAsync(SessionSupport.SendNote, new Note(0), CancellationToken.None).Soon();
        await client.SendAsync(SessionSupport.SendNote, new Note(1), CancellationToken.None).Soon();
        SendException error = await client.SendAsync(SessionSupport.SendNote, new Note(2), CancellationToken.None).SendFailsAsync();
        Assert.Equal(SendOutcome.NotSent, error.Outcome);
        Assert.Contains("2 messages in 1 s", error.Message, StringComparison.Ordinal);
        CallException call = await Assert.ThrowsAsync<CallException>(() => client.CallAsync(SessionSupport.AskNote, new Note(3), CancellationToken.None).Soon());
        Assert.Equal(SendOutcome.NotSent, call.Outcome);
        time.Advance(TimeSpan.FromMilliseconds(1001));
        await client.SendAsync(SessionSupport.SendNote, new Note(4), CancellationToken.None).Soon();
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_not_sent_and_says_by_how_much()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(With(new OutboundLimitContract(0, Second, 23, Fail: false)), server.Uri);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        SendException error = await client.SendAsync(SessionSupport.SendNote, new Note(1000), CancellationToken.None).SendFailsAsync();
        Assert.Equal(SendOutcome.NotSent, error.Outcome);
        Assert.Contains("has 24 bytes and the peer takes 23", error.Message, StringComparison.Ordinal);
        await client.SendAsync(SessionSupport.SendNote, new Note(999), CancellationToken.None).Soon();
        Assert.Equal("""{"type":"note","n":999}""", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task The_connect_script_counts_too_and_the_queue_goes_on_after_it()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        ClientContract limited = With(new OutboundLimitContract(2, Second, 0, Fail: false));
        ClientContract contract = new()
        {
            Name = limited.Name,
            Discriminators = limited.Discriminators,
            Routes = limited.Routes,
            Sends = limited.Sends,
            OutboundLimits = limited.OutboundLimits,
            OnConnected = async (_, script, token) =>
            {
                for (int i = 0; i < 3; i++)
                    await script.SendAsync(new Note(i), token);
            },
        };
        await using ClientRuntime client = SessionSupport.Client(contract, server.Uri, time);
        Task queued = client.SendAsync(SessionSupport.SendNote, new Note(3), CancellationToken.None).AsTask();
        ScriptedPeer peer = await server.OpenAsync();
        Assert.Equal("""{"type":"note","n":0}""", await peer.ReadTextAsync());
        Assert.Equal("""{"type":"note","n":1}""", await peer.ReadTextAsync());
        await time.WaitBegunAsync(w => w == TimeSpan.FromMilliseconds(1001), "the next turn");
        Assert.False(queued.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1001));
        Assert.Equal("""{"type":"note","n":2}""", await peer.ReadTextAsync());
        Assert.Equal("""{"type":"note","n":3}""", await peer.ReadTextAsync());
        await queued.Soon();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_connection_begins_at_none_unless_the_peer_goes_on_counting(bool across)
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(new OutboundLimitContract(2, TimeSpan.FromHours(1), 0, Fail: false, AcrossConnections: across)), server.Uri, time, o =>
            {
                (o.StableAfter, o.ConnectTimeout) = (TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                // A drop that comes before the connection counts as stable is retried by the pipeline, which must not wait on a clock that stands still.
                o.ConfigureConnectPipeline = p => p.AddRetry(new RetryStrategyOptions { MaxRetryAttempts = int.MaxValue, Delay = TimeSpan.Zero });
            });
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await client.SendAsync(SessionSupport.SendNote, new Note(0), CancellationToken.None).Soon();
        await client.SendAsync(SessionSupport.SendNote, new Note(1), CancellationToken.None).Soon();
        Task third = client.SendAsync(SessionSupport.SendNote, new Note(2), CancellationToken.None).AsTask();
        await peer.ReadTextAsync();
        await peer.ReadTextAsync();
        Assert.False(third.IsCompleted);
        peer.Reset();
        ScriptedPeer second = await server.OpenAsync();
        if (across)
        {
            await second.SendFrameAsync(Opcodes.Ping, Array.Empty<byte>(), fin: true);
            Assert.Equal(Opcodes.Pong, (await second.ReadFrameAsync().Soon())!.Opcode);
            Assert.False(third.IsCompleted);
            time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal("""{"type":"note","n":2}""", await second.ReadTextAsync());
        await third.Soon();
    }

    [Fact]
    public async Task Of_several_limits_the_tightest_at_the_moment_holds()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(new OutboundLimitContract(2, Second, 0, Fail: false), new OutboundLimitContract(3, TimeSpan.FromSeconds(10), 0, Fail: false)), server.Uri, time);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        DateTimeOffset start = time.GetUtcNow();
        Task[] sends = [.. Enumerable.Range(0, 5).Select(i => client.SendAsync(SessionSupport.SendNote, new Note(i), CancellationToken.None).AsTask())];
        List<(TimeSpan At, string Text)> ledger = await LedgerAsync(peer, time, start, 2);
        await Task.WhenAll(sends[..2]).Soon();
        foreach ((TimeSpan wait, int count) in ((TimeSpan, int)[])[(Second, 1), (TimeSpan.FromSeconds(9), 2)])
        {
            time.Advance(wait - TimeSpan.FromMilliseconds(1));
            Assert.False(sends[ledger.Count].IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(2));
            ledger.AddRange(await LedgerAsync(peer, time, start, count));
            await Task.WhenAll(sends[..ledger.Count]).Soon();
        }

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $$"""{"type":"note","n":{{i}}}"""), ledger.Select(l => l.Text));
    }

    [Fact]
    public async Task A_stream_that_is_sent_takes_its_turn_like_any_message()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(With(new OutboundLimitContract(1, Second, 0, Fail: false)), server.Uri, time);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        await client.SendAsync(SessionSupport.SendNote, new Note(0), CancellationToken.None).Soon();
        Task stream = client.SendBinaryAsync(new MemoryStream([1, 2]), null, CancellationToken.None).AsTask();
        Assert.Equal("""{"type":"note","n":0}""", await peer.ReadTextAsync());
        await time.WaitBegunAsync(static w => w > Second, "the next turn");
        Assert.False(stream.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1001));
        await stream.Soon();
        Task after = client.SendAsync(SessionSupport.SendNote, new Note(1), CancellationToken.None).AsTask();
        List<byte> binary = [];
        ClientFrame frame;
        do
        {
            frame = (await peer.ReadFrameAsync().Soon())!;
            binary.AddRange(frame.Payload);
        }
        while (!frame.Fin);
        Assert.Equal([1, 2], binary);
        await time.WaitBegunAsync(static w => w > Second, "the next turn");
        Assert.False(after.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1001));
        await after.Soon();
    }
}
