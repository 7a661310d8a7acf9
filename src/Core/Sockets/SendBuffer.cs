using System.Buffers;
using NetWebSockets.Protocol;

namespace NetWebSockets.Sockets;

/// <summary>Whole frames, gathered for one write, in a rented buffer.</summary>
internal sealed class SendBuffer
{
    /// <summary>What a buffer grows to before the next one is begun.</summary>
    public const int Size = 64 * 1024;

    private const int InitialSize = 4096;

    private byte[] _bytes = [];
    private int _length;

    public bool IsEmpty => _length == 0;

    public int Length => _length;

    /// <summary>Application data in the frames, without headers and control frames.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>The number of the last message in the buffer.</summary>
    public long LastSequence { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Whether a frame fits without starting the next buffer. An empty buffer takes any frame.</summary>
    public bool HasRoomFor(int frameLength) => _length == 0 || _length + frameLength <= Size;

    public void Append(Opcode opcode, ReadOnlySpan<byte> payload, bool isData, long sequence) =>
        Append(opcode, payload, isData, sequence, compressed: false, payload.Length);

    // 'length' is that of the message before it was compressed.
    public void Append(Opcode opcode, ReadOnlySpan<byte> payload, bool isData, long sequence, bool compressed, int length)
    {
        if (payload.Length + FrameWriter.MaxHeaderLength > _bytes.Length - _length)
            Reserve(FrameWriter.HeaderLength(payload.Length) + payload.Length);
        _length += FrameWriter.WriteFrame(_bytes.AsSpan(_length), opcode, fin: true, compressed, payload);
        Count(length, isData, sequence);
    }

    /// <summary>Encodes text straight into the frame and masks it there.</summary>
    public void AppendText(string text, int byteCount, long sequence)
    {
        int header = FrameWriter.HeaderLength(byteCount);
        Reserve(header + byteCount);
        uint key = Mask.NextKey();
        FrameWriter.WriteHeader(_bytes.AsSpan(_length), Opcode.Text, fin: true, compressed: false, byteCount, key);
        Span<byte> payload = _bytes.AsSpan(_length + header, byteCount);
        System.Text.Encoding.UTF8.GetBytes(text, payload);
        Mask.Apply(payload, payload, key);
        _length += header + byteCount;
        Count(byteCount, isData: true, sequence);
    }

    /// <summary>Appends frames that have been encoded already, and counts nothing.</summary>
    public void AppendRaw(ReadOnlySpan<byte> frames)
    {
        Reserve(frames.Length);
        frames.CopyTo(_bytes.AsSpan(_length));
        _length += frames.Length;
        LastSequence = 0;
    }

    /// <summary>Empties the buffer and gives its memory back.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
        PayloadBytes = 0;
    }

    private void Count(int payloadLength, bool isData, long sequence)
    {
        if (isData)
            PayloadBytes += payloadLength;
        LastSequence = sequence;
    }

    private void Reserve(int more)
    {
        int needed = _length + more;
        if (needed <= _bytes.Length)
            return;
        // One step from the first size to the last: in between there would only be more copying.
        byte[] grown = ArrayPool<byte>.Shared.Rent(needed <= InitialSize ? InitialSize : Math.Max(needed, Size));
        _bytes.AsSpan(0, _length).CopyTo(grown);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = grown;
    }
}
