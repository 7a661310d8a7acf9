using System.Buffers.Binary;
using System.Text;
using NetWebSockets.Protocol;
using NetWebSockets.Sockets;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Sockets;
using Xunit;

namespace NetWebSockets.Tests.Properties;

/// <summary>
/// Whatever several threads send at once, in every way there is to send: on the wire are the same messages, in order for each sender, in well-made frames. What was written is
/// read by a parser that shares nothing with the product.
/// </summary>
public sealed class SendPropertyTests
{
    private const int Senders = 4;

    // Masked, with a code and "done".
    private const int CloseFrameLength = 12;

    public static IEnumerable<TheoryDataRow<int>> Seeds => PropertySeeds.Rows(6);

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task What_a_socket_sends_is_what_its_senders_sent(int seed)
    {
        for (int number = 0; number < PropertySeeds.Cases(3); number++)
        {
            var random = new Random(HashCode.Combine(seed, number));
            bool deflates = number % 3 == 2;
            int pings = random.Next(40);
            TaskCompletionSource<byte[]> written = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var server = new RawServer(async connection =>
            {
                try
                {
                    await connection.AcceptAsync(headers: deflates ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "");
                    written.SetResult(await ReadToEndAsync(connection, PingAsync(connection, pings)));
                }
                catch (Exception exception)
                {
                    written.SetException(exception);
                }
            });
            await using var socket = new NetWebSocket(
                server.Uri, new NetWebSocketOptions { PerMessageDeflate = deflates ? new PerMessageDeflateOptions { Threshold = 10 } : null });
            await socket.Opened.WaitAsync(OpenPair.Patience);
            int[] seeds = [.. Enumerable.Range(0, Senders).Select(_ => random.Next())];
            int[] sent = await Task.WhenAll(seeds.Select((s, sender) => Task.Run(() => SendAsync(socket, sender, new Random(s))))).WaitAsync(OpenPair.Patience);
            await socket.CloseAsync(4000, "done");
            string? difference = Differ(await written.Task.WaitAsync(OpenPair.Patience), sent, deflates, "done");
            Assert.True(difference is null, PropertySeeds.Tell(seed, number, difference ?? ""));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task What_a_queue_writes_to_a_stream_that_takes_its_time_is_what_its_senders_sent(int seed)
    {
        for (int number = 0; number < PropertySeeds.Cases(6); number++)
        {
            var random = new Random(HashCode.Combine(seed, number));
            await using var stream = new HesitantStream(random.Next());
            var queue = new SendQueue(stream, deflate: null, new NetWebSocketOptions { SendHighWaterMark = 1 << random.Next(20) }, _ => { });
            int[] seeds = [.. Enumerable.Range(0, Senders).Select(_ => random.Next())];
            int[] sent = await Task.WhenAll(seeds.Select((s, sender) => Task.Run(() => SendAsync(queue, sender, new Random(s))))).WaitAsync(OpenPair.Patience);
            byte[] body = new byte[125];
            await queue.SendClose(body.AsSpan(0, CloseCode.Write(4000, "done", body))).AsTask().WaitAsync(OpenPair.Patience);
            Assert.Equal(0, queue.BufferedAmount);
            queue.Fail(new IOException("The test is over."));
            string? difference = Differ(stream.Written, sent, deflates: false, "done");
            Assert.True(difference is null, PropertySeeds.Tell(seed, number, difference ?? ""));
        }
    }

    private static async Task PingAsync(RawConnection connection, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await connection.WriteAsync(ServerFrame.Encode(Opcodes.Ping, BitConverter.GetBytes(i)));
            await Task.Yield();
        }
    }

    // Ends its side when the close frame has come: a deadline in place of that may pass before all is written. Not before all pings are out: they would fail on the ended side.
    private static async Task<byte[]> ReadToEndAsync(RawConnection connection, Task pinging)
    {
        MemoryStream all = new();
        byte[] buffer = new byte[16 * 1024];
        for (int count; (count = await connection.Socket.ReceiveAsync(buffer.AsMemory())) > 0;)
        {
            all.Write(buffer, 0, count);
            int last = Math.Max(0, (int)all.Length - CloseFrameLength);
            if (ClientFrames.Parse(all.GetBuffer().AsSpan(last, (int)all.Length - last), out List<ClientFrame> frames) == 0 && frames is [{ CloseCode: 4000, CloseReason: "done" }])
            {
                await pinging;
                connection.ShutdownSend();
            }
        }

        return all.ToArray();
    }

    // Sends messages that say who sent them and which they are; returns how many.
    private static async Task<int> SendAsync(NetWebSocket socket, int sender, Random random)
    {
        int count = random.Next(1, 120);
        List<Task> sends = [];
        for (int i = 0; i < count; i++)
        {
            int length = Length(random);
            SendFlags flags = random.Next(4) == 0 ? SendFlags.DisableCompression : SendFlags.None;
            byte[] binary = Payload(sender, i, length);
            string text = Text(sender, i, length);
            ValueTask send = default;
            switch (random.Next(9))
            {
                case 0:
                    socket.Send(text);
                    break;
                case 1:
                    socket.Send(binary);
                    break;
                case 2:
                    socket.Send(new TricklingStream(binary, random.Next()));
                    break;
                case 3:
                    send = socket.SendAsync(text, flags);
                    break;
                case 4:
                    send = socket.SendAsync(binary, MessageKind.Binary, flags);
                    break;
                case 5:
                    send = socket.SendAsync(Encoding.UTF8.GetBytes(text), MessageKind.Text, flags);
                    break;
                case 6:
                    send = socket.SendAsync(new TricklingStream(binary, random.Next()), flags);
                    break;
                case 7:
                    send = socket.SendWrittenAsync(MessageKind.Binary, binary);
                    break;
                default:
                    await socket.PingAsync(BitConverter.GetBytes(i));
                    socket.Send(text);
                    break;
            }

            if (random.Next(3) == 0)
                await send;
            else
                sends.Add(send.AsTask());
        }

        await Task.WhenAll(sends);
        return count;
    }

    private static async Task<int> SendAsync(SendQueue queue, int sender, Random random)
    {
        int count = random.Next(1, 120);
        List<Task> sends = [];
        for (int i = 0; i < count; i++)
        {
            int length = Length(random);
            var completion = (SendCompletion)random.Next(3);
            byte[] binary = Payload(sender, i, length);
            ValueTask send;
            switch (random.Next(5))
            {
                case 0:
                    send = queue.Send(Opcode.Binary, binary, completion);
                    break;
                case 1:
                    send = queue.SendText(Text(sender, i, length), completion);
                    break;
                case 2:
                    send = queue.SendBorrowed(Opcode.Binary, binary, completion);
                    break;
                case 3:
                    send = queue.SendStream(new TricklingStream(binary, random.Next()), completion);
                    break;
                default:
                    queue.SendControl(random.Next(2) == 0 ? Opcode.Ping : Opcode.Pong, BitConverter.GetBytes(i));
                    send = queue.Send(Opcode.Text, Encoding.UTF8.GetBytes(Text(sender, i, length)), completion);
                    break;
            }

            if (random.Next(3) == 0)
                await send;
            else
                sends.Add(send.AsTask());
        }

        await Task.WhenAll(sends);
        return count;
    }

    private static string? Differ(byte[] written, int[] sent, bool deflates, string closeReason)
    {
        if (ClientFrames.Parse(written, out List<ClientFrame> frames) is var rest and > 0)
            return $"{rest} bytes at the end are no frame";
        if (frames.Count == 0 || frames[^1] is not { CloseCode: 4000 } || frames[^1].CloseReason != closeReason)
            return $"the last frame is {frames.LastOrDefault()}";
        using var inflation = new Inflation();
        int[] next = new int[Senders];
        MemoryStream? message = null;
        bool isText = false;
        bool isCompressed = false;
        for (int i = 0; i < frames.Count - 1; i++)
        {
            ClientFrame frame = frames[i];
            LengthForm shortest = frame.Payload.Length < 126 ? LengthForm.Bits7 : frame.Payload.Length <= 65_535 ? LengthForm.Bits16 : LengthForm.Bits64;
            if (!frame.Masked || frame.Form != shortest)
                return $"frame {i} is not masked or not in its shortest form: {frame}";
            bool isControl = frame.Opcode >= Opcodes.Close;
            bool mayBeCompressed = deflates && frame.Opcode is Opcodes.Text or Opcodes.Binary;
            if (frame.Rsv != 0 && !(mayBeCompressed && frame.Rsv == 4))
                return $"frame {i} has reserved bits: {frame}";
            if (isControl)
            {
                if (frame.Opcode == Opcodes.Close || !frame.Fin || frame.Payload.Length > 125)
                    return $"frame {i} is no control frame that may stand here: {frame}";
                continue;
            }

            if (message is null == (frame.Opcode == Opcodes.Continuation))
                return $"frame {i} begins a message inside another, or goes on with none: {frame}";
            if (message is null)
            {
                message = new MemoryStream();
                isText = frame.Opcode == Opcodes.Text;
                isCompressed = frame.Rsv == 4;
            }

            message.Write(frame.Payload);
            if (!frame.Fin)
                continue;
            byte[] payload = isCompressed ? inflation.Inflate(message.ToArray()) : message.ToArray();
            message = null;
            if (!Take(payload, isText, next))
                return $"the message that ends with frame {i} is no one's next one: {Convert.ToHexString(payload.AsSpan(0, Math.Min(payload.Length, 32)))}, {payload.Length} bytes";
        }

        // Keys are drawn anew for each frame (RFC 6455, section 10.3).
        if (frames.Select(f => f.Key).Distinct().Count() < frames.Count * 0.99)
            return "masking keys are used more than once";
        return next.SequenceEqual(sent) ? null : $"came [{string.Join(",", next)}] messages, sent [{string.Join(",", sent)}]";
    }

    // Whether it is the next message of whoever it says it is from, whole.
    private static bool Take(byte[] payload, bool isText, int[] next)
    {
        byte[] bytes = isText ? Unwrap(payload) : payload;
        if (bytes.Length < 9 || bytes[0] >= next.Length)
            return false;
        int sender = bytes[0];
        int number = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(1));
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(5));
        byte[] expected = isText ? Encoding.UTF8.GetBytes(Text(sender, number, length)) : Payload(sender, number, length);
        return number == next[sender]++ && payload.AsSpan().SequenceEqual(expected);
    }

    private static byte[] Payload(int sender, int number, int length)
    {
        byte[] payload = new byte[9 + length];
        payload[0] = (byte)sender;
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(1), number);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(5), length);
        for (int i = 9; i < payload.Length; i++)
            payload[i] = (byte)((i * 31) + number + (i >> 8));
        return payload;
    }

    // The same in characters: 18 of hexadecimal, then some of every length.
    private static string Text(int sender, int number, int length)
    {
        var text = new StringBuilder(Convert.ToHexString(Payload(sender, number, length).AsSpan(0, 9)));
        for (int i = 0; i < length; i += 4)
            text.Append((i % 3) switch { 0 => "\U0001F600", 1 => "\u20ACx", _ => "\u00E9\u00E8" });
        return text.ToString();
    }

    private static byte[] Unwrap(byte[] text) => text.Length < 18 ? [] : Convert.FromHexString(Encoding.Latin1.GetString(text.AsSpan(0, 18)));

    // Around the forms of a frame's length, the gathering buffer and what is large.
    private static int Length(Random random) => random.Next(12) switch
    {
        0 => 110 + random.Next(12),
        1 => 65_520 + random.Next(20),
        2 => (128 * 1024) - 20 + random.Next(40),
        3 => random.Next(300_000),
        4 => random.Next(10_000),
        _ => random.Next(200),
    };
}
