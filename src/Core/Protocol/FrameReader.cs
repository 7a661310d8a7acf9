using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace NetWebSockets.Protocol;

/// <summary>
/// Finds messages in what was read from the server (RFC 6455, section 5), in place: it copies nothing and holds no bytes, only where it
/// stands in a frame and in a message. A message of one frame that fits the read buffer comes out whole; all others in pieces.
/// </summary>
internal sealed class FrameReader
{
    private readonly bool _compressionAllowed;
    private readonly long _maxMessageSize;
    private readonly long _maxFrameSize;
    private readonly int _wholeLimit;

    private long _remaining;            // payload of the present frame that has not come out yet
    private bool _inFrame;              // the present frame's header has been taken, and it comes out in pieces
    private bool _fin;
    private bool _inMessage;            // a message has started and not ended
    private bool _firstPiece;
    private MessageKind _kind;
    private bool _compressed;
    private long _messageSize;
    private Utf8Validator _utf8;
    private int _checked;               // bytes of a whole text frame, still incomplete in the buffer, that have been validated

    /// <param name="wholeLimit">The longest frame, header included, that is waited for to deliver it whole; at most the read buffer's length.</param>
    /// <param name="maxMessageSize">The largest message, in bytes as they stand on the wire.</param>
    /// <param name="maxFrameSize">The largest payload of one frame.</param>
    /// <param name="compressionAllowed">Whether permessage-deflate was negotiated.</param>
    public FrameReader(int wholeLimit, long maxMessageSize, long maxFrameSize, bool compressionAllowed)
    {
        _wholeLimit = wholeLimit;
        _maxMessageSize = maxMessageSize;
        _maxFrameSize = maxFrameSize;
        _compressionAllowed = compressionAllowed;
    }

    /// <summary>Whether the last token ended a message and nothing of a next one has been taken.</summary>
    public bool IsBetweenMessages => !_inMessage && !_inFrame;

    /// <summary>Whether the next byte begins a message, and nothing at all is kept of what came before.</summary>
    public bool IsAtStart => !_inMessage && !_inFrame && _checked == 0;

    /// <summary>Whether the present message, which comes out in pieces, is compressed.</summary>
    public bool IsCompressed => _inMessage && _compressed;

    /// <summary>Payload bytes of the present frame that have not come out yet, when it comes out in pieces.</summary>
    public long RemainingInFrame => _inFrame ? _remaining : 0;

    /// <summary>Whether the present message is a binary one that comes out as it arrives.</summary>
    public bool IsStreaming => StreamBinary && _inMessage && _kind == MessageKind.Binary;

    /// <summary>Binary messages come out in pieces as they arrive, and <c>maxMessageSize</c> does not bind them.</summary>
    public bool StreamBinary { get; set; }

    /// <summary>Finds the next token.</summary>
    /// <param name="input">The bytes that have been read and not consumed.</param>
    /// <param name="consumed">How many of them are used up: by the token or, without one, by a header that has been taken.</param>
    /// <param name="token">What was found.</param>
    /// <returns><see langword="false"/> when more bytes are needed.</returns>
    /// <exception cref="ProtocolException">The server broke the protocol or a limit.</exception>
    public bool TryRead(ReadOnlySpan<byte> input, out int consumed, out FrameToken token)
    {
        consumed = 0;
        token = default;
        if (_inFrame)
            return TryReadPiece(input, 0, out consumed, ref token);
        if (input.Length < 2)
        {
            // A header that is already wrong in its first byte is refused now, not when more comes.
            if (input.Length == 1)
                CheckFirstByte(input[0]);
            return false;
        }

        int first = input[0];
        int second = input[1];

        return TryReadFrame(input, first, second, out consumed, ref token);
    }

