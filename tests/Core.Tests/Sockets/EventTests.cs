using System.Collections.Concurrent;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Sockets;

public class EventTests
{
    private static readonly TimeSpan Patience = OpenPair.Patience;

    [Fact]
    public async Task Listeners_that_come_after_open_messages_and_close_get_all_of_them_in_order()
    {
        await using var pair = await OpenPair.CreateAsync();
        await pair.Peer.WriteAsync((byte[])[.. ServerFrame.Text("one"), .. ServerFrame.Binary([1, 2]), .. ServerFrame.Text("three"), .. ServerFrame.Close(4000, "bye")]);
        await pair.Peer.ReadCloseAsync();
        pair.Peer.ShutdownSend();
        CloseEvent closed = await pair.Socket.Closed.WaitAsync(Patience);
        Assert.Equal((4000, "bye", true), (closed.Code, closed.Reason, closed.WasClean));
        Assert.Equal(ReadyState.Closed, pair.Socket.ReadyState);

        var trace = new ConcurrentQueue<string>();
        var done = new TaskCompletionSource();
        pair.Socket.OnOpen = _ => trace.Enqueue("open");
        pair.Socket.OnMessage = e =>
        {
            trace.Enqueue(e.Data is byte[] bytes ? Convert.ToHexString(bytes) : (string)e.Data);
            if (e.Data is "three")
                done.SetResult();
        };
        await done.Task.WaitAsync(Patience);
        var close = new TaskCompletionSource<CloseEvent>();
        pair.Socket.OnClose = close.SetResult;
        Assert.Equal(closed, await close.Task.WaitAsync(Patience));
        Assert.Equal(["open", "one", "0102", "three"], trace);
    }

    [Fact]
    public async Task A_listener_added_once_is_called_once_and_the_same_one_is_added_once()
    {
        await using var pair = await OpenPair.CreateAsync();
        var calls = new ConcurrentQueue<string>();
        var last = new TaskCompletionSource();
        void Once(MessageEvent e) => calls.Enqueue("once");
        void Twice(MessageEvent e) => calls.Enqueue("twice");
        pair.Socket.AddEventListener<MessageEvent>(Once, once: true);
        pair.Socket.AddEventListener<MessageEvent>(Twice);
        pair.Socket.AddEventListener<MessageEvent>(Twice);
        pair.Socket.AddEventListener("message", e =>
        {
            calls.Enqueue("last");
            if (calls.Count(c => c == "last") == 2)
                last.SetResult();
        });
        await pair.Peer.SendTextAsync("a");
        await pair.Peer.SendTextAsync("b");
        await last.Task.WaitAsync(Patience);
        Assert.Equal(["once", "twice", "last", "twice", "last"], calls);
    }

    [Fact]
    public async Task A_cancelled_token_and_a_removal_take_listeners_away()
    {
        await using var pair = await OpenPair.CreateAsync();
        using var cancellation = new CancellationTokenSource();
        var calls = new ConcurrentQueue<string>();
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        void Removed(SocketEvent e) => calls.Enqueue("removed");
        pair.Socket.AddEventListener<MessageEvent>(_ => calls.Enqueue("cancelled"), signal: cancellation.Token);
        pair.Socket.AddEventListener("message", Removed);
        pair.Socket.AddEventListener<MessageEvent>(e => (e.Data is "a" ? first : second).SetResult());
        await pair.Peer.SendTextAsync("a");
        await first.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();
        pair.Socket.RemoveEventListener("message", Removed);
        pair.Socket.AddEventListener<MessageEvent>(_ => calls.Enqueue("never"), signal: cancellation.Token);
        await pair.Peer.SendTextAsync("b");
        await second.Task.WaitAsync(Patience);
        Assert.Equal(["cancelled", "removed"], calls);
    }

