using System.Text;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Sockets;

public class SendTests
{
    private static readonly TimeSpan Patience = OpenPair.Patience;

    [Fact]
    public async Task Text_bytes_and_streams_keep_one_order()
    {
        await using var pair = await OpenPair.CreateAsync();
        var expected = new List<string>();
        for (int i = 0; i < 60; i++)
        {
            string text = $"{i}:{new string('t', i * 37 % 200_000)}";
            expected.Add(text);
            switch (i % 4)
            {
                case 0:
                    pair.Socket.Send(text);
                    break;
                case 1:
                    pair.Socket.Send(Encoding.UTF8.GetBytes(text));
                    break;
                case 2:
                    pair.Socket.Send(new MemoryStream(Encoding.UTF8.GetBytes(text)));
                    break;
                default:
                    string large = text + new string('L', 300_000);
                    expected[^1] = large;
                    pair.Socket.Send(large);
                    break;
            }
        }

        pair.Socket.Close(1000, "end");
        var got = new List<string>();
        var message = new MemoryStream();
        while (await pair.Peer.ReadFrameAsync() is { } frame && frame.Opcode != Opcodes.Close)
        {
            Assert.True(frame.Masked);
            message.Write(frame.Payload);
            if (!frame.Fin)
                continue;
            got.Add(Encoding.UTF8.GetString(message.ToArray()));
            message.SetLength(0);
        }

        Assert.Equal(expected, got);
        Assert.Equal(0, pair.Socket.BufferedAmount);
    }

