using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Session;

/// <summary>What runs before a close, as AssemblyAI's Terminate and Deepgram's CloseStream want it.</summary>
public sealed class ClosingTests
{
    private static ClientContract With(Func<object, ConnectScript, CancellationToken, ValueTask> closing) => new()
    {
        Name = "Draining",
        Discriminators = ["/type"],
        Calls = new CallContract { Id = "/id" },
        Routes = [SessionSupport.Notes, SessionSupport.Welcomes],
        Sends = [SessionSupport.SendNote],
        OnClosing = closing,
    };

    [Fact]
    public async Task It_says_goodbye_behind_what_was_sent_and_hears_the_rest_before_the_close_frame()
    {
        await using ScriptedServer server = new();
        Note? answer = null;
        await using ClientRuntime client = SessionSupport.Client(
            With(async (owner, script, token) =>
            {
                await script.SendTextAsync("""{"type":"Terminate"}""", token);
                Assert.Equal("bye", (await script.ExpectAsync<Welcome>(token)).Id);
                answer = await ((ClientRuntime)owner).CallAsync(SessionSupport.AskNote, new Note(3), token);
            }),
            server.Uri,
            change: o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        ScriptedPeer peer = await client.ConnectToAsync(server);
        MessageStream<Note> notes = client.Open(SessionSupport.Notes, null);
        Task sent = client.SendAsync(SessionSupport.SendNote, new Note(1), CancellationToken.None).AsTask();
        Task closed = client.Connection.CloseAsync();
        Assert.Equal("""{"type":"note","n":1}""", await peer.ReadTextAsync());
        Assert.Equal("""{"type":"Terminate"}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"type":"note","n":8}""");
        await peer.SendTextAsync("""{"type":"welcome","id":"bye"}""");
        Assert.Equal("""{"id":1,"type":"ask","n":3}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"id":1,"result":{"n":4}}""");
        Assert.Equal(1000, await peer.AnswerCloseAsync());
        await closed.Soon();
        await sent.Soon();
        Assert.Equal((8, 4), ((await notes.NextAsync()).N, answer!.N));
    }

    [Fact]
    public async Task It_knows_the_session_that_the_greeting_has_told_and_not_what_there_was_before_it()
    {
        await using ScriptedServer server = new();
        List<string?> seen = [];
        ClientContract contract = new()
        {
            Name = "Draining",
            Discriminators = ["/type"],
            Routes = [SessionSupport.Welcomes],
            Resume = new ResumeContract { From = SessionSupport.Welcomes, State = "/id" },
            OnConnected = async (_, script, token) =>
            {
                await script.ExpectAsync<Welcome>(token);
                seen.Add(script.Resume?.State);
            },
            OnClosing = (_, script, _) =>
            {
                seen.Add(script.Resume?.State);
                return default;
            },
        };
        await using ClientRuntime client = SessionSupport.Client(contract, server.Uri, change: o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        await peer.SendTextAsync("""{"type":"welcome","id":"one"}""");
        await ready.Soon();
        Task closed = client.Connection.CloseAsync();
        Assert.Equal(1000, await peer.AnswerCloseAsync());
        await closed.Soon();
        Assert.Equal([null, "one"], seen);
    }

    [Fact]
    public async Task Its_failure_does_not_keep_the_client_from_closing()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(
            With((_, _, _) => throw new InvalidOperationException("no")), server.Uri, change: o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        ScriptedPeer peer = await client.ConnectToAsync(server);
        Task closed = client.Connection.CloseAsync();
        Assert.Equal(1000, await peer.AnswerCloseAsync());
        await closed.Soon();
        Assert.Equal(ConnectionState.Closed, client.Connection.State);
    }

    [Fact]
    public async Task A_peer_that_says_nothing_more_ends_it_at_the_deadline()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(async (_, script, _) => await script.ExpectAsync<Welcome>(CancellationToken.None)), server.Uri, time, o => o.CloseTimeout = TimeSpan.FromSeconds(7));
        ScriptedPeer peer = await client.ConnectToAsync(server);
        time.TakeWaits();
        Task closed = client.Connection.CloseAsync();
        await time.PassAsync(TimeSpan.FromSeconds(7));
        await closed.Soon();
        await peer.ReadToEndAsync().Soon();
    }

    [Fact]
    public async Task It_does_not_run_when_the_peer_has_gone()
    {
        await using ScriptedServer server = new();
        int runs = 0;
        await using ClientRuntime client = SessionSupport.Client(
            With((_, _, _) =>
            {
                runs++;
                return default;
            }),
            server.Uri);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        States states = new(client.Connection);
        server.StopListening();
        peer.Reset();
        await states.UntilAsync(ConnectionState.Disconnected);
        await client.Connection.CloseAsync().Soon();
        Assert.Equal(0, runs);
    }
}
