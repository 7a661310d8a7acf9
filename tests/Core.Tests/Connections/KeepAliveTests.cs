using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Connections;

public sealed class KeepAliveTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(17);

    [Fact]
    public async Task A_silent_peer_is_pinged_and_kept_while_it_answers()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = Connection(server, time);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await time.PassAsync(Interval);
        for (int i = 0; i < 3; i++)
        {
            ClientFrame ping = (await peer.ReadFrameAsync().Soon())!;
            Assert.Equal(Opcodes.Ping, ping.Opcode);
            await time.WaitBegunAsync(Patience);

            // The pong, and a message behind it that tells when both have been read.
            await peer.SendFrameAsync(Opcodes.Pong, ping.Payload);
            await ReceiveAsync(connection, peer, "after the pong");
            time.Advance(Patience);
            Assert.Equal(ConnectionState.Ready, connection.State);
            await time.PassAsync(Interval - Patience);
        }

        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_dead_peer_is_dropped_with_its_cause_and_the_connection_reconnects()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = Connection(server, time);
        States states = new(connection);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await time.WaitBegunAsync(TimeSpan.FromSeconds(10)); // Until it is stable; the keep-alive has begun before.
        time.Advance(Interval);
        Assert.Equal(Opcodes.Ping, (await peer.ReadFrameAsync().Soon())!.Opcode);
        await time.PassAsync(Patience);
        ConnectionException cause = Assert.IsType<ConnectionException>((await states.UntilAsync(ConnectionState.Disconnected)).Cause);
        Assert.Equal(NetError.PingTimedOut, cause.Error);
        Assert.Equal(NetError.PingTimedOut, cause.Failure!.Error);
        await server.AcceptOpenAsync().Soon();
        await states.UntilAsync(ConnectionState.Ready);
    }

    [Fact]
    public async Task Any_byte_is_a_sign_of_life_so_a_busy_peer_is_not_pinged()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = Connection(server, time);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await time.WaitBegunAsync(Interval);
        time.Advance(Interval / 2);
        for (int i = 0; i < 5; i++)
        {
            // Bytes come half an interval before each look, so the next look is due half an interval later.
            await ReceiveAsync(connection, peer, "busy");
            time.Advance(Interval / 2);
            await time.WaitBegunAsync(Interval / 2);
        }

        await connection.SendTextAsync("end").Soon();
        Assert.Equal("end", await peer.ReadTextAsync()); // No ping before it.
    }

    [Fact]
    public async Task A_peer_is_not_taken_for_dead_because_this_side_does_not_read()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource release = new();
        HooksOf hooks = new()
        {
            Message = (_, _) =>
            {
                taken.TrySetResult();
                return new ValueTask(release.Task);
            },
        };
        await using WebSocketConnection connection = new(Options(server, time), hooks);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await peer.SendTextAsync("slow to handle");
        await taken.Task.Soon();
        await time.PassAsync(Interval);
        ClientFrame ping = (await peer.ReadFrameAsync().Soon())!;
        await peer.SendFrameAsync(Opcodes.Pong, ping.Payload); // Stays unread.
        for (int i = 0; i < 3; i++)
            await time.PassAsync(Patience);
        Assert.Equal(ConnectionState.Ready, connection.State);
        release.SetResult();
        await connection.SendTextAsync("still here").Soon();
        Assert.Equal("still here", await peer.ReadTextAsync());
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_reader_that_blocks_is_not_held_against_the_peer_either_and_a_peer_that_is_dead_after_it_is_dropped()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ManualResetEventSlim release = new();
        HooksOf hooks = new()
        {
            Message = (_, _) =>
            {
                taken.TrySetResult();
                Assert.True(release.Wait(Support.Limit));
                return default;
            },
        };
        await using WebSocketConnection connection = new(Options(server, time), hooks);
        States states = new(connection);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await peer.SendTextAsync("slow to handle");
        await taken.Task.Soon();
        await time.PassAsync(Interval);
        Assert.Equal(Opcodes.Ping, (await peer.ReadFrameAsync().Soon())!.Opcode);
        for (int i = 0; i < 3; i++)
            await time.PassAsync(Patience);
        Assert.Equal(ConnectionState.Ready, connection.State);
        release.Set();

        // The reader was busy until a moment ago: the peer is asked again, and dropped when it does not answer then.
        Task<ConnectionStateChange> dropped = states.UntilAsync(ConnectionState.Disconnected);
        while (!dropped.IsCompleted)
        {
            time.Advance(Patience);
            await Task.Yield();
        }

        Assert.Equal(NetError.PingTimedOut, Assert.IsType<ConnectionException>((await dropped).Cause).Error);
        Assert.Equal(Opcodes.Ping, (await peer.ReadFrameAsync().Soon())!.Opcode);
        Assert.Null(await peer.ReadFrameAsync().Soon());
    }

    [Fact]
    public async Task Without_an_interval_nobody_is_pinged()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = Connection(server, time, o => o.KeepAliveInterval = Timeout.InfiniteTimeSpan);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        time.Advance(TimeSpan.FromDays(1));
        await connection.SendTextAsync("end").Soon();
        Assert.Equal("end", await peer.ReadTextAsync());
    }

    private static WebSocketConnection Connection(ScriptedServer server, ObservedTime time, Action<WebSocketConnectionOptions>? change = null) =>
        new(Options(server, time, change));

    private static WebSocketConnectionOptions Options(ScriptedServer server, ObservedTime time, Action<WebSocketConnectionOptions>? change = null) =>
        Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.KeepAliveInterval = Interval;
            o.KeepAliveTimeout = Patience;
            change?.Invoke(o);
        });

    private static async Task ReceiveAsync(WebSocketConnection connection, ScriptedPeer peer, string text)
    {
        await peer.SendTextAsync(text);
        await foreach (WebSocketMessage message in connection.ReadAllAsync())
        {
            Assert.Equal(text, message.Text);
            break;
        }
    }
}
