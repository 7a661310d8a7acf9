using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using NetWebSockets.Tests.Messaging.Calls;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Session;

/// <summary>A socket that is replaced while it is open, as Twitch's EventSub asks for with session_reconnect.</summary>
public sealed class ReplacementTests
{
    private static readonly ReceiveRoute<Refused> Move = new([LocatorMatch.Exact("/type", "move")], SessionJson.Default.Refused);

    private static ClientContract Contract(HandlerRoute? handler = null, params BinaryRoute[] binary) => new()
    {
        Name = "Moving",
        Discriminators = handler is null ? ["/type"] : ["/type", "/method"],
        Handlers = handler is null ? [] : [handler],
        Binary = binary,
        Calls = new CallContract { Id = "/id" },
        Routes = [SessionSupport.Notes, SessionSupport.Welcomes, Move],
        Sends = [SessionSupport.SendNote],
        Resume = new ResumeContract { ReplaceBy = Move, ReplaceAddress = "/url" },
        OnConnected = static async (_, script, token) => await script.ExpectAsync<Welcome>(token),
    };

    private static async Task<ScriptedPeer> WelcomeAsync(ScriptedServer server)
    {
        ScriptedPeer peer = await server.OpenAsync();
        await peer.SendTextAsync("""{"type":"welcome","id":"w"}""");
        return peer;
    }

    private static Task MoveAsync(ScriptedServer server, ScriptedPeer peer, string path) =>
        peer.SendTextAsync($$"""{"type":"move","url":"{{server.UriFor("127.0.0.1", path)}}"}""");

    [Fact]
    public async Task The_new_socket_is_ready_before_the_old_one_is_closed_and_no_message_of_either_is_lost()
    {
        await using ScriptedServer server = new();
        // The peer of the old socket has this long to say what it still has to say.
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri, change: o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        States states = new(client.Connection);
        MessageStream<Note> notes = client.Open(SessionSupport.Notes, null);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer old = await WelcomeAsync(server);
        await ready.Soon();
        await states.UntilAsync(ConnectionState.Ready);
        await MoveAsync(server, old, "/next");
        ScriptedPeer next = await server.OpenAsync();
        Assert.Equal("/next", next.Request!.Target);

        // The old one still delivers and takes, while the new one is not ready yet.
        await old.SendTextAsync("""{"type":"note","n":1}""");
        Assert.Equal(1, (await notes.NextAsync()).N);
        await client.SendAsync(SessionSupport.SendNote, new Note(10), CancellationToken.None).Soon();
        Assert.Equal("""{"type":"note","n":10}""", await old.ReadTextAsync());
        await next.SendTextAsync("""{"type":"welcome","id":"w2"}""");
        ClientFrame close = (await old.ReadCloseAsync().Soon())!;
        Assert.Null(close.CloseCode);

        // On its way when the close frame came.
        await old.SendTextAsync("""{"type":"note","n":2}""");
        await old.SendCloseAsync();
        old.ShutdownSend();
        Assert.Equal(2, (await notes.NextAsync()).N);
        await next.SendTextAsync("""{"type":"note","n":3}""");
        Assert.Equal(3, (await notes.NextAsync()).N);
        await client.SendAsync(SessionSupport.SendNote, new Note(11), CancellationToken.None).Soon();
        Assert.Equal("""{"type":"note","n":11}""", await next.ReadTextAsync());
        Assert.Equal(ConnectionState.Ready, client.Connection.State);

        // It is a connection like any other: its drop is noticed, and calls on it are answered.
        Task<Note> call = client.CallAsync(SessionSupport.AskNote, new Note(1), CancellationToken.None);
        await next.ReadTextAsync();
        await next.SendTextAsync("""{"id":1,"result":{"n":5}}""");
        Assert.Equal(5, (await call.Soon()).N);
        next.Reset();
        Assert.Equal(ConnectionState.Disconnected, (await states.NextAsync()).Current);
        ScriptedPeer last = await WelcomeAsync(server);
        await states.UntilAsync(ConnectionState.Ready);
        last.Dispose();
    }

