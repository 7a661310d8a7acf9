using System.Buffers;
using NetWebSockets.Protocol;

namespace NetWebSockets.Sockets;

/// <content>Messages compressed by permessage-deflate (RFC 7692): inflated as they come, and bound by the inflated size.</content>
internal sealed partial class ReceivePump
{
    private const int StreamPieceSize = 16 * 1024;

    private readonly MessageInflater? _inflater;
    private Utf8Validator _inflatedText;

    // A piece of a streamed message that is being inflated while its compressed bytes stay in the read buffer.
    private bool _inflatingStream;
    private bool _streamIsFirst;
    private bool _streamIsLast;
    private byte[] _streamPiece = [];

    // Appends a piece of a message, inflated, to the assembler.
    private void Inflate(MessageKind kind, int offset, int length, bool isFirst, bool isLast)
    {
        bool text = kind == MessageKind.Text;
        if (isFirst)
            _inflatedText.Reset();
        _inflater!.SetInput(_buffer, offset, length, isLast);
        while (true)
        {
            // The guess decides how often memory is grown, not how far: that is bound by what has come out.
            Span<byte> room = _assembler.Spare(Math.Clamp(4 * length, 512, StreamPieceSize));
            int count = _inflater.Read(room);
            if (count == 0)
                break;
            if (_assembler.Length + (long)count > _maxMessageSize)
                throw new ProtocolException(CloseCode.MessageTooBig, "", $"The peer sent a compressed message that is larger than MaxMessageSize, {_maxMessageSize} bytes, when inflated.");
            if (text && !_inflatedText.TryAdd(room[..count]))
                throw FrameReader.InvalidUtf8();
            _assembler.Advance(count);
        }

        if (isLast && text && !_inflatedText.IsComplete)
            throw FrameReader.InvalidUtf8();
    }

    private void BeginInflatingStream(FrameToken piece)
    {
        _inflatingStream = true;
        _streamIsFirst = piece.IsFirst;
        _streamIsLast = piece.IsLast;
        _inflater!.SetInput(_buffer, _start - piece.Length, piece.Length, piece.IsLast);
    }

    private ValueTask DeliverInflatedPiece()
    {
        if (_streamPiece.Length == 0)
            _streamPiece = ArrayPool<byte>.Shared.Rent(StreamPieceSize);
        int count = _inflater!.Read(_streamPiece);
        bool isLast = count == 0 && _streamIsLast;
        if (count == 0)
        {
            _inflatingStream = false;
            if (!isLast && !_streamIsFirst)
                return default;
        }

        bool isFirst = _streamIsFirst;
        _streamIsFirst = false;
        CountPiece(count, isLast);
        return _receiver.OnBinaryPieceAsync(_streamPiece.AsMemory(0, count), isFirst, isLast);
    }

    private void ReleaseInflating()
    {
        if (_streamPiece.Length > 0)
            ArrayPool<byte>.Shared.Return(_streamPiece);
        _streamPiece = [];
        if (_reader.IsBetweenMessages)
            _inflater?.Rest();
    }
}
