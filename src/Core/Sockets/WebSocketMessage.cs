using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace NetWebSockets;

/// <summary>A received message.</summary>
public struct WebSocketMessage
{
    // Small, for it is copied for every message: an array or a stream, and a range of the array. A text's start is kept as its complement; a stream's length
    // is negative. Not readonly, so that the engine can write them one by one to where the caller wants them: a copy of a whole struct that has just been
    // written in parts stalls the processor for longer than all else that a small message costs.
    private object? _source;
    private int _start;
    private int _length;

    internal WebSocketMessage(MessageKind kind, ReadOnlyMemory<byte> data)
    {
        // What the engine reads to is always an array.
        if (!MemoryMarshal.TryGetArray(data, out ArraySegment<byte> segment))
            segment = data.ToArray();
        Set(out this, kind, segment.Array!, segment.Offset, segment.Count);
    }

    internal WebSocketMessage(MessageKind kind, byte[] data) => Set(out this, kind, data, 0, data.Length);

    internal WebSocketMessage(Stream stream)
    {
        _source = stream;
        _length = -1;
    }

    /// <summary>Text or binary.</summary>
    public readonly MessageKind Kind => _start < 0 ? MessageKind.Text : MessageKind.Binary;

    /// <summary>Whether this is a text message.</summary>
    public readonly bool IsText => _start < 0;

    /// <summary>Whether this is a binary message.</summary>
    public readonly bool IsBinary => _start >= 0;

    /// <summary>
    /// The message; UTF-8 for text. With <see cref="BinaryType.Memory"/> it is valid until the loop moves on; otherwise it is yours. Empty when the message
    /// is a <see cref="Stream"/>.
    /// </summary>
    public readonly ReadOnlyMemory<byte> Data => _length < 0 ? default : new ReadOnlyMemory<byte>(Unsafe.As<byte[]?>(_source), _start < 0 ? ~_start : _start, _length);

    /// <summary>A binary message under <see cref="BinaryType.Stream"/>; otherwise <see langword="null"/>. Moving on discards what was not read of it.</summary>
    public readonly Stream? Stream => _length < 0 ? Unsafe.As<Stream>(_source) : null;

    /// <summary>The message decoded as UTF-8. Each call makes a string.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Data.Span);

    /// <summary>A copy of <see cref="Data"/>.</summary>
    /// <returns>The copy.</returns>
    public readonly byte[] ToArray() => Data.ToArray();

    /// <summary>The text, or a description of a binary message.</summary>
    /// <returns>The text.</returns>
    public override readonly string ToString() => IsText ? Text : Stream is null ? $"binary, {Data.Length} bytes" : "binary stream";

    /// <summary>Writes a message, field by field, to where the caller wants it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Set(out WebSocketMessage message, MessageKind kind, byte[] buffer, int start, int length)
    {
        Unsafe.SkipInit(out message);
        message._source = buffer;
        message._start = kind == MessageKind.Text ? ~start : start;
        message._length = length;
    }
}
