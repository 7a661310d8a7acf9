using System.Collections.Concurrent;
using System.Text;
using NetWebSockets.Connections;
using NetWebSockets.TestServers;
using Polly;
using Polly.Retry;
using Xunit;

namespace NetWebSockets.Tests.Connections;

/// <summary>What Messaging may rely on.</summary>
public sealed class HooksTests
{
    [Fact]
    public async Task Script_and_restore_go_out_before_what_was_queued_at_every_connect()
    {
        await using ScriptedServer server = new();
        HooksOf hooks = new()
        {
            Scripting = (sender, token) => sender.SendAsync(MessageKind.Text, "login"u8.ToArray(), token),
            Restoring = (sender, token) => sender.SendAsync(MessageKind.Text, "subscribe"u8.ToArray(), token),
        };
        await using WebSocketConnection connection = new(Support.Options(server.Uri), hooks);
        for (int i = 0; i < 3; i++)
        {
            Task queued = connection.SendTextAsync($"queued {i}").AsTask();
            Task ready = connection.ConnectAsync();
            ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
            Assert.Equal("login", await peer.ReadTextAsync());
            Assert.Equal("subscribe", await peer.ReadTextAsync());
            Assert.Equal($"queued {i}", await peer.ReadTextAsync());
            await queued.Soon();
            await ready.Soon();
            States states = new(connection);
            peer.Reset();
            await states.UntilAsync(ConnectionState.Disconnected);
        }
    }

    [Fact]
    public async Task A_script_sees_the_servers_very_first_message()
    {
        await using ScriptedServer server = new();
        TaskCompletionSource<string>? hello = null;
        List<string> early = [];
        HooksOf hooks = new()
        {
            Scripting = async (_, token) =>
            {
                hello = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                Assert.Equal("hello", await hello.Task.WaitAsync(token));
            },
            Message = (_, payload) =>
            {
                if (hello is null || !hello.TrySetResult(Encoding.UTF8.GetString(payload.Span)))
                    early.Add("lost");
                return default;
            },
        };
        await using WebSocketConnection connection = new(Support.Options(server.Uri), hooks);
        Task ready = connection.ConnectAsync();
        ScriptedPeer peer = await server.AcceptAsync().Soon();
        await peer.AcceptHandshakeAsync(sameWrite: ServerFrame.Text("hello")).Soon();
        await ready.Soon();
        Assert.Empty(early);
    }

    [Fact]
    public async Task A_socket_that_drops_during_the_script_ends_it_and_is_tried_again()
    {
        await using ScriptedServer server = new();
        ConcurrentQueue<bool> canceled = [];
        int scripts = 0;
        HooksOf hooks = new()
        {
            Scripting = async (_, token) =>
            {
                if (Interlocked.Increment(ref scripts) > 1)
                    return;
                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
                finally
                {
                    canceled.Enqueue(token.IsCancellationRequested);
                }
            },
        };
        await using WebSocketConnection connection = new(Support.Options(server.Uri), hooks);
        States states = new(connection);
        Task ready = connection.ConnectAsync();
        ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
        await states.UntilAsync(ConnectionState.Scripting);
        await peer.SendCloseAsync(1011, "not yet");
        await peer.ReadCloseAsync().Soon();
        peer.Dispose();
        ConnectionException cause = Assert.IsType<ConnectionException>((await states.UntilAsync(ConnectionState.Disconnected)).Cause);
        Assert.Equal((FailurePhase.Script, 1011), (cause.Failure!.Phase, cause.Failure.CloseCode));
        await server.AcceptOpenAsync().Soon();
        await ready.Soon();
        Assert.Equal([true], canceled);
        Assert.Equal(["dropped"], hooks.Ends);
    }

