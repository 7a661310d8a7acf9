using System.Buffers;

namespace NetWebSockets.Sockets;

/// <summary>Puts the pieces of one message together in rented memory that grows as they come, never on a length that the peer only claims.</summary>
internal sealed class MessageAssembler
{
    private const int InitialSize = 16 * 1024;

    // Up to here a frame's announced length is believed at once; beyond it memory follows what has really arrived.
    private const int TrustedLength = 1024 * 1024;

    private const int KeptLength = 128 * 1024;

    private byte[] _bytes = [];
    private int _length;

    public ReadOnlyMemory<byte> Message => _bytes.AsMemory(0, _length);

    /// <summary>Room for what is expected next, to read into directly.</summary>
    public Memory<byte> Room(long expected)
    {
        Reserve((int)Math.Min(expected, Math.Max(TrustedLength, _length)));
        return _bytes.AsMemory(_length, (int)Math.Min(expected, _bytes.Length - _length));
    }

    /// <summary>Counts bytes that were put into <see cref="Room"/> or <see cref="Spare"/>.</summary>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> Advance(int count)
    {
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    public void Append(ReadOnlySpan<byte> piece, long expectedAfter)
    {
        Reserve(piece.Length + (int)Math.Min(expectedAfter, TrustedLength));
        piece.CopyTo(_bytes.AsSpan(_length));
        _length += piece.Length;
    }

    /// <summary>The length so far.</summary>
    public int Length => _length;

    /// <summary>Room for bytes of which it is not known how many they will be; never empty.</summary>
    public Span<byte> Spare(int atLeast)
    {
        Reserve(atLeast);
        return _bytes.AsSpan(_length);
    }

    /// <summary>Starts over for the next message, in the same memory unless there is much of it.</summary>
    public void Clear()
    {
        if (_bytes.Length > KeptLength)
            Release();
        else
            _length = 0;
    }

    /// <summary>Gives the memory back; <see cref="Message"/> is no longer valid.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    /// <summary>Hands the memory under <see cref="Message"/> over; the assembler starts over with none.</summary>
    public byte[] Detach()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        _length = 0;
        return bytes;
    }

    private void Reserve(int more)
    {
        long needed = (long)_length + more;
        if (needed <= _bytes.Length)
            return;
        if (needed > Array.MaxLength)
            needed = Array.MaxLength;
        byte[] grown = ArrayPool<byte>.Shared.Rent((int)Math.Max(needed, Math.Min(Array.MaxLength, Math.Max(InitialSize, 2L * _bytes.Length))));
        _bytes.AsSpan(0, _length).CopyTo(grown);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = grown;
    }
}