    /// <summary>
    /// The common case, without a token: one final, uncompressed data frame of at most 65,535 bytes that is all there and whose text is valid. For a reader that
    /// <see cref="IsAtStart"/>, limits that are larger, and messages that are not streamed.
    /// </summary>
    /// <param name="input">The bytes that have been read and not consumed.</param>
    /// <param name="header">The length of the header.</param>
    /// <param name="length">The length of the payload.</param>
    /// <returns>The kind; 0 when it is anything else, for <see cref="TryRead"/> to say what.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static MessageKind PeekWhole(ReadOnlySpan<byte> input, out int header, out int length)
    {
        header = 2;
        length = 0;
        if (input.Length < 2)
            return 0;
        int kind = input[0] - 0x80;
        length = input[1];
        if (length >= 126)
        {
            if (length != 126 || input.Length < 4)
                return 0;
            header = 4;
            length = BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
            if (length < 126)
                return 0;
        }

        if (input.Length - header < length)
            return 0;
        if (kind == (int)MessageKind.Binary)
            return MessageKind.Binary;
        return kind == (int)MessageKind.Text && Utf8.IsValid(input.Slice(header, length)) ? MessageKind.Text : 0;
    }

    private bool TryReadFrame(ReadOnlySpan<byte> input, int first, int second, out int consumed, ref FrameToken token)
    {
        consumed = 0;
        CheckFirstByte((byte)first);
        if ((second & 0x80) != 0)
            throw Violation("Masked frame from server", "A server must not mask any frames that it sends to the client.");

        var opcode = (Opcode)(first & 0x0F);
        long length = second & 0x7F;
        int header = 2;
        if (opcode >= Opcode.Close)
        {
            if (length > 125)
                throw InvalidHeader("a control frame with more than 125 bytes");
        }
        else if (length == 126)
        {
            if (input.Length < 4)
                return false;
            length = BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
            header = 4;
            if (length < 126)
                throw InvalidHeader("a length that is not in its shortest form");
        }
        else if (length == 127)
        {
            if (input.Length < 10)
                return false;
            ulong length64 = BinaryPrimitives.ReadUInt64BigEndian(input[2..]);
            header = 10;
            if (length64 <= ushort.MaxValue)
                throw InvalidHeader("a length that is not in its shortest form");
            if (length64 > long.MaxValue)
                throw InvalidHeader("a 64-bit length with its highest bit set");
            length = (long)length64;
        }

        if (opcode >= Opcode.Close)
        {
            if (input.Length < header + length)
                return false;
            token.Type = opcode switch
            {
                Opcode.Ping => FrameTokenType.Ping,
                Opcode.Pong => FrameTokenType.Pong,
                _ => FrameTokenType.Close,
            };
            token.Offset = header;
            token.Length = (int)length;
            consumed = header + (int)length;
            return true;
        }

        return TryReadData(input, opcode, (first & 0x80) != 0, (first & 0x40) != 0, header, length, out consumed, ref token);
    }

    private bool TryReadData(
        ReadOnlySpan<byte> input, Opcode opcode, bool fin, bool compressed, int header, long length, out int consumed, ref FrameToken token)
    {
        consumed = 0;
        MessageKind kind = opcode == Opcode.Continuation ? _kind : (MessageKind)opcode;
        bool streamed = StreamBinary && kind == MessageKind.Binary;
        long size = (_inMessage ? _messageSize : 0) + length;
        if (length > _maxFrameSize)
            throw new ProtocolException(CloseCode.MessageTooBig, "", $"The peer sent a frame larger than MaxFrameSize, {_maxFrameSize} bytes.");
        if (!streamed && (size > _maxMessageSize || size < 0))
        {
            throw new ProtocolException(
                CloseCode.MessageTooBig, "", $"The peer sent a message larger than MaxMessageSize, {_maxMessageSize} bytes.");
        }

        bool whole = fin && !_inMessage && !streamed && header + length <= _wholeLimit;
        if (whole)
        {
            int end = header + (int)length;
            bool text = kind == MessageKind.Text && !compressed;
            if (input.Length < end)
            {
                // Refuse text at the first byte that cannot become valid, even inside a frame that is not all there (RFC 6455, section 8.1).
                if (text && input.Length > header + _checked)
                {
                    if (!_utf8.TryAdd(input[(header + _checked)..]))
                        ThrowInvalidUtf8();
                    _checked = input.Length - header;
                }

                return false;
            }

            if (text)
                FinishText(input[header..end]);
            token.Type = FrameTokenType.Message;
            token.Kind = kind;
            token.Offset = header;
            token.Length = (int)length;
            token.IsCompressed = compressed;
            consumed = end;
            return true;
        }

        if (!_inMessage)
        {
            _inMessage = true;
            _firstPiece = true;
            _kind = kind;
            _compressed = compressed;
            _messageSize = 0;
            _utf8.Reset();
        }

        _messageSize += length;
        _fin = fin;
        _remaining = length;
        _inFrame = true;
        return TryReadPiece(input, header, out consumed, ref token);
    }