    [Fact]
    public async Task A_listener_that_throws_is_reported_and_does_not_stop_the_others_or_the_socket()
    {
        await using var pair = await OpenPair.CreateAsync();
        var reported = new ConcurrentQueue<string>();
        var got = new TaskCompletionSource<string>();
        pair.Socket.OnHandlerException = e => reported.Enqueue(e.Message);
        pair.Socket.AddEventListener<MessageEvent>(_ => throw new InvalidOperationException("first"));
        pair.Socket.AddEventListener<MessageEvent>(e =>
        {
            if (e.Data is "b")
                got.SetResult("b");
        });
        await pair.Peer.SendTextAsync("a");
        await pair.Peer.SendTextAsync("b");
        Assert.Equal("b", await got.Task.WaitAsync(Patience));
        Assert.Equal(["first", "first"], reported);
        Assert.Equal(ReadyState.Open, pair.Socket.ReadyState);
    }

    [Fact]
    public async Task A_refused_handshake_raises_error_then_close_and_tells_the_status()
    {
        await using var server = new ScriptedServer();
        var socket = new NetWebSocket(server.Uri);
        var trace = new ConcurrentQueue<string>();
        var done = new TaskCompletionSource();
        socket.OnError = e => trace.Enqueue($"error {socket.ReadyState} {e.Error} {((HandshakeException)e.Exception).StatusCode}");
        socket.OnClose = e =>
        {
            trace.Enqueue($"close {e.Code} {e.Reason} {e.WasClean}");
            done.SetResult();
        };
        using ScriptedPeer peer = await server.AcceptAsync();
        await peer.ReadRequestAsync();
        await peer.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope");
        await done.Task.WaitAsync(Patience);
        Assert.Equal(["error Closed InvalidResponse NotFound", "close 1006 net::ERR_INVALID_RESPONSE (status 404) False"], trace);
        var failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened);
        Assert.Equal("nope", System.Text.Encoding.UTF8.GetString(failure.Body.Span));
    }

    [Fact]
    public async Task Closing_while_connecting_gives_error_and_1006_that_is_not_clean()
    {
        await using var server = new ScriptedServer();
        using var time = new HeldTime();
        var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { TimeProvider = time });
        using ScriptedPeer peer = await server.AcceptAsync();
        await peer.ReadRequestAsync();
        var error = new TaskCompletionSource<ErrorEvent>();
        socket.OnError = error.SetResult;
        Task closing = Task.Run(() => socket.Close(3001, "changed my mind"));
        await time.Reached.WaitAsync(Patience);
        Assert.Equal(ReadyState.Closing, socket.ReadyState);
        time.GoOn();
        await closing.WaitAsync(Patience);
        CloseEvent closed = await socket.Closed.WaitAsync(Patience);
        Assert.Equal((1006, false), (closed.Code, closed.WasClean));
        Assert.Equal(NetError.Aborted, (await error.Task.WaitAsync(Patience)).Error);
        Assert.Empty((await peer.ReadToEndAsync()).Bytes);
    }

    [Fact]
    public async Task Sending_while_connecting_throws_and_after_close_only_counts()
    {
        await using var server = new ScriptedServer();
        var socket = new NetWebSocket(server.Uri);
        Assert.Throws<InvalidOperationException>(() => socket.Send("x"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.SendAsync("x").AsTask());
        using ScriptedPeer peer = await server.AcceptOpenAsync();
        await socket.Opened.WaitAsync(Patience);
        socket.Close();
        socket.Send("hé");
        socket.Send(new byte[5]);
        Assert.Equal(8, socket.BufferedAmount);
        await peer.SendCloseAsync();
        peer.ShutdownSend();
        await socket.Closed.WaitAsync(Patience);
        socket.Send("more");
        Assert.Equal(12, socket.BufferedAmount);
        SendException refused = await Assert.ThrowsAsync<SendException>(() => socket.SendAsync("x").AsTask());
        Assert.Equal(SendOutcome.NotSent, refused.Outcome);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1001)]
    [InlineData(1006)]
    [InlineData(2999)]
    [InlineData(5000)]
    public async Task Close_codes_that_are_not_the_applications_are_refused(int code)
    {
        await using var pair = await OpenPair.CreateAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Socket.Close(code));
        Assert.Equal(ReadyState.Open, pair.Socket.ReadyState);
    }

    [Fact]
    public async Task A_close_reason_of_more_than_123_bytes_of_UTF8_is_refused()
    {
        await using var pair = await OpenPair.CreateAsync();
        Assert.ThrowsAny<ArgumentException>(() => pair.Socket.Close(1000, new string('é', 62)));
        pair.Socket.Close(1000, new string('é', 61) + "x");
        ClientFrame? close = await pair.Peer.ReadCloseAsync();
        Assert.Equal(125, close!.Payload.Length);
    }

    [Fact]
    public async Task A_peer_that_never_answers_close_ends_at_the_deadline()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { CloseTimeout = TimeSpan.FromSeconds(7), TimeProvider = time });
        Task<CloseEvent> closing = pair.Socket.CloseAsync(1000);
        await pair.Peer.ReadCloseAsync();
        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(closing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        CloseEvent closed = await closing.WaitAsync(Patience);
        Assert.Equal((1006, false, NetError.TimedOut), (closed.Code, closed.WasClean, closed.Error));
    }

    [Fact]
    public async Task A_handshake_that_is_never_answered_ends_at_its_deadline()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var server = new ScriptedServer();
        var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { HandshakeTimeout = TimeSpan.FromSeconds(5), TimeProvider = time });
        using ScriptedPeer peer = await server.AcceptAsync();
        await peer.ReadRequestAsync();
        time.Advance(TimeSpan.FromSeconds(5.1));
        CloseEvent closed = await socket.Closed.WaitAsync(Patience);
        Assert.Equal((1006, "net::ERR_TIMED_OUT"), (closed.Code, closed.Reason));
    }

    [Fact]
    public async Task A_stream_that_ends_without_close_raises_no_error_event_and_names_the_cause()
    {
        await using var pair = await OpenPair.CreateAsync();
        bool error = false;
        pair.Socket.OnError = _ => error = true;
        var close = new TaskCompletionSource<CloseEvent>();
        pair.Socket.OnClose = close.SetResult;
        pair.Peer.ShutdownSend();
        CloseEvent closed = await close.Task.WaitAsync(Patience);
        Assert.Equal((1006, "net::ERR_CONNECTION_CLOSED", false), (closed.Code, closed.Reason, closed.WasClean));
        Assert.False(error);
    }

    [Fact]
    public async Task Any_handler_may_close_send_and_dispose_without_deadlock()
    {
        await using var server = new ScriptedServer();
        var socket = new NetWebSocket(server.Uri);
        socket.OnOpen = _ => socket.Send("from open");
        socket.OnMessage = _ =>
        {
            socket.Send("from message");
            socket.DisposeAsync().AsTask();
        };
        socket.OnClose = _ => socket.Close();
        using ScriptedPeer peer = await server.AcceptOpenAsync();
        Assert.Equal("from open", (await peer.ReadFrameAsync())!.Text);
        await peer.SendTextAsync("go");
        Assert.Equal("from message", (await peer.ReadFrameAsync())!.Text);
        Assert.Equal(1000, (await peer.ReadFrameAsync())!.CloseCode);
        await peer.SendCloseAsync(1000);
        peer.ShutdownSend();
        Assert.True((await socket.Closed.WaitAsync(Patience)).WasClean);
    }

    /// <summary>A clock that holds whoever puts away its first timer, the handshake's time-out: what comes after that has not come yet.</summary>
    private sealed class HeldTime : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _goOn = new();
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.Set();

        public void Dispose() => _goOn.Dispose();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new HeldTimer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class HeldTimer(HeldTime time, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose()
            {
                if (time._reached.TrySetResult())
                    Assert.True(time._goOn.Wait(Patience));
                inner.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
