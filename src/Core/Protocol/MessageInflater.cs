using System.IO.Compression;

namespace NetWebSockets.Protocol;

/// <summary>
/// Inflates messages compressed by permessage-deflate (RFC 7692, section 7.2.2), piece by piece as they come. One inflater goes on from message to message, each
/// ended by the four bytes that the peer left out: that is right with and without context takeover, and for every window.
/// </summary>
internal sealed class MessageInflater : IDisposable
{
    // What a compressor leaves out at the end of a message (RFC 7692, section 7.2.1).
    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    private readonly Input _input = new();
    private readonly bool _contextTakeover;
    private DeflateStream? _inflater;

    /// <param name="contextTakeover">Whether messages may refer to earlier ones.</param>
    public MessageInflater(bool contextTakeover) => _contextTakeover = contextTakeover;

    /// <summary>Gives it the next piece of a message, once <see cref="Read"/> has returned 0 for the one before.</summary>
    /// <param name="buffer">Where the piece is; left alone until Read has returned 0.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="count">How long it is.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    public void SetInput(byte[] buffer, int offset, int count, bool isLast)
    {
        _inflater ??= new DeflateStream(_input, CompressionMode.Decompress, leaveOpen: true);
        _input.Set(buffer, offset, count, isLast);
    }

    /// <summary>Inflates.</summary>
    /// <param name="destination">Room for at least one byte.</param>
    /// <returns>How many bytes came out; 0 when the piece is used up.</returns>
    /// <exception cref="ProtocolException">It is not what a compressor writes.</exception>
    public int Read(Span<byte> destination)
    {
        int count;
        try
        {
            count = _inflater!.Read(destination);
        }
        catch (InvalidDataException)
        {
            throw Broken("Could not inflate a message: it is not what a compressor writes.");
        }

        return count == 0 && !_input.WasAskedInVain ? EndFinalBlock(destination) : count;
    }

    /// <summary>Between messages: gives up the memory when the next message may not refer to earlier ones anyway.</summary>
    public void Rest()
    {
        if (!_contextTakeover)
            Dispose();
    }

    public void Dispose()
    {
        _inflater?.Dispose();
        _inflater = null;
    }

    // Nothing comes out although it was not asked for more: a block with BFINAL set has ended the compressed stream, and what follows it starts without history. As section
    // 7.2.3.4 has it, one byte of padding follows at the end of the message; there are peers that leave it out, or put it into a fragment of its own.
    private int EndFinalBlock(Span<byte> destination)
    {
        if (!_input.IsUsedUp && !_input.IsAtPadding)
            throw Broken("Could not inflate a message: data follows a block that is marked as the final one.");
        Dispose();
        _input.StartOver();
        if (_input.IsUsedUp || _input.IsLast)
            return 0;
        _inflater = new DeflateStream(_input, CompressionMode.Decompress, leaveOpen: true);
        return Read(destination);
    }

    private static ProtocolException Broken(string message) => new(CloseCode.ProtocolError, "WebSocket Protocol Error", message);

    // Hands out a piece and then the tail. The last byte of a piece comes alone, and the last two where the last could be the padding after a final block: where the inflater stops asking is the only way to see where a final block ended.
    private sealed class Input : Stream
    {
        private byte[] _buffer = [];
        private int _position;
        private int _end;
        private bool _tailIsLeft;
        private bool _isAtStart = true;     // nothing has been handed out since the message began, or since a final block

        /// <summary>Everything has been handed out, and more was wanted.</summary>
        public bool WasAskedInVain { get; private set; }

        /// <summary>The piece has been handed out, and a final block ended with it.</summary>
        public bool IsUsedUp => _position == _end;

        /// <summary>Nothing but a byte that may be the padding after a final block is left.</summary>
        public bool IsAtPadding => _end - _position == 1 && _buffer[_position] == 0;

        /// <summary>The message ends with the piece.</summary>
        public bool IsLast { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void StartOver() => _isAtStart = true;

        public void Set(byte[] buffer, int offset, int count, bool isLast)
        {
            _isAtStart |= IsLast;
            _buffer = buffer;
            _position = offset;
            _end = offset + count;
            IsLast = _tailIsLeft = isLast;
            WasAskedInVain = false;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int left = _end - _position;
            if (left > 0)
            {
                int apart = _buffer[_end - 1] == 0 ? 2 : 1;
                int count = Math.Min(buffer.Length, left > apart ? left - apart : 1);
                _buffer.AsSpan(_position, count).CopyTo(buffer);
                _position += count;
                _isAtStart = false;
                if (_position < _end || !_tailIsLeft || buffer.Length - count < Tail.Length)
                    return count;
                Tail.CopyTo(buffer[count..]);
                _tailIsLeft = false;
                return count + Tail.Length;
            }

            // Where nothing was handed out there is no block for the tail to end: taken for the beginning of one, it would spoil what comes next.
            if (_tailIsLeft && !_isAtStart)
            {
                Tail.CopyTo(buffer);
                _tailIsLeft = false;
                return Tail.Length;
            }

            WasAskedInVain = true;
            return 0;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
