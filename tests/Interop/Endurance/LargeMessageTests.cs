using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetWebSockets.InteropTests.Hostile;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Endurance;

/// <summary>A message of 1 GiB goes through in constant memory, in both directions.</summary>
[Collection(EnduranceCollection.Name)]
public sealed class LargeMessageTests
{
    private const long Size = 1L << 30;
    private const long MostAllocated = 64L << 20;
    private const long MostHeld = 32L << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task One_gibibyte_is_received_as_a_stream_in_constant_memory()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.AcceptAsync(ServerFrame.Encode(Opcodes.Binary, [], form: LengthForm.Bits64, declaredLength: (ulong)Size));
            for (long sent = 0; sent < Size;)
            {
                ReadOnlyMemory<byte> piece = Pattern.At(sent, (int)Math.Min(1 << 20, Size - sent));
                await connection.WriteAsync(piece);
                sent += piece.Length;
            }

            await connection.WriteAsync(ServerFrame.Close(1000));
            connection.ShutdownSend();
            await connection.ReadToEndAsync();
        });
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { BinaryType = BinaryType.Stream });
        await socket.Opened.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);
        var memory = new MemoryWatch();
        long received = 0;
        await foreach (WebSocketMessage message in socket.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            byte[] buffer = new byte[128 * 1024];
            int count;
            while ((count = await message.Stream!.ReadAsync(buffer)) > 0)
            {
                if (!Pattern.IsAt(received, buffer.AsSpan(0, count)))
                    Assert.Fail($"Bytes from {received} on are not those that were sent.");
                received += count;
                if (received % (1 << 20) < count)
                    memory.Sample();
            }
        }

        Assert.Equal(Size, received);
        Assert.InRange(memory.Peak, long.MinValue, MostHeld);
        Assert.InRange(memory.Allocated, 0, MostAllocated);
        Assert.Equal(1000, (await socket.Closed.WaitAsync(Limit, TestContext.Current.CancellationToken)).Code);
    }

    [Fact]
    public async Task One_gibibyte_is_sent_from_a_stream_in_constant_memory()
    {
        TaskCompletionSource<long> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async connection =>
        {
            await connection.AcceptAsync();
            received.SetResult(await ReceiveAsync(connection));
            await connection.ReadToEndAsync();
        });
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { CloseTimeout = TimeSpan.FromMilliseconds(100) });
        await socket.Opened.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);
        var memory = new MemoryWatch();
        await socket.SendAsync(new PatternStream(Size, memory.Sample)).AsTask().WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Equal(0, socket.BufferedAmount);
        Assert.Equal(Size, await received.Task.WaitAsync(Limit, TestContext.Current.CancellationToken));
        Assert.InRange(memory.Peak, long.MinValue, MostHeld);
        Assert.InRange(memory.Allocated, 0, MostAllocated);
    }

    // Reads one binary message in fragments, unmasks and checks it; returns its length, or -1 when it is another.
    private static async Task<long> ReceiveAsync(RawConnection connection)
    {
        byte[] buffer = new byte[512 * 1024];
        int start = 0;
        int end = 0;
        long received = 0;
        bool isFirst = true;
        while (true)
        {
            int header = 0;
            int length = 0;
            bool fin = false;
            while (!TryReadHeader(buffer.AsSpan(start, end - start), isFirst ? Opcodes.Binary : Opcodes.Continuation, out header, out length, out fin) || end - start < header + length)
            {
                if (header < 0)
                    return -1;
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
                int count = await connection.Socket.ReceiveAsync(buffer.AsMemory(end));
                if (count == 0)
                    return -1;
                end += count;
            }

            isFirst = false;
            if (!Check(buffer.AsSpan(start + header - 4, 4), buffer.AsSpan(start + header, length), received))
                return -1;
            received += length;
            start += header + length;
            if (fin)
                return received;
        }
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, int opcode, out int header, out int length, out bool fin)
    {
        header = length = 0;
        fin = false;
        if (bytes.Length < 14)
            header = bytes.Length < 2 ? 0 : (bytes[1] & 0x7F) switch { 126 => 8, 127 => 14, _ => 6 };
        if (bytes.Length < 2 || bytes.Length < header)
            return false;
        fin = bytes[0] >= 128;
        header = (bytes[1] & 0x7F) switch { 126 => 8, 127 => 14, _ => 6 };
        if ((bytes[0] & 0x7F) != opcode || bytes[1] < 128)
        {
            header = -1;
            return false;
        }

        length = header switch
        {
            8 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            14 => checked((int)BinaryPrimitives.ReadInt64BigEndian(bytes[2..])),
            _ => bytes[1] & 0x7F,
        };
        return true;
    }

    private static bool Check(ReadOnlySpan<byte> key, Span<byte> payload, long offset)
    {
        ulong wide = MemoryMarshal.Read<uint>(key) * 0x1_0000_0001UL;
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(payload);
        for (int i = 0; i < words.Length; i++)
            words[i] ^= wide;
        for (int i = words.Length * 8; i < payload.Length; i++)
            payload[i] ^= key[i & 3];
        return Pattern.IsAt(offset, payload);
    }

    private sealed class PatternStream(long length, Action onRead) : Stream
    {
        private long _position;

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
            ReadOnlyMemory<byte> next = Pattern.At(_position, (int)Math.Min(buffer.Length, length - _position));
            next.CopyTo(buffer);
            if (_position % (1 << 20) < next.Length)
                onRead();
            _position += next.Length;
            return ValueTask.FromResult(next.Length);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
