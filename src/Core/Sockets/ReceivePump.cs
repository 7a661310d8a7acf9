using System.Buffers;
using System.Runtime.CompilerServices;
using NetWebSockets.Protocol;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sockets;

/// <summary>
/// The one reader of a socket's stream: reads 64 KiB at a time, delivers messages in place, answers pings, and ends at the close
/// frame, at the end of the stream, or at the first violation. An idle socket holds no buffer.
/// </summary>
internal sealed partial class ReceivePump
{
    public const int BufferSize = 64 * 1024;

    private readonly Stream _stream;
    private readonly SocketReceiver _receiver;
    private readonly SendQueue _sender;
    private readonly TimeProvider _timeProvider;
    private readonly string? _clientName;
    private readonly FrameReader _reader;
    private readonly long _maxMessageSize;
    private readonly bool _limitsAreLarge;      // no message that fits the buffer can break them
    private readonly MessageAssembler _assembler = new();

    private ReadOnlyMemory<byte> _received;     // what came with the handshake's response; a pump that never runs rents nothing for it
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _assembled;            // the last message was delivered out of the assembler, which is still held for it
    private Exception? _violation;      // found while a consumer was reading, to be thrown on the pump
    private long _lastReceived;

    // Counted by batch, so that a meter costs nothing per message.
    private long _textCount;
    private long _textBytes;
    private long _binaryCount;
    private long _binaryBytes;

    public ReceivePump(Stream stream, ReadOnlyMemory<byte> received, DeflateParameters? deflate, SocketReceiver receiver, SendQueue sender, NetWebSocketOptions options)
    {
        _stream = stream;
        _receiver = receiver;
        _sender = sender;
        _timeProvider = options.TimeProvider;
        _clientName = options.ClientName;
        _maxMessageSize = options.MaxMessageSize;
        _reader = new FrameReader(BufferSize, options.MaxMessageSize, options.MaxFrameSize, compressionAllowed: deflate is not null);
        _limitsAreLarge = Math.Min(options.MaxMessageSize, options.MaxFrameSize) >= ushort.MaxValue;
        if (deflate is not null)
            _inflater = new MessageInflater(deflate.ServerContextTakeover);
        _lastReceived = _timeProvider.GetTimestamp();
        _received = received;
    }

    /// <summary>The close frame that the peer sent, once it has.</summary>
    public (int Code, string Reason)? PeerClose { get; private set; }

    /// <summary>When bytes last came; of the injected clock.</summary>
    public long LastReceivedTimestamp => Volatile.Read(ref _lastReceived);

    /// <summary>Pongs that have come.</summary>
    public long PongCount { get; private set; }

    /// <summary>Reads and delivers until the peer's close frame.</summary>
    /// <returns>
    /// <see langword="true"/> at the close frame, <see langword="false"/> when the stream ended without one.
    /// </returns>
    /// <exception cref="ProtocolException">The peer broke the protocol or a limit.</exception>
    /// <exception cref="IOException">The network failed.</exception>
    public async Task<bool> RunAsync()
    {
        try
        {
            TakeReceived();
            while (true)
            {
                await DeliverBuffered(out bool isAll).ConfigureAwait(false);
                if (!isAll)
                    continue;
                if (PeerClose is not null)
                    return true;
                ReportReceived();

                // The reads stand here, in the one method that lives as long as the socket: one of their own would allocate at every wait.
                if (_start == _end && _reader.IsBetweenMessages)
                {
                    // Idle: wait without a buffer. A zero-byte read may complete with nothing to read; the read below then waits with one.
                    ReleaseBuffer();
                    await _stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                }

                // A frame too large for the buffer, being put together, is read straight to where it belongs.
                long remaining = _reader.RemainingInFrame;
                bool direct = _start == _end && remaining >= BufferSize && !_reader.IsStreaming && !_reader.IsCompressed;
                int count = await _stream.ReadAsync(direct ? _assembler.Room(remaining) : Room()).ConfigureAwait(false);
                OnReceived();
                if (count == 0)
                    return false;
                if (!direct)
                {
                    _end += count;
                }
                else if (TookIn(count, out MessageKind kind))
                {
                    await _receiver.OnMessageAsync(kind, _assembler.Message).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            ReportReceived();
            if (PeerClose is null)
                ReleaseBuffer();
            _assembler.Release();
            _inflater?.Release();
        }
    }

    /// <summary>After the peer's close frame: waits until the peer ends the stream.</summary>
    /// <exception cref="ProtocolException">Another frame came (RFC 6455, section 5.5.1).</exception>
    /// <exception cref="IOException">The stream was reset.</exception>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (_reader.TryRead(_buffer.AsSpan(_start, _end - _start), out int consumed, out FrameToken token))
                    throw new ProtocolException(CloseCode.ProtocolError, "", $"{Name(token.Type)} received after close.");
                _start += consumed;
                int count = await _stream.ReadAsync(Room(), cancellationToken).ConfigureAwait(false);
                OnReceived();
                if (count == 0)
                    return;
                _end += count;
            }
        }
        finally
        {
            ReleaseBuffer();
        }

