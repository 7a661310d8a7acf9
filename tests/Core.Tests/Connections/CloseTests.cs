using NetWebSockets.Connections;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Connections;

public sealed class CloseTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_connection_that_was_never_started_closes_at_once_and_its_sends_are_not_sent()
    {
        WebSocketConnection connection = new(Support.Options(new Uri("ws://127.0.0.1:1/")));
        ValueTask send = connection.SendTextAsync("x");
        await connection.CloseAsync().Soon();
        Assert.Equal(ConnectionState.Closed, connection.State);
        await connection.Closed.Soon();
        Assert.Equal(SendOutcome.NotSent, (await send.SendFailsAsync()).Outcome);
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => connection.ConnectAsync().Soon());
        Assert.Contains("closed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Close_sends_what_was_accepted_then_its_code_and_reason()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => (o.SendQueueBytes, o.CloseTimeout) = (64 * 1024 * 1024, Support.Limit)));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        Task[] sends = [.. Enumerable.Range(0, 200).Select(_ => connection.SendAsync(MessageKind.Binary, new byte[64 * 1024]).AsTask())];
        Task close = connection.CloseAsync(4000, "done");
        Assert.Equal(SendOutcome.NotSent, (await connection.SendTextAsync("too late").SendFailsAsync()).Outcome);
        for (int i = 0; i < 200; i++)
            Assert.Equal(Opcodes.Binary, (await peer.ReadFrameAsync().Soon())!.Opcode);
        ClientFrame frame = (await peer.ReadFrameAsync().Soon())!;
        Assert.Equal((Opcodes.Close, 4000, "done"), (frame.Opcode, frame.CloseCode, frame.CloseReason));
        await peer.SendCloseAsync(4000);
        peer.Dispose();
        await close.Soon();
        await Task.WhenAll(sends).Soon();
    }

    [Fact]
    public async Task A_peer_that_never_answers_close_ends_at_the_deadline()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        WebSocketConnection connection = Connection(server, time);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        Task close = connection.CloseAsync();
        Assert.Equal(1000, (await peer.ReadCloseAsync().Soon())!.CloseCode);
        await time.WaitBegunAsync(Deadline);
        time.Advance(Deadline - TimeSpan.FromMilliseconds(1));
        Assert.False(close.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await close.Soon();
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task A_peer_that_never_reads_ends_at_the_deadline_and_what_is_left_has_its_outcome()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        WebSocketConnection connection = Connection(server, time, o => o.SendQueueBytes = 64 * 1024 * 1024);
        await connection.ConnectToAsync(server);
        List<Task> sends = [.. Enumerable.Range(0, 400).Select(_ => connection.SendAsync(MessageKind.Binary, new byte[64 * 1024]).AsTask())];
        Assert.Contains(sends, s => !s.IsCompleted);
        Task close = connection.CloseAsync();
        await time.PassAsync(Deadline);
        await close.Soon();
        foreach (Task send in sends.Where(s => !s.IsCompletedSuccessfully))
            await Assert.ThrowsAsync<SendException>(() => send.Soon());
    }

    [Fact]
    public async Task A_cancelled_close_drops_the_socket_at_once()
    {
        await using ScriptedServer server = new();
        WebSocketConnection connection = Connection(server, new ObservedTime());
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        using CancellationTokenSource source = new();
        Task close = connection.CloseAsync(cancellationToken: source.Token);
        await peer.ReadCloseAsync().Soon();
        await source.CancelAsync();
        await close.Soon();
        Assert.Equal(ConnectionState.Closed, connection.State);
        await peer.ReadToEndAsync().Soon();
    }

    [Fact]
    public async Task Close_ends_an_attempt_that_waits_for_the_endpoint_factory()
    {
        TaskCompletionSource asked = new();
        WebSocketConnection connection = new(new WebSocketConnectionOptions
        {
            Endpoint = async (_, _) =>
            {
                asked.SetResult();
                await new TaskCompletionSource().Task;
                throw new InvalidOperationException("never");
            },
        });
        Task ready = connection.ConnectAsync();
        await asked.Task.Soon();
        await connection.CloseAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => ready.Soon());
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task Close_ends_an_attempt_in_its_handshake()
    {
        await using ScriptedServer server = new();
        WebSocketConnection connection = Connection(server, new ObservedTime());
        Task ready = connection.ConnectAsync();
        ScriptedPeer peer = await server.AcceptAsync().Soon();
        await peer.ReadRequestAsync().Soon();
        await connection.CloseAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => ready.Soon());
        await peer.ReadToEndAsync().Soon();
    }

    [Fact]
    public async Task Close_ends_a_wait_between_attempts()
    {
        await using ScriptedServer server = new();
        server.StopListening();
        ObservedTime time = new();
        WebSocketConnection connection = Connection(server, time, o => o.Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(13), UseJitter = false });
        ValueTask send = connection.SendTextAsync("x");
        Task ready = connection.ConnectAsync();
        await time.WaitBegunAsync(TimeSpan.FromSeconds(13));
        await connection.CloseAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => ready.Soon());
        Assert.Equal(SendOutcome.NotSent, (await send.SendFailsAsync()).Outcome);
        Assert.Equal(0, time.LiveTimers);
    }

    [Theory]
    [InlineData(nameof(HooksOf.Scripting))]
    [InlineData(nameof(HooksOf.Restoring))]
    public async Task Close_ends_a_script_that_looks_at_no_token(string phase)
    {
        await using ScriptedServer server = new();
        TaskCompletionSource begun = new();
        Func<ScriptSender, CancellationToken, ValueTask> stuck = async (_, _) =>
        {
            begun.SetResult();
            await new TaskCompletionSource().Task;
        };
        HooksOf hooks = phase == nameof(HooksOf.Scripting) ? new() { Scripting = stuck } : new() { Restoring = stuck };
        WebSocketConnection connection = new(Support.Options(server.Uri, o => o.CloseTimeout = Support.Limit), hooks);
        _ = connection.ConnectAsync().ContinueWith(t => t.Exception, TaskScheduler.Default);
        ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
        await begun.Task.Soon();
        Task close = connection.CloseAsync();
        Assert.Equal(1000, (await peer.ReadCloseAsync().Soon())!.CloseCode);
        await peer.SendCloseAsync(1000);
        peer.Dispose();
        await close.Soon();
        Assert.Equal(["ending", "dropped", "ended"], hooks.Ends);
    }

    [Theory]
    [InlineData(nameof(HooksOf.Scripting))]
    [InlineData(nameof(HooksOf.Restoring))]
    public async Task Close_may_be_awaited_inside_a_script(string phase)
    {
        await using ScriptedServer server = new();
        TaskCompletionSource closed = new();
        WebSocketConnection connection = null!;
        Func<ScriptSender, CancellationToken, ValueTask> close = async (_, _) =>
        {
            await connection.CloseAsync(cancellationToken: CancellationToken.None);
            closed.SetResult();
        };
        HooksOf hooks = phase == nameof(HooksOf.Scripting) ? new() { Scripting = close } : new() { Restoring = close };
        connection = new WebSocketConnection(Support.Options(server.Uri, o => o.CloseTimeout = Support.Limit), hooks);
        _ = connection.ConnectAsync().ContinueWith(t => t.Exception, TaskScheduler.Default);
        ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
        await peer.ReadCloseAsync().Soon();
        await peer.SendCloseAsync(1000);
        peer.Dispose();
        await closed.Task.Soon();
    }

    [Fact]
    public async Task Close_awaited_on_the_pump_itself_ends_at_the_deadline()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        WebSocketConnection connection = null!;
        TaskCompletionSource closed = new();
        HooksOf hooks = new()
        {
            Message = async (_, _) =>
            {
                await connection.CloseAsync();
                closed.SetResult();
            },
        };
        connection = new WebSocketConnection(Options(server, time), hooks);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await peer.SendTextAsync("close!");
        await time.PassAsync(Deadline);
        await closed.Task.Soon();
        await connection.Closed.Soon();
        Assert.Equal(["ending", "dropped", "ended"], hooks.Ends);
    }

    [Fact]
    public async Task Many_closes_and_disposes_at_once_all_end()
    {
        await using ScriptedServer server = new();
        WebSocketConnection connection = new(Support.Options(server.Uri, o => o.CloseTimeout = Support.Limit));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        Task[] closes = [.. Enumerable.Range(0, 8).Select(i => Task.Run(() => i % 2 == 0 ? connection.CloseAsync() : connection.DisposeAsync().AsTask()))];
        await peer.ReadCloseAsync().Soon();
        await peer.SendCloseAsync(1000);
        peer.Dispose();
        await Task.WhenAll(closes).Soon();
        await connection.DisposeAsync().Soon();
        await connection.CloseAsync().Soon();
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task A_drop_during_close_ends_it_without_a_reconnect()
    {
        await using ScriptedServer server = new();
        WebSocketConnection connection = new(Support.Options(server.Uri, o => o.CloseTimeout = Support.Limit));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        Task close = connection.CloseAsync();
        await peer.ReadCloseAsync().Soon();
        peer.Reset();
        await close.Soon();
        Assert.Equal(1, server.ConnectionCount);
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task A_faulted_connection_may_be_closed_and_disposed()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        WebSocketConnection connection = new(Support.Options(server.Uri("/refuse/403")));
        await Assert.ThrowsAsync<HandshakeException>(() => connection.ConnectAsync().Soon());
        await connection.CloseAsync().Soon();
        await connection.DisposeAsync().Soon();
        Assert.Equal(ConnectionState.Faulted, connection.State);
    }

    private static WebSocketConnection Connection(ScriptedServer server, ObservedTime time, Action<WebSocketConnectionOptions>? change = null) =>
        new(Options(server, time, change));

    private static WebSocketConnectionOptions Options(ScriptedServer server, ObservedTime time, Action<WebSocketConnectionOptions>? change = null) =>
        Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.CloseTimeout = Deadline;
            o.StableAfter = TimeSpan.Zero;
            change?.Invoke(o);
        });
}