    [Fact]
    public async Task What_the_old_socket_delivers_while_the_script_runs_on_the_new_one_is_not_asked_for_again()
    {
        await using ScriptedServer server = new();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<long?> resumed = [];
        int runs = 0;
        ClientContract contract = new()
        {
            Name = "Numbered",
            Discriminators = ["/type"],
            Routes = [SessionSupport.Notes, SessionSupport.Welcomes, Move],
            Resume = new ResumeContract { Sequence = "/seq", From = SessionSupport.Welcomes, State = "/id", ReplaceBy = Move, ReplaceAddress = "/url" },
            OnConnected = async (_, script, token) =>
            {
                if (++runs == 2)
                {
                    begun.SetResult();
                    await goOn.Task;
                    resumed.Add(script.Resume?.Sequence);
                }

                await script.ExpectAsync<Welcome>(token);
                resumed.Add(script.Resume?.Sequence);
            },
        };
        await using ClientRuntime client = SessionSupport.Client(contract, server.Uri, change: o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        MessageStream<Note> notes = client.Open(SessionSupport.Notes, null);
        Task ready = client.Connection.ConnectAsync();
        using ScriptedPeer old = await WelcomeAsync(server);
        await ready.Soon();
        await old.SendTextAsync("""{"type":"note","n":1,"seq":1}""");
        Assert.Equal(1, (await notes.NextAsync()).N);
        await MoveAsync(server, old, "/next");
        using ScriptedPeer next = await server.OpenAsync();
        await begun.Task.Soon();
        await old.SendTextAsync("""{"type":"note","n":2,"seq":2}""");
        Assert.Equal(2, (await notes.NextAsync()).N);
        goOn.SetResult();

        // A sequence of the new socket is of the session to come.
        await next.SendTextAsync("""{"type":"welcome","id":"w2","seq":9}""");
        await old.ReadCloseAsync().Soon();
        Assert.Equal([null, 2, 2], resumed);
    }

    [Fact]
    public async Task When_the_new_socket_cannot_be_had_the_old_one_stays()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri);
        MessageStream<Note> notes = client.Open(SessionSupport.Notes, null);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer old = await WelcomeAsync(server);
        await ready.Soon();
        Task<Note> call = client.CallAsync(SessionSupport.AskNote, new Note(1), CancellationToken.None);
        await old.ReadTextAsync();
        await MoveAsync(server, old, "/next");
        ScriptedPeer next = await server.OpenAsync();
        next.Reset();
        await old.SendTextAsync("""{"id":1,"result":{"n":5}}""");
        Assert.Equal(5, (await call.Soon()).N);
        await old.SendTextAsync("""{"type":"note","n":1}""");
        Assert.Equal(1, (await notes.NextAsync()).N);
        await client.SendAsync(SessionSupport.SendNote, new Note(10), CancellationToken.None).Soon();
        Assert.Equal("""{"type":"note","n":10}""", await old.ReadTextAsync());
        Assert.Equal(ConnectionState.Ready, client.Connection.State);
    }

    [Fact]
    public async Task When_the_old_socket_drops_before_the_new_one_is_ready_the_connection_goes_on_without_a_drop()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri);
        States states = new(client.Connection);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer old = await WelcomeAsync(server);
        await ready.Soon();
        await states.UntilAsync(ConnectionState.Ready);
        await MoveAsync(server, old, "/next");
        ScriptedPeer next = await server.OpenAsync();
        await old.SendCloseAsync(4004);
        await old.ReadCloseAsync().Soon();
        old.Dispose();
        Task queued = client.SendAsync(SessionSupport.SendNote, new Note(10), CancellationToken.None).AsTask();
        await next.SendTextAsync("""{"type":"welcome","id":"w2"}""");
        Assert.Equal("""{"type":"note","n":10}""", await next.ReadTextAsync());
        await queued.Soon();
        Assert.Equal(ConnectionState.Ready, client.Connection.State);
        next.Reset();
        Assert.Equal(ConnectionState.Disconnected, (await states.NextAsync()).Current);
    }

    [Fact]
    public async Task Calls_on_the_old_socket_fail_when_it_is_gone_and_those_on_the_new_one_do_not()
    {
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(), server.Uri);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer old = await WelcomeAsync(server);
        await ready.Soon();
        Task<Note> first = client.CallAsync(SessionSupport.AskNote, new Note(1), CancellationToken.None);
        await old.ReadTextAsync();
        await MoveAsync(server, old, "/next");
        ScriptedPeer next = await WelcomeAsync(server);
        await old.ReadCloseAsync().Soon();
        Task<Note> second = client.CallAsync(SessionSupport.AskNote, new Note(2), CancellationToken.None);
        await next.ReadTextAsync();
        await old.EndAsync();
        Assert.Equal(SendOutcome.Sent, (await Assert.ThrowsAsync<CallException>(() => first.Soon())).Outcome);
        Assert.False(second.IsCompleted);
        await next.SendTextAsync("""{"id":2,"result":{"n":5}}""");
        Assert.Equal(5, (await second.Soon()).N);
    }

    [Fact]
    public async Task A_client_that_is_closed_meanwhile_closes()
    {
        await using ScriptedServer server = new();
        ClientRuntime client = SessionSupport.Client(Contract(), server.Uri, change: o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer old = await WelcomeAsync(server);
        await ready.Soon();
        await MoveAsync(server, old, "/next");
        ScriptedPeer next = await server.OpenAsync();
        Task disposed = client.DisposeAsync().AsTask();
        Assert.Equal(1000, await old.AnswerCloseAsync());
        await disposed.Soon();
        await next.ReadToEndAsync().Soon();
    }

    [Fact]
    public async Task Binary_messages_of_both_sockets_are_delivered_each_whole()
    {
        BinaryRoute<byte[]> all = new("all");
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(binary: all), server.Uri, change: o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        await using MessageStream<byte[]> binary = client.OpenBinary(all, null);
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer old = await WelcomeAsync(server);
        await ready.Soon();
        await MoveAsync(server, old, "/next");
        ScriptedPeer next = await server.OpenAsync();

        // A message of the new socket comes between the frames of one of the old.
        await old.SendFrameAsync(Opcodes.Binary, new byte[] { 1 }, fin: false);
        await next.SendBinaryAsync(new byte[] { 9 });
        Assert.Equal([9], await binary.NextAsync());
        await old.SendFrameAsync(Opcodes.Continuation, new byte[] { 2 }, fin: true);
        Assert.Equal([1, 2], await binary.NextAsync());
        await next.SendTextAsync("""{"type":"welcome","id":"w2"}""");
        await old.ReadCloseAsync().Soon();
        await old.SendBinaryAsync(new byte[] { 3 });
        await old.SendCloseAsync();
        Assert.Equal([3], await binary.NextAsync());
        await next.SendBinaryAsync(new byte[] { 4 });
        Assert.Equal([4], await binary.NextAsync());
        old.Dispose();
        next.Dispose();
    }

    [Fact]
    public async Task Requests_are_answered_on_the_socket_that_they_came_on_or_not_at_all()
    {
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource holds = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HandlerRoute handler = CallContracts.RpcHandler<int, int>("double", CallJson.Default.Int32, CallJson.Default.Int32, async (_, n, token) =>
        {
            if (n != 0)
                return n * 2;
            holds.SetResult();
            await using CancellationTokenRegistration registration = token.Register(letGo.SetResult);
            await held.Task;
            return 0;
        });
        await using ScriptedServer server = new();
        await using ClientRuntime client = SessionSupport.Client(Contract(handler), server.Uri, change: o => o.CloseTimeout = TimeSpan.FromSeconds(20));
        Task ready = client.Connection.ConnectAsync();
        ScriptedPeer old = await WelcomeAsync(server);
        await ready.Soon();
        await MoveAsync(server, old, "/next");
        ScriptedPeer next = await server.OpenAsync();

        // Both have the id 1, and each gets its own answer, while the queue of sends still is the old one's.
        await next.SendTextAsync("""{"id":1,"method":"double","params":3}""");
        Assert.Equal("""{"id":1,"result":6}""", await next.ReadTextAsync());
        await old.SendTextAsync("""{"id":1,"method":"double","params":4}""");
        Assert.Equal("""{"id":1,"result":8}""", await old.ReadTextAsync());
        await old.SendTextAsync("""{"id":2,"method":"double","params":0}""");
        await holds.Task.Soon();
        await next.SendTextAsync("""{"type":"welcome","id":"w2"}""");
        await old.ReadCloseAsync().Soon();

        // The old one takes no answer any more, and the new one gets none of its answers.
        await letGo.Task.Soon();
        held.SetResult();
        await next.SendTextAsync("""{"id":2,"method":"double","params":5}""");
        Assert.Equal("""{"id":2,"result":10}""", await next.ReadTextAsync());
        old.Dispose();
        next.Dispose();
    }
}