        static string Name(FrameTokenType type) => type is FrameTokenType.Message or FrameTokenType.Piece ? "Data frame" : type.ToString();
    }

    /// <summary>Whether <see cref="TryTakeWhole"/> may be called, as far as the pump knows.</summary>
    public bool MayTakeWhole => _limitsAreLarge && !_assembled && _reader.IsAtStart && PeerClose is null;

    /// <summary>
    /// The same as <see cref="TryReadMessage(out MessageKind, out ReadOnlyMemory{byte})"/> for the common case of a small whole message, in a few
    /// nanoseconds. Only while <see cref="MayTakeWhole"/>, and messages are not streamed.
    /// </summary>
    /// <returns><see langword="false"/> when what comes next needs to be looked at closely; the message has then not been written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeWhole(out WebSocketMessage message)
    {
        MessageKind kind = TakeWhole(out int start, out int length);
        if (kind == 0)
        {
            Unsafe.SkipInit(out message);
            return false;
        }

        WebSocketMessage.Set(out message, kind, _buffer, start, length);
        return true;
    }

    // Counts and consumes it; 0 when it is not there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MessageKind TakeWhole(out int start, out int length)
    {
        MessageKind kind = FrameReader.PeekWhole(_buffer.AsSpan(_start, _end - _start), out int header, out length);
        start = _start + header;
        if (kind != 0)
        {
            _start = start + length;
            Count(kind, length);
        }

        return kind;
    }

    /// <summary>
    /// Finds the next whole message in what has been read, answering control frames on the way. Also called by a consumer to which the
    /// pump has just delivered a message, while the pump waits for it: that is how a loop over messages drains a batch without a hop.
    /// </summary>
    /// <param name="kind">Text or binary.</param>
    /// <param name="payload">The message, valid until the next call.</param>
    /// <returns><see langword="false"/> when more bytes are needed, or the pump itself must go on.</returns>
    public bool TryReadMessage(out MessageKind kind, out ReadOnlyMemory<byte> payload)
    {
        kind = default;
        payload = default;
        if (_violation is not null)
            return false;
        try
        {
            return TryReadMessage(isDraining: true, out kind, out payload, out _);
        }
        catch (ProtocolException exception)
        {
            _violation = exception;
            return false;
        }
    }

    /// <summary>
    /// A consumer keeps the message that was delivered in place while the pump goes on: takes the memory under it out of the pump's hands.
    /// </summary>
    /// <returns>Gives the memory back to the pool.</returns>
    public Lease Detach()
    {
        if (_assembled)
        {
            _assembled = false;
            return new Lease(_assembler.Detach());
        }

        byte[] kept = _buffer;
        int rest = _end - _start;
        if (rest > 0)
        {
            byte[] next = ArrayPool<byte>.Shared.Rent(BufferSize);
            kept.AsSpan(_start, rest).CopyTo(next);
            _buffer = next;
        }
        else
        {
            _buffer = [];
        }

        _start = 0;
        _end = rest;
        return new Lease(kept);
    }

    /// <summary>Memory that a consumer still looks at.</summary>
    /// <param name="Bytes">The memory.</param>
    public readonly record struct Lease(byte[]? Bytes)
    {
        public void Return()
        {
            if (Bytes is { Length: > 0 })
                ArrayPool<byte>.Shared.Return(Bytes);
        }
    }

    // Delivers until all of the buffer is delivered or a receiver wants to be waited for. Which of the two it was, the task cannot tell: it may be done by the time it is looked at.
    private ValueTask DeliverBuffered(out bool isAll)
    {
        isAll = false;
        if (_violation is { } violation)
            throw violation;
        _sender.Cork();
        int delivered = 0;
        try
        {
            while (PeerClose is null)
            {
                ValueTask delivery;
                if (_inflatingStream)
                {
                    delivery = DeliverInflatedPiece();
                }
                else if (TryReadMessage(isDraining: false, out MessageKind kind, out ReadOnlyMemory<byte> payload, out FrameToken piece))
                {
                    if (++delivered == 2)
                        _sender.OnReceivedSeveral();
                    delivery = _receiver.OnMessageAsync(kind, payload);
                }
                else if (piece.Type == FrameTokenType.Piece)
                {
                    if (piece.IsCompressed)
                    {
                        BeginInflatingStream(piece);
                        continue;
                    }

                    delivery = _receiver.OnBinaryPieceAsync(_buffer.AsMemory(_start - piece.Length, piece.Length), piece.IsFirst, piece.IsLast);
                }
                else
                {
                    break;
                }

                if (!delivery.IsCompletedSuccessfully)
                    return delivery;
                delivery.GetAwaiter().GetResult();
                if (_violation is not null)
                    throw _violation;
            }
        }
        finally
        {
            _sender.Uncork();
        }

        isAll = true;
        return default;
    }

    // A piece that belongs to a streamed message comes out as 'piece' with the result false. A consumer that drains the batch cannot take one: it leaves
    // what comes next to the pump while messages are streamed.
    private bool TryReadMessage(bool isDraining, out MessageKind kind, out ReadOnlyMemory<byte> payload, out FrameToken piece)
    {
        kind = default;
        payload = default;
        piece = default;
        if (_assembled)
        {
            _assembled = false;
            _assembler.Clear();
        }

        if (MayTakeWhole && !_receiver.StreamBinary)
        {
            kind = TakeWhole(out int start, out int length);
            if (kind != 0)
            {
                payload = _buffer.AsMemory(start, length);
                return true;
            }
        }

        while (PeerClose is null)
        {
            if (_reader.IsBetweenMessages)
                _reader.StreamBinary = _receiver.StreamBinary;
            if (isDraining && _reader.StreamBinary)
                return false;
            bool found = _reader.TryRead(_buffer.AsSpan(_start, _end - _start), out int consumed, out FrameToken token);
            int offset = _start + token.Offset;
            _start += consumed;
            if (!found)
                return false;
            switch (token.Type)
            {
                case FrameTokenType.Message when token.IsCompressed:
                    kind = token.Kind;
                    Inflate(kind, offset, token.Length, isFirst: true, isLast: true);
                    return TookAssembled(kind, out payload);
                case FrameTokenType.Message:
                    kind = token.Kind;
                    payload = _buffer.AsMemory(offset, token.Length);
                    Count(kind, token.Length);
                    return true;
                case FrameTokenType.Piece when _reader.StreamBinary && token.Kind == MessageKind.Binary:
                    piece = token;
                    if (!token.IsCompressed)
                        CountPiece(token.Length, token.IsLast);
                    return false;
                case FrameTokenType.Piece:
                    if (token.IsCompressed)
                        Inflate(token.Kind, offset, token.Length, token.IsFirst, token.IsLast);
                    else
                        _assembler.Append(_buffer.AsSpan(offset, token.Length), _reader.RemainingInFrame);
                    if (!token.IsLast)
                        break;
                    kind = token.Kind;
                    return TookAssembled(kind, out payload);
                default:
                    OnControl(token.Type, _buffer.AsSpan(offset, token.Length));
                    break;
            }
        }

        return false;
    }

    private bool TookAssembled(MessageKind kind, out ReadOnlyMemory<byte> payload)
    {
        payload = _assembler.Message;
        _assembled = true;
        Count(kind, payload.Length);
        return true;
    }

    private void OnControl(FrameTokenType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameTokenType.Ping:
                _sender.SendControl(Opcode.Pong, payload);
                break;
            case FrameTokenType.Pong:
                PongCount++;
                break;
            default:
                PeerClose = CloseCode.Parse(payload);
                break;
        }
    }

    private void TakeReceived()
    {
        if (_received.IsEmpty)
            return;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, _received.Length));
        _received.CopyTo(_buffer);
        _end = _received.Length;
        _received = default;
    }

    // Where to read to: behind what is there.
    private Memory<byte> Room()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_buffer.Length == 0)
                _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        return _buffer.AsMemory(_end);
    }

    // What was read straight to the end of the assembler; whether the message is whole with it.
    private bool TookIn(int count, out MessageKind kind)
    {
        _reader.TryRead(_assembler.Advance(count), out _, out FrameToken token);
        kind = token.Kind;
        return token.IsLast && TookAssembled(kind, out _);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Count(MessageKind kind, int length)
    {
        if (kind == MessageKind.Text)
        {
            _textCount++;
            _textBytes += length;
        }
        else
        {
            _binaryCount++;
            _binaryBytes += length;
        }
    }

    private void CountPiece(int length, bool isLast)
    {
        _binaryBytes += length;
        if (isLast)
            _binaryCount++;
    }

    private void ReportReceived()
    {
        if (_textCount > 0)
            NetWebSocketMetrics.MessageReceived(_clientName, isText: true, _textBytes, _textCount);
        if (_binaryCount > 0 || _binaryBytes > 0)
            NetWebSocketMetrics.MessageReceived(_clientName, isText: false, _binaryBytes, _binaryCount);
        _textCount = _textBytes = _binaryCount = _binaryBytes = 0;
    }

    private void OnReceived()
    {
        Volatile.Write(ref _lastReceived, _timeProvider.GetTimestamp());
        _sender.OnReceived();
    }

    private void ReleaseBuffer()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
        ReleaseInflating();
        if (!_reader.IsBetweenMessages)
            return;
        _assembled = false;
        _assembler.Release();
    }
}