    [Fact]
    public async Task A_script_that_takes_too_long_ends_its_attempt()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        int scripts = 0;
        HooksOf hooks = new()
        {
            Scripting = (_, token) => Interlocked.Increment(ref scripts) == 1 ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : default,
        };
        await using WebSocketConnection connection = new(
            Support.Options(server.Uri, o => (o.TimeProvider, o.ConnectTimeout) = (time, TimeSpan.FromSeconds(9))), hooks);
        States states = new(connection);
        Task ready = connection.ConnectAsync();
        ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
        await states.UntilAsync(ConnectionState.Scripting);
        time.Advance(TimeSpan.FromSeconds(9));
        ConnectionException cause = Assert.IsType<ConnectionException>((await states.UntilAsync(ConnectionState.Disconnected)).Cause);
        Assert.True(cause.Failure!.TimedOut);
        await peer.ReadToEndAsync().Soon();
        await time.PassAsync(TimeSpan.FromMilliseconds(1));
        await server.AcceptOpenAsync().Soon();
        await ready.Soon();
    }

    [Fact]
    public async Task A_script_that_fails_at_the_first_connect_ends_the_connection_with_its_cause()
    {
        await using ScriptedServer server = new();
        HooksOf hooks = new() { Scripting = (_, _) => throw new CallErrorException("login", default, "wrong key") };
        await using WebSocketConnection connection = new(Support.Options(server.Uri), hooks);
        Task ready = connection.ConnectAsync();
        await server.AcceptOpenAsync().Soon();
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => ready.Soon());
        Assert.IsType<CallErrorException>(error.InnerException);
        Assert.Equal(FailurePhase.Script, error.Failure!.Phase);
        Assert.Equal(["dropped", "ending", "ended"], hooks.Ends);
    }

    [Fact]
    public async Task A_drop_is_told_after_the_last_message()
    {
        await using ScriptedServer server = new();
        ConcurrentQueue<string> seen = [];
        TaskCompletionSource dropped = new();
        HooksOf hooks = new()
        {
            Message = async (_, payload) =>
            {
                string text = Encoding.UTF8.GetString(payload.Span);
                await Task.Yield();
                seen.Enqueue(text);
            },
            Dropped = _ =>
            {
                seen.Enqueue("dropped");
                dropped.SetResult();
            },
        };
        await using WebSocketConnection connection = new(Support.Options(server.Uri), hooks);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        for (int i = 0; i < 50; i++)
            await peer.SendTextAsync($"{i}");
        peer.ShutdownSend();
        await dropped.Task.Soon();
        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => $"{i}"), "dropped"], seen);
    }

    [Fact]
    public async Task An_observed_send_tells_how_many_drops_came_before_its_socket()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri), new HooksOf());
        States states = new(connection);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        SendObserver first = new();
        connection.Send(MessageKind.Text, "a"u8.ToArray(), false, first, default);
        Assert.Equal(0, await first.Socket.Soon());
        peer.Reset();
        await states.UntilAsync(ConnectionState.Disconnected);
        SendObserver queued = new();
        connection.Send(MessageKind.Text, "b"u8.ToArray(), false, queued, default);
        await server.AcceptOpenAsync().Soon();
        Assert.Equal(1, await queued.Socket.Soon());
    }

    [Fact]
    public async Task An_observed_send_that_is_taken_back_tells_so_once_wherever_it_waits()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri), new HooksOf());
        using CancellationTokenSource canceled = new();
        SendObserver waiting = new();
        connection.Send(MessageKind.Text, "a"u8.ToArray(), false, waiting, canceled.Token);
        await canceled.CancelAsync();
        Assert.Equal(SendOutcome.NotSent, (await Assert.ThrowsAsync<SendCanceledException>(() => waiting.Socket.Soon())).Outcome);
        SendObserver before = new();
        connection.Send(MessageKind.Text, "a"u8.ToArray(), false, before, canceled.Token);
        Assert.Equal(SendOutcome.NotSent, (await Assert.ThrowsAsync<SendCanceledException>(() => before.Socket.Soon())).Outcome);
    }

    [Fact]
    public async Task Reconnects_leave_neither_timers_nor_sockets_behind()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        ConcurrentQueue<WeakReference> sockets = [];
        HooksOf hooks = new()
        {
            Scripting = (sender, _) =>
            {
                sockets.Enqueue(new WeakReference(sender));
                return default;
            },
        };
        WebSocketConnection connection = new(
            Support.Options(server.Uri, o =>
            {
                (o.TimeProvider, o.StableAfter, o.CloseTimeout) = (time, TimeSpan.Zero, Support.Limit);
                // A drop that comes before the connection counts as stable is retried by the pipeline, which must not wait on a clock that stands still.
                o.ConfigureConnectPipeline = p => p.AddRetry(new RetryStrategyOptions { MaxRetryAttempts = int.MaxValue, Delay = TimeSpan.Zero });
            }),
            hooks);
        States states = new(connection);
        _ = connection.ConnectAsync();
        for (int i = 0; i < 300; i++)
        {
            using ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
            await states.UntilAsync(ConnectionState.Ready);
            await connection.SendTextAsync("x").Soon();

            // Those of this socket, and at most those of the attempt that is just over.
            Assert.InRange(time.LiveTimers, 0, 5);
            peer.Reset();
        }

        await connection.DisposeAsync().Soon();
        Assert.Equal(0, time.LiveTimers);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.InRange(sockets.Count, 300, 301);
        Assert.InRange(sockets.Count(s => s.IsAlive), 0, 5);
    }

    [Fact]
    public async Task A_hook_that_throws_is_no_end_of_the_pump()
    {
        await using ScriptedServer server = new();
        ConcurrentQueue<string> seen = [];
        TaskCompletionSource last = new();
        HooksOf hooks = new()
        {
            Message = (_, payload) =>
            {
                string text = Encoding.UTF8.GetString(payload.Span);
                seen.Enqueue(text);
                if (text == "last")
                    last.SetResult();
                throw new InvalidOperationException("a defect");
            },
        };
        await using WebSocketConnection connection = new(Support.Options(server.Uri), hooks);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await peer.SendTextAsync("first");
        await peer.SendTextAsync("last");
        await last.Task.Soon();
        Assert.Equal(["first", "last"], seen);
        Assert.Equal(ConnectionState.Ready, connection.State);
    }

    private sealed class SendObserver : ISendObserver
    {
        private readonly TaskCompletionSource<long> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> Socket => _outcome.Task;

        public void OnSent(long socket) => _outcome.SetResult(socket);

        public void OnSendFailed(Exception failure) => _outcome.SetException(failure);
    }
}
