using Microsoft.Extensions.Time.Testing;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Hostile;

/// <summary>Promise 2: a close finishes within its deadline, whatever the peer does.</summary>
public sealed class CloseDeadlineTests
{
    private static readonly TimeSpan Almost = TimeSpan.FromSeconds(9.9);
    private static readonly TimeSpan TheRest = TimeSpan.FromSeconds(0.2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_peer_that_never_answers_a_close_ends_at_the_deadline()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        Task<CloseEvent> closing = pair.Socket.CloseAsync(4001, "bye");
        Assert.Equal(4001, (await pair.Peer.ReadFrameAsync(Token))!.CloseCode);
        pair.Time.Advance(Almost);
        Assert.False(closing.IsCompleted);
        Assert.Equal(ReadyState.Closing, pair.Socket.ReadyState);
        pair.Time.Advance(TheRest);
        CloseEvent close = await closing.WaitAsync(HostilePeer.Limit, Token);
        Assert.Equal((1006, false, NetError.TimedOut), (close.Code, close.WasClean, close.Error));
        await pair.Peer.ReadToEndAsync(Token).WaitAsync(HostilePeer.Limit, Token); // The connection is really gone.
    }

    [Fact]
    public async Task A_peer_that_talks_on_after_a_close_ends_at_the_deadline()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        List<string> seen = [];
        pair.Socket.OnMessage = e => seen.Add((string)e.Data);
        pair.Socket.Close();
        await pair.Peer.ReadFrameAsync(Token);
        for (int i = 0; i < 1000; i++)
            await pair.Peer.SendTextAsync("and another thing", Token);
        pair.Time.Advance(Almost + TheRest);
        Assert.Equal(1006, (await pair.ClosedAsync()).Code);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task A_peer_that_reads_nothing_ends_at_the_deadline_though_the_close_frame_cannot_leave()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        byte[] megabyte = new byte[1024 * 1024];
        for (int i = 0; i < 32; i++)
            pair.Socket.Send(megabyte); // More than the system's buffers of a loopback connection take.
        Assert.NotEqual(0, pair.Socket.BufferedAmount);
        Task<CloseEvent> closing = pair.Socket.CloseAsync();
        pair.Time.Advance(Almost + TheRest);
        Assert.Equal(1006, (await closing.WaitAsync(HostilePeer.Limit, Token)).Code);
        Assert.NotEqual(0, pair.Socket.BufferedAmount); // WHATWG: it does not fall to zero when the connection closes.
    }

    [Fact]
    public async Task Disposing_ends_at_the_deadline_with_a_peer_that_never_answers()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        Task disposing = pair.Socket.DisposeAsync().AsTask();
        Assert.Equal(1000, (await pair.Peer.ReadFrameAsync(Token))!.CloseCode);
        pair.Time.Advance(Almost + TheRest);
        await disposing.WaitAsync(HostilePeer.Limit, Token);
        Assert.Equal(ReadyState.Closed, pair.Socket.ReadyState);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_answers_and_never_ends_TCP_is_left_after_two_seconds_and_the_close_is_clean(bool tls)
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync(tls: tls);
        Task<CloseEvent> closing = pair.Socket.CloseAsync(3333, "done");
        await pair.Peer.ReadFrameAsync(Token);
        await pair.Peer.SendCloseAsync(3333, "done", Token);
        CloseEvent close = await AfterTwoSecondsAsync(pair, closing);
        Assert.Equal((3333, "done", true), (close.Code, close.Reason, close.WasClean));
        await pair.Peer.ReadToEndAsync(Token).WaitAsync(HostilePeer.Limit, Token);
    }

    [Fact]
    public async Task A_peer_that_answers_just_before_the_deadline_and_never_ends_TCP_is_left_at_it_and_the_close_is_clean()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        Task<CloseEvent> closing = pair.Socket.CloseAsync(3333, "done");
        await pair.Peer.ReadFrameAsync(Token);
        pair.Time.Advance(Almost);
        await pair.Peer.SendCloseAsync(3333, "done", Token);
        await pair.Time.WaitForTimerAsync(TimeSpan.FromSeconds(2)); // The answer has been read.
        pair.Time.Advance(TheRest);
        CloseEvent close = await closing.WaitAsync(HostilePeer.Limit, Token);
        Assert.Equal((3333, "done", true), (close.Code, close.Reason, close.WasClean));
    }

    [Fact]
    public async Task A_peer_that_closes_and_never_ends_TCP_is_left_after_two_seconds_and_the_close_is_clean()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        await pair.Peer.SendCloseAsync(1001, "going", Token);
        Assert.Equal(1001, (await pair.Peer.ReadFrameAsync(Token))!.CloseCode);
        CloseEvent close = await AfterTwoSecondsAsync(pair, pair.ClosedAsync());
        Assert.Equal((1001, "going", true), (close.Code, close.Reason, close.WasClean));
    }

    [Fact]
    public async Task A_peer_that_closes_and_then_sends_for_ever_is_left_at_its_first_frame()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        await pair.Peer.SendCloseAsync(1000, "", Token);
        Task flood = FloodAsync(pair.Peer);
        Assert.Equal((1006, false), ((await pair.ClosedAsync()).Code, (await pair.ClosedAsync()).WasClean));
        await flood.WaitAsync(HostilePeer.Limit, Token);
    }

    [Fact]
    public async Task A_violation_does_not_wait_for_a_peer_that_reads_nothing()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        byte[] megabyte = new byte[1024 * 1024];
        for (int i = 0; i < 32; i++)
            pair.Socket.Send(megabyte);
        await pair.Peer.WriteAsync(ServerFrame.Encode(3, "x"u8), Token);
        await pair.Time.WaitForTimerAsync(TimeSpan.FromSeconds(10)); // For the close frame to leave.
        pair.Time.Advance(Almost + TheRest);
        CloseEvent close = await pair.ClosedAsync();
        Assert.Equal((1006, false), (close.Code, close.WasClean));
    }

    [Fact]
    public async Task A_handshake_that_is_never_answered_ends_at_its_own_deadline()
    {
        await using ScriptedServer server = new();
        FakeTimeProvider time = new();
        await using NetWebSocket socket = new(server.Uri.ToString(), new NetWebSocketOptions { TimeProvider = time, HandshakeTimeout = TimeSpan.FromSeconds(5) });
        ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token);
        Assert.False(socket.Opened.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5.1));
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(HostilePeer.Limit, Token));
        Assert.Equal(NetError.TimedOut, failure.Error);
        Assert.Equal(1006, (await socket.Closed.WaitAsync(HostilePeer.Limit, Token)).Code);
        await peer.ReadToEndAsync(Token).WaitAsync(HostilePeer.Limit, Token);
    }

    [Fact]
    public async Task A_TLS_handshake_that_is_never_answered_ends_at_its_own_deadline()
    {
        await using ScriptedServer server = new();
        FakeTimeProvider time = new();
        string url = $"wss://127.0.0.1:{server.Port}/";
        await using NetWebSocket socket = new(url, new NetWebSocketOptions { TimeProvider = time, HandshakeTimeout = TimeSpan.FromSeconds(5) });
        ScriptedPeer peer = await server.AcceptAsync(Token);
        byte[] hello = new byte[1];
        await peer.Stream.ReadExactlyAsync(hello, Token);
        time.Advance(TimeSpan.FromSeconds(5.1));
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(HostilePeer.Limit, Token));
        Assert.Equal(NetError.TimedOut, failure.Error);
    }

    [Fact]
    public async Task Closing_while_the_handshake_is_never_answered_ends_at_once()
    {
        await using ScriptedServer server = new();
        await using NetWebSocket socket = new(server.Uri.ToString(), new NetWebSocketOptions { TimeProvider = new FakeTimeProvider() });
        ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token);
        CloseEvent close = await socket.CloseAsync().WaitAsync(HostilePeer.Limit, Token);
        Assert.Equal((1006, false), (close.Code, close.WasClean));
        await peer.ReadToEndAsync(Token).WaitAsync(HostilePeer.Limit, Token);
    }

    private static async Task<CloseEvent> AfterTwoSecondsAsync(HostilePeer pair, Task<CloseEvent> closing)
    {
        await pair.Time.WaitForTimerAsync(TimeSpan.FromSeconds(2));
        pair.Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(closing.IsCompleted);
        pair.Time.Advance(TimeSpan.FromSeconds(0.2));
        return await closing.WaitAsync(HostilePeer.Limit, Token);
    }

    private static async Task FloodAsync(ScriptedPeer peer)
    {
        byte[] frame = ServerFrame.Text(new string('x', 1000));
        try
        {
            while (true)
                await peer.WriteAsync(frame, Token);
        }
        catch (IOException)
        {
            // The client has left, as it must.
        }
    }
}
