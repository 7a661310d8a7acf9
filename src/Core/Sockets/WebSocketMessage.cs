using System.Text;

namespace NetWebSockets;

/// <summary>A received message.</summary>
public readonly struct WebSocketMessage
{
    internal WebSocketMessage(MessageKind kind, ReadOnlyMemory<byte> data)
    {
        Kind = kind;
        Data = data;
    }

    internal WebSocketMessage(Stream stream)
    {
        Kind = MessageKind.Binary;
        Stream = stream;
    }

    /// <summary>Text or binary.</summary>
    public MessageKind Kind { get; }

    /// <summary>Whether this is a text message.</summary>
    public bool IsText => Kind == MessageKind.Text;

    /// <summary>Whether this is a binary message.</summary>
    public bool IsBinary => Kind == MessageKind.Binary;

    /// <summary>
    /// The message; UTF-8 for text. With <see cref="BinaryType.Memory"/> it is valid until the loop moves on; otherwise it is yours. Empty when the message
    /// is a <see cref="Stream"/>.
    /// </summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>A binary message under <see cref="BinaryType.Stream"/>; otherwise <see langword="null"/>. Moving on discards what was not read of it.</summary>
    public Stream? Stream { get; }

    /// <summary>The message decoded as UTF-8. Each call makes a string.</summary>
    public string Text => Encoding.UTF8.GetString(Data.Span);

    /// <summary>A copy of <see cref="Data"/>.</summary>
    /// <returns>The copy.</returns>
    public byte[] ToArray() => Data.ToArray();

    /// <summary>The text, or a description of a binary message.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsText ? Text : Stream is null ? $"binary, {Data.Length} bytes" : "binary stream";
}
