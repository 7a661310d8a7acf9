using System.Text;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Sockets;

public class ReceiveTests
{
    private static readonly TimeSpan Patience = OpenPair.Patience;

    [Theory]
    [InlineData(BinaryType.ByteArray)]
    [InlineData(BinaryType.Memory)]
    public async Task A_loop_that_awaits_between_messages_sees_each_whole_and_unchanged(BinaryType binaryType)
    {
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { BinaryType = binaryType });
        const int Count = 3000;
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
                await pair.Peer.SendTextAsync($"message {i} {new string('x', i % 300)}");
            await pair.Peer.SendCloseAsync(1000);
            pair.Peer.ShutdownSend();
        });
        int next = 0;
        await foreach (WebSocketMessage message in pair.Socket.ReadAllAsync().WithCancellation(TestContext.Current.CancellationToken))
        {
            if (next % 3 == 0)
                await Task.Yield();
            if (next % 50 == 0)
                await Task.Run(() => { });
            // Read after the await: the pump has gone on by then, the memory must not have.
            Assert.Equal($"message {next} {new string('x', next % 300)}", Encoding.UTF8.GetString(message.Data.Span));
            next++;
        }

        await writing;
        Assert.Equal(Count, next);
    }

    [Fact]
    public async Task With_ByteArray_a_message_may_be_kept()
    {
        await using var pair = await OpenPair.CreateAsync();
        for (int i = 0; i < 100; i++)
            await pair.Peer.SendBinaryAsync(BitConverter.GetBytes(i));
        await pair.Peer.SendCloseAsync(1000);
        pair.Peer.ShutdownSend();
        var kept = new List<WebSocketMessage>();
        await foreach (WebSocketMessage message in pair.Socket.ReadAllAsync().WithCancellation(TestContext.Current.CancellationToken))
            kept.Add(message);
        Assert.Equal(Enumerable.Range(0, 100), kept.Select(m => BitConverter.ToInt32(m.Data.Span)));
    }

    [Fact]
    public async Task Nothing_comes_out_after_a_violation_that_the_loop_itself_came_upon()
    {
        await using var pair = await OpenPair.CreateAsync();
        var seen = new List<string>();
        Task reading = ReadAsync();     // which waits from here on, and drains what comes together
        await pair.Peer.WriteAsync((byte[])[.. ServerFrame.Text("good"), .. ServerFrame.Encode(Opcodes.Text, [0xC3], fin: false), .. ServerFrame.Continuation(")\0"u8, fin: true)]);
        await Assert.ThrowsAsync<AbnormalClosureException>(() => reading.WaitAsync(Patience));
        Assert.Equal(["good"], seen);

        async Task ReadAsync()
        {
            while (await pair.Socket.WaitToReceiveAsync())
            {
                while (pair.Socket.TryReceive(out WebSocketMessage message))
                    seen.Add(message.Text);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_comes_in_one_packet_with_the_message_before_it_is_not_lost(bool fragmented)
    {
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { BinaryType = BinaryType.Stream });
        var seen = new List<string>();
        Task reading = Task.Run(async () =>
        {
            await foreach (WebSocketMessage message in pair.Socket.ReadAllAsync())
                seen.Add(message.Stream is { } stream ? await new StreamReader(stream).ReadToEndAsync() : message.Text);
        });

        // The loop waits by the first of them, so that the others are found by it and not by the pump; whether it already does makes no difference to what is right.
        for (int i = 0; i < 20; i++)
        {
            byte[] binary = fragmented
                ? [.. ServerFrame.Binary("str"u8, fin: false), .. ServerFrame.Continuation("eam"u8, fin: true)]
                : ServerFrame.Binary("stream"u8);
            await pair.Peer.WriteAsync((byte[])[.. ServerFrame.Text("text"), .. binary, .. ServerFrame.Text("after")]);
        }

        await pair.Peer.SendCloseAsync(1000);
        pair.Peer.ShutdownSend();
        await reading.WaitAsync(Patience);
        Assert.Equal(Enumerable.Repeat(new[] { "text", "stream", "after" }, 20).SelectMany(m => m), seen);
    }

    [Fact]
    public async Task A_stream_starts_before_its_message_has_ended_and_the_next_message_waits_for_it()
    {
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { BinaryType = BinaryType.Stream });
        var reader = pair.Socket.ReadAllAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await pair.Peer.WriteAsync(ServerFrame.Binary("first "u8, fin: false));
        Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(Patience));
        Stream stream = reader.Current.Stream!;
        byte[] buffer = new byte[100];
        Assert.Equal("first ", Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer)));

        await pair.Peer.WriteAsync((byte[])[.. ServerFrame.Continuation("last"u8, fin: true), .. ServerFrame.Text("after")]);
        Assert.Equal("last", await new StreamReader(stream).ReadToEndAsync().WaitAsync(Patience));
        Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.Equal("after", reader.Current.Text);
    }

    [Fact]
    public async Task A_large_message_streams_in_constant_memory_and_moving_on_discards_the_rest()
    {
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { BinaryType = BinaryType.Stream, MaxMessageSize = 1000 });
        const int Size = 32 * 1024 * 1024;
        Task writing = Task.Run(async () =>
        {
            byte[] frame = ServerFrame.Binary(new byte[Size]);
            await pair.Peer.WriteAsync(frame);
            await pair.Peer.WriteAsync(frame);
            await pair.Peer.SendTextAsync("end");
        });
        var reader = pair.Socket.ReadAllAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(Patience));
        byte[] buffer = new byte[128 * 1024];
        long total = 0;
        int count;
        while ((count = await reader.Current.Stream!.ReadAsync(buffer)) > 0)
            total += count;
        Assert.Equal(Size, total);

        Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.True(await reader.Current.Stream!.ReadAsync(buffer) > 0);
        Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.Equal("end", reader.Current.Text);
        await writing;
    }

    [Fact]
    public async Task What_waits_for_a_slow_loop_is_bounded_and_none_is_lost()
    {
        const int HighWaterMark = 256 * 1024;
        const int Size = 64 * 1024;
        const int Count = 600;
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { ReceiveHighWaterMark = HighWaterMark });
        int written = 0;
        Task writing = Task.Run(async () =>
        {
            byte[] payload = new byte[Size];
            for (int i = 0; i < Count; i++)
            {
                BitConverter.TryWriteBytes(payload, i);
                await pair.Peer.SendBinaryAsync(payload);
                Volatile.Write(ref written, i + 1);
            }

            await pair.Peer.SendCloseAsync(1000);
            pair.Peer.ShutdownSend();
        });
        int got = 0;
        long most = 0;
        await foreach (WebSocketMessage message in pair.Socket.ReadAllAsync().WithCancellation(TestContext.Current.CancellationToken))
        {
            Assert.Equal(got++, BitConverter.ToInt32(message.Data.Span));
            // Away from the pump, so that it reads ahead as far as it may.
            await Task.Yield();
            most = Math.Max(most, pair.Socket.WaitingBytes);
        }

        await writing;
        Assert.Equal(Count, got);
        Assert.InRange(most, 0, HighWaterMark + Size);
    }

    [Fact]
    public async Task Messages_that_nobody_consumes_make_the_peer_wait()
    {
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { ReceiveHighWaterMark = 64 * 1024 });
        byte[] payload = new byte[64 * 1024];
        // More than what the operating system holds for both sides together.
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 2000; i++)
                await pair.Peer.SendBinaryAsync(payload);
        });
        await pair.Socket.InboxFull.WaitAsync(Patience);
        Assert.False(writing.IsCompleted);
        Assert.InRange(pair.Socket.WaitingBytes, 64 * 1024, 3 * 64 * 1024);
        pair.Peer.Reset();
        await Assert.ThrowsAnyAsync<IOException>(() => writing.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_loop_ends_with_the_failure_after_the_last_message()
    {
        await using var pair = await OpenPair.CreateAsync();
        await pair.Peer.SendTextAsync("last");
        pair.Peer.ShutdownSend();
        var got = new List<string>();
        var failure = await Assert.ThrowsAsync<AbnormalClosureException>(async () =>
        {
            await foreach (WebSocketMessage message in pair.Socket.ReadAllAsync().WithCancellation(TestContext.Current.CancellationToken))
                got.Add(message.Text);
        });
        Assert.Equal(NetError.ConnectionClosed, failure.Error);
        Assert.Equal(["last"], got);
    }

    [Fact]
    public async Task Messages_that_came_before_a_reset_are_delivered_although_a_send_failed_first()
    {
        // One byte waits at most: the pump stops at the first message, and the others stay with the operating system.
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { ReceiveHighWaterMark = 1 });
        await pair.Peer.SendTextAsync("first");
        await pair.Socket.InboxFull.WaitAsync(Patience);
        await pair.Peer.WriteAsync((byte[])[.. Enumerable.Range(0, 50).SelectMany(i => ServerFrame.Text($"message {i}"))]);
        pair.Peer.Reset();
        await Assert.ThrowsAsync<SendException>(async () =>
        {
            while (true)
                await pair.Socket.SendAsync("are you there").AsTask().WaitAsync(Patience);
        });

        var got = new List<string>();
        await Assert.ThrowsAsync<AbnormalClosureException>(async () =>
        {
            await foreach (WebSocketMessage message in pair.Socket.ReadAllAsync().WithCancellation(TestContext.Current.CancellationToken))
                got.Add(message.Text);
        });
        Assert.Equal(["first", .. Enumerable.Range(0, 50).Select(i => $"message {i}")], got);
    }

    [Fact]
    public async Task Cancelling_a_loop_leaves_the_connection_and_the_next_loop_goes_on()
    {
        await using var pair = await OpenPair.CreateAsync();
        using var cancellation = new CancellationTokenSource();
        ValueTask<bool> waiting = pair.Socket.WaitToReceiveAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.AsTask().WaitAsync(Patience));
        await pair.Peer.SendTextAsync("still here");
        await foreach (WebSocketMessage message in pair.Socket.ReadAllAsync().WithCancellation(TestContext.Current.CancellationToken))
        {
            Assert.Equal("still here", message.Text);
            break;
        }
    }

    [Fact]
    public async Task Events_and_a_loop_cannot_both_consume()
    {
        await using var pair = await OpenPair.CreateAsync();
        pair.Socket.OnMessage = _ => { };
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Socket.WaitToReceiveAsync().AsTask());
        pair.Socket.OnMessage = null;
        ValueTask<bool> waiting = pair.Socket.WaitToReceiveAsync();
        Assert.Throws<InvalidOperationException>(() => pair.Socket.OnMessage = _ => { });
        await pair.Peer.SendTextAsync("x");
        Assert.True(await waiting.AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task Pings_are_answered_while_nobody_reads_messages()
    {
        await using var pair = await OpenPair.CreateAsync();
        await pair.Peer.SendTextAsync("unread");
        await pair.Peer.SendFrameAsync(Opcodes.Ping, "are you there"u8.ToArray());
        ClientFrame? pong = await pair.Peer.ReadFrameAsync();
        Assert.Equal((Opcodes.Pong, "are you there", true), (pong!.Opcode, pong.Text, pong.Masked));
    }

    [Fact]
    public async Task Receiving_in_place_allocates_nothing_per_message()
    {
        await using var pair = await OpenPair.CreateAsync(new NetWebSocketOptions { BinaryType = BinaryType.Memory });
        byte[] batch = [.. Enumerable.Repeat(ServerFrame.Text(new string('x', 125)), 400).SelectMany(f => f)];
        int count = 0;
        long before = 0;
        int thread = 0;
        long allocated = long.MaxValue;
        // The least of some batches: one that comes in a single read is delivered on one thread without a wait, and what is allocated inside it is ours.
        // One that changes threads in its middle says nothing: each thread counts for itself.
        Task reading = Task.Run(async () =>
        {
            while (await pair.Socket.WaitToReceiveAsync())
            {
                while (pair.Socket.TryReceive(out WebSocketMessage message))
                {
                    count++;
                    if (count % 400 == 20)
                        (before, thread) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CurrentManagedThreadId);
                    if (count % 400 == 380 && thread == Environment.CurrentManagedThreadId)
                        allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
                    if (count == 400 * 20)
                        return;
                }
            }
        });
        for (int i = 0; i < 20; i++)
            await pair.Peer.WriteAsync(batch);

        await reading.WaitAsync(Patience);
        Assert.Equal(0, allocated);
    }
}
