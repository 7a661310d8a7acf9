using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.ConnectionState;

namespace NetWebSockets.Tests.Connections;

public sealed class StateTests
{
    [Fact]
    public async Task States_are_entered_in_order_through_a_drop_to_the_end()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.CloseTimeout = Support.Limit));
        States states = new(connection);
        Assert.Equal(Disconnected, connection.State);

        ScriptedPeer first = await connection.ConnectToAsync(server);
        Assert.Equal(Ready, connection.State);
        first.Reset();
        ScriptedPeer second = await server.AcceptOpenAsync().Soon();
        Assert.Equal([Connecting, Scripting, Restoring, Ready, Disconnected, Connecting, Scripting, Restoring, Ready], await states.TakeAsync(9));

        Task close = connection.CloseAsync();
        await second.ReadCloseAsync().Soon();
        await second.SendCloseAsync(1000);
        second.Dispose();
        await close.Soon();
        Assert.Equal(ConnectionState.Closed, connection.State);
        ConnectionStateChange last = await states.NextAsync();
        Assert.Equal((Ready, ConnectionState.Closed, null), (last.Previous, last.Current, last.Cause));
    }

    [Fact]
    public async Task A_drop_tells_its_cause_and_each_step_its_attempt()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => (o.TimeProvider, o.StableAfter) = (time, TimeSpan.FromSeconds(10))));
        States states = new(connection);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        Assert.Equal(1, (await states.UntilAsync(Connecting)).Attempt);
        await time.PassAsync(TimeSpan.FromSeconds(10));
        await connection.SendTextAsync("stable").Soon();
        await peer.ReadTextAsync();
        await peer.SendCloseAsync(1012, "restart");
        peer.ShutdownSend();
        await peer.ReadCloseAsync().Soon();
        peer.Dispose();

        ConnectionStateChange drop = await states.UntilAsync(Disconnected);
        ConnectionException cause = Assert.IsType<ConnectionException>(drop.Cause);
        Assert.Equal((1012, "restart", FailurePhase.Ready), (cause.Failure!.CloseCode, cause.Failure.CloseReason, cause.Failure.Phase));
        Assert.Equal(1, (await states.UntilAsync(Connecting)).Attempt);
    }

    [Fact]
    public async Task Handlers_are_called_one_at_a_time_and_one_that_throws_stops_nothing()
    {
        await using ScriptedServer server = new();
        FakeLogCollector logs = new();
        using LoggerFactoryOf logging = new(logs);
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.LoggerFactory = logging));
        int running = 0;
        ConcurrentQueue<int> overlaps = [];
        connection.StateChanged += (_, _) =>
        {
            overlaps.Enqueue(Interlocked.Increment(ref running));
            Interlocked.Decrement(ref running);
        };
        connection.StateChanged += (_, _) => throw new InvalidOperationException("a handler's own defect");
        States states = new(connection);
        await connection.ConnectToAsync(server);
        Assert.Equal([Connecting, Scripting, Restoring, Ready], await states.TakeAsync(4));
        Assert.All(overlaps, n => Assert.Equal(1, n));
        Assert.Equal(4, logs.GetSnapshot().Count(r => r.Exception is InvalidOperationException { Message: "a handler's own defect" }));
    }

    [Fact]
    public async Task A_handler_may_send_and_wait_for_it()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        TaskCompletionSource sent = new();
        connection.StateChanged += (sender, change) =>
        {
            if (change.Current != Ready)
                return;
            ((WebSocketConnection)sender!).SendTextAsync("from a handler").AsTask().GetAwaiter().GetResult();
            sent.SetResult();
        };
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        Assert.Equal("from a handler", await peer.ReadTextAsync());
        await sent.Task.Soon();
    }

    [Fact]
    public async Task A_handler_may_close_and_wait_for_it()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.CloseTimeout = Support.Limit));
        connection.StateChanged += (_, change) =>
        {
            if (change.Current == Ready)
                connection.CloseAsync().GetAwaiter().GetResult();
        };
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        Assert.Equal(1000, (await peer.ReadCloseAsync().Soon())!.CloseCode);
        await peer.SendCloseAsync(1000);
        peer.Dispose();
        await connection.Closed.Soon();
    }

    [Fact]
    public async Task A_handler_may_reconnect_and_wait_for_it()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        TaskCompletionSource reconnected = new();
        int ready = 0;
        connection.StateChanged += (_, change) =>
        {
            if (change.Current != Ready || ++ready > 1)
                return;
            connection.ReconnectAsync().GetAwaiter().GetResult();
            reconnected.SetResult();
        };
        await connection.ConnectToAsync(server);
        await server.AcceptOpenAsync().Soon();
        await reconnected.Task.Soon();
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task A_handler_may_dispose_and_wait_for_it_at_any_step()
    {
        foreach (ConnectionState at in new[] { Connecting, Scripting, Restoring, Ready })
        {
            await using ScriptedServer server = new();
            WebSocketConnection connection = new(Support.Options(server.Uri));
            connection.StateChanged += (_, change) =>
            {
                if (change.Current == at)
                    connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
            };
            _ = connection.ConnectAsync().ContinueWith(t => t.Exception, TaskScheduler.Default);
            if (at != Connecting)
                await server.AcceptOpenAsync().Soon();
            await connection.Closed.Soon();
            Assert.Equal(ConnectionState.Closed, connection.State);
        }
    }

    [Fact]
    public async Task A_late_subscriber_reads_the_state()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        await connection.ConnectToAsync(server);
        Assert.Equal(Ready, connection.State);
        await connection.ConnectAsync().Soon();
    }

    [Fact]
    public async Task The_token_of_ConnectAsync_ends_the_wait_and_not_the_connection()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        using CancellationTokenSource source = new();
        Task first = connection.ConnectAsync(source.Token);
        ScriptedPeer peer = await server.AcceptAsync().Soon();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        await peer.AcceptHandshakeAsync().Soon();
        await connection.ConnectAsync().Soon();
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_handler_that_never_returns_holds_back_neither_the_connection_nor_its_close()
    {
        await using ScriptedServer server = new();
        WebSocketConnection connection = new(Support.Options(server.Uri));
        using ManualResetEventSlim stuck = new();
        connection.StateChanged += (_, _) => stuck.Wait();
        await connection.ConnectToAsync(server);
        await connection.CloseAsync().Soon();
        stuck.Set();
    }
}