    private bool TryReadPiece(ReadOnlySpan<byte> input, int header, out int consumed, ref FrameToken token)
    {
        int available = (int)Math.Min(_remaining, input.Length - header);
        consumed = header;
        if (available == 0 && _remaining > 0)
        {
            // The header is used up although there is no token yet: the caller drops it and reads on.
            return false;
        }

        if (_kind == MessageKind.Text && !_compressed && !_utf8.TryAdd(input.Slice(header, available)))
            ThrowInvalidUtf8();

        _remaining -= available;
        bool frameEnds = _remaining == 0;
        bool messageEnds = frameEnds && _fin;
        if (messageEnds && _kind == MessageKind.Text && !_compressed && !_utf8.IsComplete)
            ThrowInvalidUtf8();

        token.Type = FrameTokenType.Piece;
        token.Kind = _kind;
        token.Offset = header;
        token.Length = available;
        token.IsFirst = _firstPiece;
        token.IsLast = messageEnds;
        token.IsCompressed = _compressed;
        consumed = header + available;
        _firstPiece = false;
        _inFrame = !frameEnds;
        _inMessage = !messageEnds;
        return true;
    }

    private void FinishText(ReadOnlySpan<byte> payload)
    {
        if (_checked == 0)
        {
            if (!Utf8.IsValid(payload))
                ThrowInvalidUtf8();
            return;
        }

        if (!_utf8.TryAdd(payload[_checked..]) || !_utf8.IsComplete)
            ThrowInvalidUtf8();
        _utf8.Reset();
        _checked = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckFirstByte(byte first)
    {
        // Text and binary outside a message, continuations inside one, final control frames; no reserved bits.
        bool compressed = (first & 0x40) != 0;
        int opcode = first & 0x0F;
        if (compressed && _compressionAllowed && _inMessage && opcode <= 2)
            throw InvalidHeader("RSV1 is set inside a message (RFC 7692, section 6: only on its first frame)");
        if ((first & 0x30) != 0 || (compressed && (!_compressionAllowed || opcode > 2)))
        {
            throw Violation(
                "Invalid reserved bit",
                $"One or more reserved bits are on: reserved1 = {first >> 6 & 1}, reserved2 = {first >> 5 & 1}, reserved3 = {first >> 4 & 1}.");
        }

        switch (opcode)
        {
            case 0:
                if (!_inMessage)
                    throw Violation("Unexpected continuation", "Received unexpected continuation frame.");
                break;
            case 1 or 2:
                if (_inMessage)
                    throw Violation("Previous data frame unfinished", "Received start of new message but previous message is unfinished.");
                break;
            case 8 or 9 or 10:
                if ((first & 0x80) == 0)
                    throw InvalidHeader("a fragmented control frame");
                break;
            default:
                throw Violation("Unknown opcode", $"Unrecognized frame opcode: {opcode}.");
        }
    }

    private static ProtocolException Violation(string wireReason, string message) => new(CloseCode.ProtocolError, wireReason, message);

    // Chromium refuses these in its frame parser, before it looks at what the frame is, and words them all alike on the wire.
    private static ProtocolException InvalidHeader(string what) => Violation("WebSocket Protocol Error", $"Invalid frame header: {what}.");

    /// <summary>What a text message that is not UTF-8 is refused with.</summary>
    public static ProtocolException InvalidUtf8() => new(CloseCode.ProtocolError, "Invalid UTF-8 in text frame", "Could not decode a text frame as UTF-8.");

    private static void ThrowInvalidUtf8() => throw InvalidUtf8();
}
