using NetWebSockets.TestServers;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>
/// What a server sends after a good handshake, through a real socket on loopback, in every way to consume messages: the messages are those that the reference finds, the
/// close event says how it ended, and what the client wrote is right itself.
/// </summary>
internal sealed class SocketTarget : FuzzTarget
{
    private static readonly long[] MessageSizes = [100, 1000, 65_536, 64 << 20];

    private readonly RawServer _server;
    private readonly NetSession _session = new();
    private volatile byte[] _input = [];
    private TaskCompletionSource<byte[]> _written = new();

    public SocketTarget() => _server = new RawServer(ServeAsync);

    public override string Name => "socket";

    public override int OptionBytes => 3;

    public override bool IsFrames => true;

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        byte flags = 0;
        foreach ((string name, byte[] wire) in FrameSeeds.All())
        {
            yield return (name, [flags, 3, flags, .. wire]);
            flags += 5;
        }

        yield return ("compressed", [0x80, 3, 0, .. ServerFrame.Encode(Opcodes.Text, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], rsv: 4), .. ServerFrame.Close(1000)]);
        yield return ("after-close", [0, 3, 0, .. ServerFrame.Close(1000), .. ServerFrame.Text("late")]);
    }

    public override async ValueTask<string> RunAsync(byte[] input)
    {
        var way = new Way(input);
        _input = input;
        _written = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var socket = new NetWebSocket(_server.Uri, new NetWebSocketOptions
        {
            Session = _session,
            BinaryType = way.BinaryType,
            MaxMessageSize = way.MaxMessageSize,
            PerMessageDeflate = way.Deflates ? new PerMessageDeflateOptions() : null,
        });
        List<WireEvent> found = await MessageConsumers.ConsumeAsync(socket, way.Consumer);
        CloseEvent closed = await socket.Closed;
        try
        {
            await socket.Opened;
        }
        catch (HandshakeException failure)
        {
            if (!way.Resets)
                throw new FuzzFailureException("The socket did not open although the handshake was good.", failure);
            return "reset before it opened";
        }

        byte[] wire = input[OptionBytes..];
        WireOutcome expected = ReferenceParser.Parse(wire, new WireRules
        {
            MaxMessageSize = way.MaxMessageSize,
            CompressionAllowed = way.Deflates,
            IsStreamed = _ => way.BinaryType == BinaryType.Stream,
        });
        byte[] written = await _written.Task;
        string outcome = Judge(expected, found, closed, way);
        JudgeWritten(expected, written, way);
        return $"{outcome} {way.BinaryType} {way.Consumer}";
    }

    protected override async Task StopAsync()
    {
        await _server.DisposeAsync();
        await _session.DisposeAsync();
    }

    private static string Judge(WireOutcome all, List<WireEvent> found, CloseEvent closed, Way way)
    {
        int close = all.Events.FindIndex(e => e.Type == WireEventType.Close);
        bool closes = close >= 0;
        int? code = closes ? CodeOf(all.Events[close].Payload) : null;
        List<WireEvent> expected = [.. (closes ? all.Events.Take(close) : all.Events).Where(e => e.IsMessage || e.Type == WireEventType.BinaryPart)];

        // A message that is handed out as it comes and was under way at the close frame ends in its part, which is what came until then.
        List<WireEvent> whole = [.. expected.Where(e => e.IsMessage)];
        List<WireEvent> foundWhole = [.. found.Where(e => e.IsMessage)];
        bool isPrefix = foundWhole.Count <= whole.Count && foundWhole.SequenceEqual(whole.Take(foundWhole.Count));
        if (way.Deflates && all.Events.Exists(e => e.Compressed))
            return "compressed";
        if (!isPrefix || (!way.Resets && foundWhole.Count < whole.Count))
            throw new FuzzFailureException($"The messages are [{string.Join("; ", found)}], expected [{string.Join("; ", expected)}].");
        WireEvent? part = found.Find(e => e is { Type: WireEventType.BinaryPart, Payload.Length: > 0 });
        if (!way.Resets && !closes && !Equals(part, expected.Find(e => e.Type == WireEventType.BinaryPart)))
            throw new FuzzFailureException($"The part of a message is [{part}], expected [{string.Join("; ", expected)}].");
        if (way.Resets)
            return "reset";

        bool ends = closes && code is not null;
        bool goesOn = ends && (all.Events.Skip(close + 1).Any(e => e.Type != WireEventType.BinaryPart) || all.Violation is not null);
        bool mayGoOn = ends && !goesOn;     // a part of a frame may still have come
        bool isRight = (ends, goesOn) switch
        {
            (true, false) => (closed.Code == code && closed.WasClean) || (mayGoOn && closed is { Code: 1006, WasClean: false }),
            _ => closed is { Code: 1006, WasClean: false },
        };
        return isRight
            ? $"{whole.Count} {closed.Code / 1000} {all.Violation?.Reason} {closed.Error}"
            : throw new FuzzFailureException($"Closed with {closed}; the close frame's code is {code}, the violation {all.Violation}.");
    }

    // Masked frames, pongs for pings in order, and at the end a close frame that fits how it ended.
    private static void JudgeWritten(WireOutcome all, byte[] written, Way way)
    {
        int rest = ClientFrames.Parse(written, out List<ClientFrame> frames);
        if (rest > 0 && !way.Resets)
            throw new FuzzFailureException($"The client wrote {rest} bytes that are no frame: {Convert.ToHexString(written.AsSpan(written.Length - rest))}.");
        int ping = 0;
        List<WireEvent> pings = [.. all.Events.Where(e => e.Type == WireEventType.Ping)];
        for (int i = 0; i < frames.Count; i++)
        {
            ClientFrame frame = frames[i];
            if (!frame.Fin || frame.Rsv != 0 || !frame.Masked || frame.Form != LengthForm.Bits7)
                throw new FuzzFailureException($"The client wrote {frame}.");
            switch (frame.Opcode)
            {
                case Opcodes.Pong:
                    while (ping < pings.Count && !pings[ping].Payload.AsSpan().SequenceEqual(frame.Payload))
                        ping++;
                    if (ping++ == pings.Count)
                        throw new FuzzFailureException($"Pong {i} answers no ping: {Convert.ToHexString(frame.Payload)}.");
                    break;
                case Opcodes.Close when i == frames.Count - 1:
                    WireEvent? close = all.Events.Find(e => e.Type == WireEventType.Close);
                    int? answered = close is null ? null : CodeOf(close.Payload);
                    if (!way.Deflates && frame.CloseCode != (answered == 1005 ? null : answered ?? (close is null ? all.Violation?.CloseCode : 1002)))
                        throw new FuzzFailureException($"The client closed with {frame.CloseCode}; the peer's code is {answered}, the violation {all.Violation}.");
                    break;
                default:
                    throw new FuzzFailureException($"The client wrote {frame}, which nothing asked for.");
            }
        }
    }

    // The code of a close frame that may be received, 1005 when it has none; null when the frame is broken.
    private static int? CodeOf(byte[] body)
    {
        if (body.Length == 0)
            return 1005;
        int code = body.Length < 2 ? 0 : (body[0] << 8) + body[1];
        bool isText = System.Text.Unicode.Utf8.IsValid(body.AsSpan(Math.Min(2, body.Length)));
        return body.Length == 1 || !isText || code is 1005 or 1006 or 1015 ? null : code;
    }

    private async Task ServeAsync(RawConnection connection)
    {
        byte[] input = _input;
        TaskCompletionSource<byte[]> written = _written;
        var way = new Way(input);
        try
        {
            byte[] wire = input[OptionBytes..];
            int first = way.FirstInHandshake ? Math.Min(wire.Length, 1 + (input[2] % 97)) : 0;
            await connection.AcceptAsync(wire.AsMemory(0, first), way.Deflates ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "");
            await connection.WriteAsync(wire.AsMemory(first), ReadSizes.From(input[2]));
            if (way.Resets)
                connection.Reset();
            else
                connection.ShutdownSend();
            written.TrySetResult(way.Resets ? [] : await connection.ReadToEndAsync());
        }
        finally
        {
            // A client that fails the connection may be gone before all is written.
            written.TrySetResult([]);
        }
    }

    private readonly record struct Way(byte Flags, byte Limit)
    {
        public Way(byte[] input)
            : this(input[0], input[1])
        {
        }

        public BinaryType BinaryType => (BinaryType)((Flags & 3) % 3);

        public MessageConsumer Consumer => (MessageConsumer)(((Flags >> 2) & 3) % 3);

        public bool Resets => (Flags & 0x30) == 0x30;

        public bool FirstInHandshake => (Flags & 0x40) != 0;

        public bool Deflates => (Flags & 0x80) != 0;

        public long MaxMessageSize => MessageSizes[Limit % MessageSizes.Length];
    }
}