    [Fact]
    public async Task Many_threads_send_whole_messages_and_each_keeps_its_own_order()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using var socket = new NetWebSocket(server.Uri());
        await socket.Opened.WaitAsync(Patience);
        const int Threads = 8;
        const int Each = 500;
        Task[] senders = [.. Enumerable.Range(0, Threads).Select(t => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++)
            {
                if (i % 3 == 0)
                    socket.Send($"{t}:{i}");
                else
                    await socket.SendAsync($"{t}:{i}");
            }
        }))];
        int[] next = new int[Threads];
        int total = 0;
        await foreach (WebSocketMessage message in socket.ReadAllAsync().WithCancellation(TestContext.Current.CancellationToken))
        {
            string[] parts = message.Text.Split(':');
            int thread = int.Parse(parts[0], null);
            Assert.Equal(next[thread]++, int.Parse(parts[1], null));
            if (++total == Threads * Each)
                break;
        }

        await Task.WhenAll(senders).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_makes_SendAsync_wait_and_sends_fail_at_the_limit()
    {
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { MaxBufferedAmount = 512 * 1024 });
        byte[] data = new byte[100_000];
        var sends = new List<Task>();
        // The operating system takes some megabytes; then they gather here up to the limit.
        SendException full = await Assert.ThrowsAsync<SendException>(async () =>
        {
            while (true)
            {
                ValueTask send = pair.Socket.SendAsync(data);
                if (send.IsFaulted)
                    await send;
                sends.Add(send.AsTask());
            }
        });
        Assert.Equal(SendOutcome.NotSent, full.Outcome);
        Assert.Contains("MaxBufferedAmount", full.Message, StringComparison.Ordinal);
        Assert.False(sends[^1].IsCompleted);
        Assert.InRange(pair.Socket.BufferedAmount, 1, 512 * 1024);

        pair.Peer.Reset();
        await Assert.ThrowsAsync<SendException>(() => sends[^1].WaitAsync(Patience));
    }

    [Fact]
    public async Task Send_never_throws_because_the_network_has_failed_while_what_came_before_is_still_unread()
    {
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { ReceiveHighWaterMark = 1, CloseTimeout = Timeout.InfiniteTimeSpan });
        await pair.Peer.SendTextAsync("unread");
        await pair.Socket.InboxFull.WaitAsync(Patience);
        pair.Peer.Reset();
        using var limit = new CancellationTokenSource(Patience);
        await Assert.ThrowsAsync<SendException>(async () =>
        {
            while (!limit.IsCancellationRequested)
                await pair.Socket.SendAsync("?", limit.Token);
        });

        long before = pair.Socket.BufferedAmount;
        pair.Socket.Send("four");
        pair.Socket.Send(new byte[5]);
        pair.Socket.Send(new MemoryStream(new byte[6]));
        Assert.Equal((ReadyState.Open, before + 15), (pair.Socket.ReadyState, pair.Socket.BufferedAmount));

        await using IAsyncEnumerator<WebSocketMessage> messages = pair.Socket.ReadAllAsync(limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal("unread", messages.Current.Text);
        await Assert.ThrowsAsync<AbnormalClosureException>(() => messages.MoveNextAsync().AsTask());
    }

    [Fact]
    public async Task At_a_drop_written_sends_are_Sent_then_Unknown_then_NotSent_in_their_order()
    {
        await using var pair = await OpenPair.CreateAsync();
        byte[] data = new byte[100_000];
        List<Task> sends = [.. Enumerable.Range(0, 600).Select(_ => pair.Socket.SendWrittenAsync(MessageKind.Binary, data).AsTask())];
        pair.Peer.Reset();
        var outcomes = new List<SendOutcome>();
        foreach (Task send in sends)
        {
            try
            {
                await send.WaitAsync(Patience);
                outcomes.Add(SendOutcome.Sent);
            }
            catch (SendException exception)
            {
                outcomes.Add(exception.Outcome);
            }
        }

        int sent = outcomes.TakeWhile(o => o == SendOutcome.Sent).Count();
        int unknown = outcomes.Skip(sent).TakeWhile(o => o == SendOutcome.Unknown).Count();
        Assert.InRange(sent, 1, 599);
        Assert.InRange(unknown, 1, 2);
        Assert.All(outcomes.Skip(sent + unknown), o => Assert.Equal(SendOutcome.NotSent, o));
        Assert.True(outcomes.Count > sent + unknown);

        await pair.Socket.Closed.WaitAsync(Patience);
        SendException late = await Assert.ThrowsAsync<SendException>(() => pair.Socket.SendWrittenAsync(MessageKind.Binary, data).AsTask());
        Assert.Equal(SendOutcome.NotSent, late.Outcome);
    }

    [Fact]
    public async Task A_stream_that_fails_to_read_fails_its_send_and_the_connection()
    {
        await using var pair = await OpenPair.CreateAsync();
        Task send = pair.Socket.SendAsync(new FailingStream()).AsTask();
        SendException failure = await Assert.ThrowsAsync<SendException>(() => send.WaitAsync(Patience));
        Assert.Contains("broken disk", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(1006, (await pair.Socket.Closed.WaitAsync(Patience)).Code);
    }

    [Fact]
    public async Task Pings_are_answered_between_the_fragments_of_a_stream()
    {
        await using var pair = await OpenPair.CreateAsync();
        var source = new SteppedStream();
        Task send = pair.Socket.SendAsync(source).AsTask();
        source.Give("one");
        Assert.Equal((Opcodes.Binary, false, "one"), Show(await pair.Peer.ReadFrameAsync()));
        await pair.Peer.SendFrameAsync(Opcodes.Ping, "p"u8.ToArray());
        // The pong goes out with the next fragment; the pump must have seen the ping by then.
        await pair.Peer.SendTextAsync("after the ping");
        Assert.True(await pair.Socket.WaitToReceiveAsync().AsTask().WaitAsync(Patience));
        source.Give("two");
        var frames = new List<(int, bool, string)> { Show(await pair.Peer.ReadFrameAsync()), Show(await pair.Peer.ReadFrameAsync()) };
        Assert.Contains((Opcodes.Pong, true, "p"), frames);
        Assert.Contains((Opcodes.Continuation, false, "two"), frames);
        source.End();
        Assert.Equal((Opcodes.Continuation, true, ""), Show(await pair.Peer.ReadFrameAsync()));
        await send.WaitAsync(Patience);
    }

    [Fact]
    public async Task Lone_surrogates_are_sent_as_the_replacement_character()
    {
        await using var pair = await OpenPair.CreateAsync();
        pair.Socket.Send("a\uD800b");
        Assert.Equal("a\uFFFDb", (await pair.Peer.ReadFrameAsync())!.Text);
    }

    [Fact]
    public async Task Sending_allocates_nothing_per_message()
    {
        await using var pair = await OpenPair.CreateAsync();
        byte[] data = new byte[1024];
        Task draining = Task.Run(async () => await pair.Peer.ReadToEndAsync());
        long allocated = long.MaxValue;
        // The lowest of some rounds: whether a write completes at once is the operating system's, and one that does not allocates its continuation.
        for (int round = 0; round < 50 && allocated > 0; round++)
        {
            (long before, int thread) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CurrentManagedThreadId);
            for (int i = 0; i < 20; i++)
            {
                ValueTask sent = pair.Socket.SendWrittenAsync(MessageKind.Text, data);
                if (!sent.IsCompletedSuccessfully)
                    await sent;
            }

            // A round that has changed threads says nothing: each thread counts for itself.
            if (thread == Environment.CurrentManagedThreadId)
                allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
        pair.Socket.Abort();
        await draining.WaitAsync(Patience);
    }

    private static (int Opcode, bool Fin, string Text) Show(ClientFrame? frame) => (frame!.Opcode, frame.Fin, frame.Text);

    private sealed class FailingStream : MemoryStream
    {
        private bool _started;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_started)
                throw new IOException("broken disk");
            _started = true;
            return ValueTask.FromResult(10);
        }
    }

    /// <summary>A source that gives a piece when it is told to.</summary>
    private sealed class SteppedStream : MemoryStream
    {
        private readonly System.Threading.Channels.Channel<byte[]> _pieces = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();

        public override bool CanSeek => false;

        public void Give(string piece) => _pieces.Writer.TryWrite(Encoding.UTF8.GetBytes(piece));

        public void End() => _pieces.Writer.Complete();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!await _pieces.Reader.WaitToReadAsync(cancellationToken))
                return 0;
            byte[] piece = await _pieces.Reader.ReadAsync(cancellationToken);
            piece.CopyTo(buffer);
            return piece.Length;
        }
    }
}
