using NetWebSockets.InteropTests.Hostile;
using NetWebSockets.Sockets;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Endurance;

/// <summary>A connection that fails inside a message gives back every buffer that it rented, whatever was under way.</summary>
[Collection(EnduranceCollection.Name)]
public sealed class FailingMessageTests
{
    private const int Repeats = 3;
    private const int Large = 700_000;

    public enum Consumer
    {
        Listener,
        Foreach,
        StreamLeftAlone,
        Nobody,
    }

    public enum Failure
    {
        End,
        Reset,
        Violation,
        InvalidText,
        TooLarge,
        BrokenCompression,
        ClientAborts,
    }

    public enum Send
    {
        Gathered,
        LargeCopied,
        LargeBorrowed,
        Stream,
        StreamThatFailsToRead,
        Text,
        Pongs,
    }

    public static IEnumerable<TheoryDataRow<BinaryType, Consumer, Failure>> Receives =>
        from type in Enum.GetValues<BinaryType>()
        from consumer in Enum.GetValues<Consumer>()
        from failure in Enum.GetValues<Failure>()
        select new TheoryDataRow<BinaryType, Consumer, Failure>(type, consumer, failure);

    public static IEnumerable<TheoryDataRow<Send, bool, bool>> Sends =>
        from send in Enum.GetValues<Send>()
        from aborts in new[] { false, true }
        from compresses in new[] { false, true }
        select new TheoryDataRow<Send, bool, bool>(send, aborts, compresses);

    [Theory]
    [MemberData(nameof(Receives))]
    public async Task A_failure_inside_a_received_message_leaves_no_buffer_out(BinaryType type, Consumer consumer, Failure failure)
    {
        using var rented = new RentedBuffers();
        foreach (byte[] part in Parts(failure))
        {
            for (int i = 0; i < Repeats; i++)
                await ReceiveAsync(type, consumer, failure, part);
        }

        Assert.True(rented.Total > 0, "Nothing was rented at all.");
        Assert.True(await rented.AllReturnedAsync(TimeSpan.FromSeconds(5)), rented.Origins());
    }

    [Theory]
    [MemberData(nameof(Sends))]
    public async Task A_send_that_fails_leaves_no_buffer_out(Send send, bool aborts, bool compresses)
    {
        using var rented = new RentedBuffers();
        for (int i = 0; i < Repeats; i++)
            await SendAsync(send, aborts, compresses);
        Assert.True(rented.Total > 0, "Nothing was rented at all.");
        Assert.True(await rented.AllReturnedAsync(TimeSpan.FromSeconds(5)), rented.Origins());
    }

