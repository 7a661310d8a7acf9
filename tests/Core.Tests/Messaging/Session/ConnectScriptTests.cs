using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Session;

/// <summary>What a connect script may do, and what becomes of it.</summary>
public sealed class ConnectScriptTests
{
    private static ClientContract With(Func<object, ConnectScript, CancellationToken, ValueTask> script, MessageFraming framing = MessageFraming.Single) => new()
    {
        Name = "Scripted",
        Discriminators = ["/type"],
        Framing = framing,
        Calls = new CallContract { Id = "/id" },
        Routes = [SessionSupport.Notes, SessionSupport.Welcomes, SessionSupport.Refusals],
        Sends = [SessionSupport.SendNote],
        OnConnected = script,
    };

    [Fact]
    public async Task It_sends_and_expects_before_everything_else_and_streams_see_what_it_saw()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(async (_, script, token) =>
            {
                Welcome welcome = await script.ExpectAsync<Welcome>(token);
                Assert.Equal(("hi", 1), (welcome.Id, script.Attempt));
                Assert.Null(script.Resume);
                await script.SendAsync(new Note(1), token);
                await script.SendTextAsync("raw", token);
            }),
            server.Uri);
        MessageStream<Welcome> seen = client.Open(SessionSupport.Welcomes, null);
        Task queued = client.SendAsync(SessionSupport.SendNote, new Note(2), CancellationToken.None).AsTask();
        ScriptedPeer peer = await server.OpenAsync();
        await peer.SendTextAsync("""{"type":"welcome","id":"hi"}""");
        Assert.Equal("""{"type":"note","n":1}""", await peer.ReadTextAsync());
        Assert.Equal("raw", await peer.ReadTextAsync());
        Assert.Equal("""{"type":"note","n":2}""", await peer.ReadTextAsync());
        await queued.Soon();
        Assert.Equal("hi", (await seen.NextAsync()).Id);
    }

    [Fact]
    public async Task What_it_may_resume_is_the_session_of_the_socket_before_also_when_a_greeting_has_told_the_next()
    {
        await using ScriptedServer server = new();
        List<string?> resumed = [];
        await using ClientRuntime client = SessionSupport.Client(
            new ClientContract
            {
                Name = "Greeted",
                Discriminators = ["/type"],
                Routes = [SessionSupport.Welcomes],
                Resume = new ResumeContract { From = SessionSupport.Welcomes, State = "/id" },
                OnConnected = async (_, script, token) =>
                {
                    await script.ExpectAsync<Welcome>(token);
                    resumed.Add(script.Resume?.State);
                },
            },
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer first = await server.OpenAsync();
        await first.SendTextAsync("""{"type":"welcome","id":"one"}""");
        await ready.Soon();
        first.Reset();
        ScriptedPeer second = await server.OpenAsync();
        MessageStream<Welcome> seen = client.Open(SessionSupport.Welcomes, null);
        await second.SendTextAsync("""{"type":"welcome","id":"two"}""");
        await client.Connection.ConnectAsync().Soon();
        Assert.Equal("two", (await seen.NextAsync()).Id);
        Assert.Equal([null, "one"], resumed);
    }

    [Fact]
    public async Task Messages_that_come_between_two_waits_are_kept_in_their_order()
    {
        await using ScriptedServer server = new();
        List<int> notes = [];
        await using ClientRuntime client = SessionSupport.Client(
            With(async (_, script, token) =>
            {
                Assert.Equal("last", (await script.ExpectAsync<Welcome>(token)).Id);
                for (int i = 0; i < 3; i++)
                    notes.Add((await script.ExpectAsync<Note>(token)).N);
                Assert.Equal("more", (await script.ExpectAsync<Welcome>(token)).Id);
            }),
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        for (int i = 0; i < 3; i++)
            await peer.SendTextAsync($$"""{"type":"note","n":{{i}}}""");
        await peer.SendTextAsync("""{"type":"welcome","id":"last"}""");
        await peer.SendTextAsync("""{"type":"welcome","id":"more"}""");
        await ready.Soon();
        Assert.Equal([0, 1, 2], notes);
    }

    [Fact]
    public async Task It_waits_for_the_first_of_two_answers()
    {
        await using ScriptedServer server = new();
        List<object> answers = [];
        await using ClientRuntime client = SessionSupport.Client(
            With(async (_, script, token) =>
            {
                answers.Add(await script.ExpectAnyAsync<Welcome, Refused>(token));
                answers.Add(await script.ExpectAnyAsync<Welcome, Refused>(token));
            }),
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        await peer.SendTextAsync("""{"type":"refused","why":"busy"}""");
        await peer.SendTextAsync("""{"type":"welcome","id":"ok"}""");
        await ready.Soon();
        Assert.Equal([new Refused("busy"), new Welcome("ok")], answers);
    }

    [Fact]
    public async Task More_than_can_be_kept_is_told_by_the_wait_that_it_is_missing_from()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(async (_, script, token) =>
            {
                await script.ExpectAsync<Welcome>(token);
                for (int i = 0; i < ScriptInbox.MostMessages; i++)
                    Assert.Equal(i, (await script.ExpectAsync<Note>(token)).N);
                await script.ExpectAsync<Note>(token);
            }),
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        for (int i = 0; i <= ScriptInbox.MostMessages; i++)
            await peer.SendTextAsync($$"""{"type":"note","n":{{i}}}""");
        await peer.SendTextAsync("""{"type":"welcome","id":"ok"}""");
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => ready.Soon());
        Assert.Contains("could not be kept", Assert.IsType<InvalidOperationException>(error.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_clients_own_methods_work_in_it_at_once()
    {
        await using ScriptedServer server = new();
        Note? answer = null;
        await using ClientRuntime client = SessionSupport.Client(
            With(async (owner, _, token) =>
            {
                var runtime = (ClientRuntime)owner;
                await runtime.SendAsync(SessionSupport.SendNote, new Note(1), token);
                answer = await runtime.CallAsync(SessionSupport.AskNote, new Note(2), token);
            }),
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        Assert.Equal("""{"type":"note","n":1}""", await peer.ReadTextAsync());
        Assert.Equal("""{"id":1,"type":"ask","n":2}""", await peer.ReadTextAsync());
        await peer.SendTextAsync("""{"id":1,"result":{"n":7}}""");
        await ready.Soon();
        Assert.Equal(7, answer!.N);
    }

    [Fact]
    public async Task Calls_made_in_it_fail_when_its_attempt_does()
    {
        await using ScriptedServer server = new();
        TaskCompletionSource<Exception> failed = new();
        int runs = 0;
        await using ClientRuntime client = SessionSupport.Client(
            With(async (owner, _, _) =>
            {
                if (Interlocked.Increment(ref runs) > 1)
                    return;
                try
                {
                    await ((ClientRuntime)owner).CallAsync(SessionSupport.AskNote, new Note(2), CancellationToken.None);
                }
                catch (Exception e)
                {
                    failed.TrySetResult(e);
                    throw;
                }
            }),
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        await peer.ReadTextAsync();
        peer.Reset();
        Assert.Equal(SendOutcome.Sent, Assert.IsType<CallException>(await failed.Task.Soon()).Outcome);
        await server.OpenAsync();
        await ready.Soon();
    }

    [Fact]
    public async Task Who_is_not_inside_of_it_waits_as_ever()
    {
        await using ScriptedServer server = new();
        TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ClientRuntime client = SessionSupport.Client(
            With(async (_, script, token) =>
            {
                began.TrySetResult();
                await go.Task.WaitAsync(token);
                await script.SendAsync(new Note(1), token);
            }),
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        await began.Task.Soon();
        Task outside = client.SendAsync(SessionSupport.SendNote, new Note(2), CancellationToken.None).AsTask();
        Assert.False(outside.IsCompleted);
        go.TrySetResult();
        Assert.Equal("""{"type":"note","n":1}""", await peer.ReadTextAsync());
        Assert.Equal("""{"type":"note","n":2}""", await peer.ReadTextAsync());
        await outside.Soon();
        await ready.Soon();
    }

    [Fact]
    public async Task A_task_that_outlives_it_is_one_of_everybody()
    {
        await using ScriptedServer server = new();
        Task? late = null;
        TaskCompletionSource after = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ClientRuntime client = SessionSupport.Client(
            With((owner, _, _) =>
            {
                late ??= LateAsync((ClientRuntime)owner);
                return default;
            }),
            server.Uri);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        States states = new(client.Connection);
        server.StopListening();
        peer.Reset();
        await states.UntilAsync(ConnectionState.Disconnected);
        after.TrySetResult();
        server.StartListening();
        ScriptedPeer second = await server.OpenAsync();
        Assert.Equal("""{"type":"note","n":5}""", await second.ReadTextAsync());
        await late!.Soon();
        return;

        async Task LateAsync(ClientRuntime owner)
        {
            await after.Task;
            await owner.SendAsync(SessionSupport.SendNote, new Note(5), CancellationToken.None);
        }
    }

    [Fact]
    public async Task Fatal_ends_the_client_even_after_it_has_been_ready()
    {
        await using ScriptedServer server = new();
        int runs = 0;
        await using ClientRuntime client = SessionSupport.Client(
            With((_, script, _) => ++runs == 1 ? default : throw script.Fatal("The key was revoked.")), server.Uri);
        ScriptedPeer peer = await client.ConnectToAsync(server);
        peer.Reset();
        await server.OpenAsync();
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => client.Connection.Closed.Soon());
        Assert.Equal("The key was revoked.", error.Message);
        Assert.Equal(ConnectionState.Faulted, client.Connection.State);
    }

    [Fact]
    public async Task What_it_throws_ends_the_attempt_and_the_next_one_has_the_next_number()
    {
        await using ScriptedServer server = new();
        List<int> attempts = [];
        await using ClientRuntime client = SessionSupport.Client(
            With((_, script, _) =>
            {
                attempts.Add(script.Attempt);
                return attempts.Count < 3 ? throw new TimeoutException("not yet") : default;
            }),
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        for (int i = 0; i < 3; i++)
            await server.OpenAsync();
        await ready.Soon();
        Assert.Equal([1, 2, 3], attempts);
    }

    [Fact]
    public async Task Records_of_no_contract_are_refused_by_name()
    {
        await using ScriptedServer server = new();
        List<string> errors = [];
        await using ClientRuntime client = SessionSupport.Client(
            With(async (_, script, token) =>
            {
                errors.Add((await Assert.ThrowsAsync<ArgumentException>(async () => await script.SendAsync(new Beat(1), token))).Message);
                errors.Add((await Assert.ThrowsAsync<ArgumentException>(async () => await script.ExpectAsync<Beat>(token))).Message);
            }),
            server.Uri);
        await client.ConnectToAsync(server);
        Assert.Contains("Scripted does not send Beat", errors[0], StringComparison.Ordinal);
        Assert.Contains("Scripted does not receive Beat", errors[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_framed_and_text_is_not()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(
            With(
                async (_, script, token) =>
                {
                    await script.SendAsync(new Note(1), token);
                    await script.SendTextAsync("raw", token);
                    await script.ExpectAsync<Welcome>(token);
                },
                MessageFraming.Delimited),
            server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        Assert.Equal("{\"type\":\"note\",\"n\":1}\u001e", await peer.ReadTextAsync());
        Assert.Equal("raw", await peer.ReadTextAsync());
        await peer.SendTextAsync("{\"type\":\"welcome\",\"id\":\"a\"}\u001e");
        await ready.Soon();
    }

    [Fact]
    public async Task The_address_is_asked_for_at_every_attempt_unless_the_options_say_it()
    {
        await using ScriptedServer server = new();
        int asked = 0;
        ClientContract contract = new()
        {
            Name = "Tickets",
            Discriminators = ["/type"],
            OnConnecting = (_, attempt, _) => new ValueTask<WebSocketEndpoint>(new WebSocketEndpoint(server.UriFor("127.0.0.1", $"/ticket{++asked}")) { Headers = { ["X-Attempt"] = $"{attempt.Number}" } }),
        };
        await using (ClientRuntime client = SessionSupport.Client(contract, null!))
        {
            ScriptedPeer first = await client.ConnectToAsync(server);
            Assert.Equal(("/ticket1", "1"), (first.Request!.Target, first.Request["X-Attempt"]));
            first.Reset();
            Assert.Equal("/ticket2", (await server.OpenAsync()).Request!.Target);
        }

        await using ClientRuntime other = SessionSupport.Client(contract, server.Uri, change: o => o.Endpoint = (attempt, _) => new ValueTask<WebSocketEndpoint>(attempt.Endpoint));
        Assert.Equal("/", (await other.ConnectToAsync(server)).Request!.Target);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task What_the_peer_said_before_it_closed_is_still_judged()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ClientRuntime client = SessionSupport.Client(
            With(async (_, script, token) =>
            {
                await script.ExpectAsync<Welcome>(token);
                await closed.Task;
                throw script.Fatal((await script.ExpectAsync<Refused>(token)).Why);
            }),
            server.Uri,
            time);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        await peer.SendTextAsync("""{"type":"welcome","id":"1"}""");
        await peer.SendTextAsync("""{"type":"refused","why":"bad token"}""");
        await peer.SendCloseAsync(1000);
        peer.ShutdownSend();
        await time.WaitBegunAsync(TimeSpan.FromMilliseconds(250));
        closed.SetResult();
        ConnectionException refused = await Assert.ThrowsAsync<ConnectionException>(() => ready.Soon());
        Assert.Equal(("bad token", 1), (refused.Message, refused.Failure!.Attempt));
        Assert.Equal(ConnectionState.Faulted, client.Connection.State);
    }

    [Fact]
    public async Task A_script_that_goes_on_for_something_else_after_the_peer_has_closed_is_not_waited_for_long()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int runs = 0;
        await using ClientRuntime client = SessionSupport.Client(
            With(async (_, script, token) =>
            {
                if (Interlocked.Increment(ref runs) == 1)
                    await never.Task;
            }),
            server.Uri,
            time);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer peer = await server.OpenAsync();
        await peer.SendCloseAsync(1000);
        peer.ShutdownSend();
        await time.PassAsync(TimeSpan.FromMilliseconds(250));
        await time.PassAsync(TimeSpan.FromMilliseconds(1));
        await server.OpenAsync();
        await ready.Soon();
    }
}
