using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace NetWebSockets;

/// <summary>A received message.</summary>
public readonly struct WebSocketMessage
{
    // Small, for it is copied for every message: an array or a stream, and a range of the array. A text's start is kept as its complement.
    private readonly object? _source;
    private readonly int _start;
    private readonly int _length;

    internal WebSocketMessage(MessageKind kind, ReadOnlyMemory<byte> data)
    {
        // What the engine reads to is always an array.
        if (!MemoryMarshal.TryGetArray(data, out ArraySegment<byte> segment))
            segment = data.ToArray();
        _source = segment.Array;
        _start = kind == MessageKind.Text ? ~segment.Offset : segment.Offset;
        _length = segment.Count;
    }

    internal WebSocketMessage(MessageKind kind, byte[] data)
    {
        _source = data;
        _start = kind == MessageKind.Text ? -1 : 0;
        _length = data.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal WebSocketMessage(MessageKind kind, byte[] buffer, int start, int length)
    {
        _source = buffer;
        _start = kind == MessageKind.Text ? ~start : start;
        _length = length;
    }

    internal WebSocketMessage(Stream stream) => _source = stream;

    /// <summary>Text or binary.</summary>
    public MessageKind Kind => _start < 0 ? MessageKind.Text : MessageKind.Binary;

    /// <summary>Whether this is a text message.</summary>
    public bool IsText => _start < 0;

    /// <summary>Whether this is a binary message.</summary>
    public bool IsBinary => _start >= 0;

    /// <summary>
    /// The message; UTF-8 for text. With <see cref="BinaryType.Memory"/> it is valid until the loop moves on; otherwise it is yours. Empty when the message
    /// is a <see cref="Stream"/>.
    /// </summary>
    public ReadOnlyMemory<byte> Data => _source is byte[] bytes ? new ReadOnlyMemory<byte>(bytes, _start < 0 ? ~_start : _start, _length) : default;

    /// <summary>A binary message under <see cref="BinaryType.Stream"/>; otherwise <see langword="null"/>. Moving on discards what was not read of it.</summary>
    public Stream? Stream => _source as Stream;

    /// <summary>The message decoded as UTF-8. Each call makes a string.</summary>
    public string Text => Encoding.UTF8.GetString(Data.Span);

    /// <summary>A copy of <see cref="Data"/>.</summary>
    /// <returns>The copy.</returns>
    public byte[] ToArray() => Data.ToArray();

    /// <summary>The text, or a description of a binary message.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsText ? Text : Stream is null ? $"binary, {Data.Length} bytes" : "binary stream";
}