    [Fact]
    public async Task An_abort_in_the_moment_of_opening_leaves_no_buffer_out()
    {
        using var rented = new RentedBuffers();
        TaskCompletionSource known = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async connection =>
        {
            await known.Task;
            await connection.AcceptAsync(ServerFrame.Text("in the packet of the handshake"));
            await connection.ReadToEndAsync();
        });
        var time = new AbortingTime();
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { TimeProvider = time });
        time.Socket = socket;
        known.SetResult();
        await socket.Closed.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);
        Assert.True(time.HasAborted, "The moment has passed without the clock being looked at.");
        Assert.True(await rented.AllReturnedAsync(TimeSpan.FromSeconds(5)), rented.Origins());
    }

    [Fact]
    public async Task A_ping_that_fails_between_fragments_leaves_no_buffer_out()
    {
        using var rented = new RentedBuffers();
        await using var stream = new SecondWriteFails();
        var queue = new SendQueue(stream, deflate: null, new NetWebSocketOptions(), _ => { });
        var source = new FailingStream { OnRead = () => queue.SendControl(Protocol.Opcode.Ping, "p"u8) };
        await Assert.ThrowsAsync<SendException>(() => queue.SendStream(source, SendCompletion.Written).AsTask().WaitAsync(HostilePeer.Limit));
        Assert.Equal(2, stream.Writes);
        Assert.True(await rented.AllReturnedAsync(TimeSpan.FromSeconds(5)), rented.Origins());
    }

    // The beginnings of messages: small and large, in one frame and in fragments, compressed; behind a whole one.
    private static IEnumerable<byte[]> Parts(Failure failure)
    {
        byte[] whole = [.. ServerFrame.Text("whole"), .. ServerFrame.Binary([1, 2, 3])];
        int opcode = failure == Failure.InvalidText ? Opcodes.Text : Opcodes.Binary;
        if (failure == Failure.BrokenCompression)
        {
            byte[] broken = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xFF, 0xFF, 0xFF];
            yield return [.. whole, .. ServerFrame.Encode(Opcodes.Binary, broken, rsv: 4)];
            yield return [.. ServerFrame.Encode(Opcodes.Text, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], rsv: 4), .. ServerFrame.Encode(Opcodes.Binary, broken.AsSpan(0, 5), fin: false, rsv: 4), .. ServerFrame.Continuation(broken.AsSpan(5), fin: true)];
            yield break;
        }

        byte[] bytes = new byte[Large];
        yield return ServerFrame.Encode(opcode, bytes.AsSpan(0, 100), declaredLength: 200);
        yield return [.. whole, .. ServerFrame.Encode(opcode, bytes.AsSpan(0, 10), fin: false)];
        yield return ServerFrame.Encode(opcode, bytes, declaredLength: Large + 1);
        yield return [.. ServerFrame.Encode(opcode, bytes.AsSpan(0, 70_000), fin: false), .. ServerFrame.Encode(Opcodes.Ping, [1]), .. ServerFrame.Encode(Opcodes.Continuation, bytes, fin: false)];
        yield return [.. whole, .. ServerFrame.Binary(bytes), .. ServerFrame.Encode(opcode, bytes, declaredLength: Large + 100)];
    }

    private static async Task ReceiveAsync(BinaryType type, Consumer consumer, Failure failure, byte[] part)
    {
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async connection =>
        {
            await connection.AcceptAsync(headers: failure == Failure.BrokenCompression ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "");
            Task<byte[]> reading = connection.ReadToEndAsync().AsTask();
            try
            {
                await connection.WriteAsync(part);
                switch (failure)
                {
                    case Failure.End:
                        connection.ShutdownSend();
                        break;
                    case Failure.Reset:
                        connection.Reset();
                        break;
                    case Failure.Violation or Failure.InvalidText or Failure.TooLarge:
                        // Whatever is under way: these bytes are no text, no frame, and too long a one.
                        await connection.WriteAsync(new byte[200].Select(_ => (byte)0xFF).ToArray());
                        break;
                }
            }
            finally
            {
                written.TrySetResult();
            }

            await reading;
        });
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions
        {
            BinaryType = type,
            MaxMessageSize = failure == Failure.TooLarge ? Large - 1 : 64 << 20,
            ReceiveHighWaterMark = 1 << 24,
            PerMessageDeflate = failure == Failure.BrokenCompression ? new PerMessageDeflateOptions() : null,
            CloseTimeout = TimeSpan.FromMilliseconds(200),
        });
        Task consuming = ConsumeAsync(socket, consumer, written.Task);
        if (failure == Failure.ClientAborts || consumer is Consumer.StreamLeftAlone or Consumer.Nobody)
        {
            // With a stream that nobody reads nothing further is found.
            await written.Task.WaitAsync(TimeSpan.FromMilliseconds(300)).ContinueWith(_ => { }, TaskScheduler.Default);
            socket.Abort();
        }

        await socket.Closed.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);
        await consuming.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);
    }

    private static async Task ConsumeAsync(NetWebSocket socket, Consumer consumer, Task written)
    {
        try
        {
            switch (consumer)
            {
                case Consumer.Listener:
                    socket.OnMessage = e => _ = ReadAsync(e.Message);
                    await socket.Closed;
                    break;
                case Consumer.Foreach:
                    await foreach (WebSocketMessage message in socket.ReadAllAsync())
                        await ReadAsync(message);
                    break;
                case Consumer.StreamLeftAlone:
                    await foreach (WebSocketMessage message in socket.ReadAllAsync())
                    {
                        // It takes a message, and does nothing with it before the end.
                        if (message.Stream is not null)
                            await socket.Closed;
                    }

                    break;
                default:
                    await socket.Closed;
                    break;
            }
        }
        catch (NetWebSocketException)
        {
            // The failure that the test is about.
        }
    }

    private static async Task ReadAsync(WebSocketMessage message)
    {
        if (message.Stream is not { } stream)
            return;
        try
        {
            await stream.CopyToAsync(Stream.Null);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The failure that the test is about.
        }
    }

    private static async Task SendAsync(Send send, bool aborts, bool compresses)
    {
        TaskCompletionSource fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async connection =>
        {
            // It reads nothing, so that what is sent stays under way.
            connection.Socket.ReceiveBufferSize = 4096;
            await connection.AcceptAsync(headers: compresses ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "");
            if (send == Send.Pongs)
                await connection.WriteAsync(Enumerable.Repeat(ServerFrame.Encode(Opcodes.Ping, new byte[125]), 20_000).SelectMany(f => f).ToArray());
            await fail.Task;
            connection.Reset();
        });
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions
        {
            PerMessageDeflate = compresses ? new PerMessageDeflateOptions { ClientContextTakeover = send != Send.Gathered } : null,
            CloseTimeout = TimeSpan.FromSeconds(5),
        });
        await socket.Opened.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);
        List<Task> sends = [];
        byte[] payload = new byte[Large];
        new Random(1).NextBytes(payload);       // which does not compress
        for (int i = 0; i < 20 && !socket.Closed.IsCompleted; i++)
        {
            switch (send)
            {
                case Send.Gathered:
                    for (int n = 0; n < 100; n++)
                        socket.Send(payload.AsSpan(0, 5000));
                    break;
                case Send.LargeCopied:
                    socket.Send(payload);
                    break;
                case Send.LargeBorrowed:
                    sends.Add(socket.SendAsync(payload).AsTask());
                    break;
                case Send.Stream:
                    sends.Add(socket.SendAsync(new MemoryStream(payload)).AsTask());
                    break;
                case Send.StreamThatFailsToRead:
                    sends.Add(TrySendAsync(socket, new FailingStream()));
                    break;
                case Send.Text:
                    socket.Send(Convert.ToBase64String(payload));
                    break;
            }
        }

        if (aborts)
            socket.Abort();
        fail.SetResult();
        await socket.Closed.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);
        await Task.WhenAll(sends).WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken).ContinueWith(all => _ = all.Exception, TaskScheduler.Default);
    }

    private static async Task TrySendAsync(NetWebSocket socket, Stream stream)
    {
        try
        {
            await socket.SendAsync(stream);
        }
        catch (SendException)
        {
            // The first one that fails to read ends the connection.
        }
    }

    // The handshake is over when the time of it is taken, and the socket is not open yet.
    private sealed class AbortingTime : TimeProvider
    {
        public NetWebSocket? Socket { get; set; }

        public bool HasAborted { get; private set; }

        public override long GetTimestamp()
        {
            if (!HasAborted && Socket is { ReadyState: ReadyState.Connecting } socket)
            {
                HasAborted = true;
                socket.Abort();
            }

            return base.GetTimestamp();
        }
    }

    private sealed class FailingStream : Stream
    {
        private int _reads;

        public Action? OnRead { get; init; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            OnRead?.Invoke();
            return _reads++ < 2 ? ValueTask.FromResult(buffer.Length) : ValueTask.FromException<int>(new IOException("The disk is gone."));
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class SecondWriteFails : Stream
    {
        public int Writes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ++Writes < 2 ? default : ValueTask.FromException(new IOException("The peer is gone."));

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
