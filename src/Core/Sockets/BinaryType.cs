namespace NetWebSockets;

/// <summary>How messages are handed out (WHATWG WebSockets, binaryType; Electron adds <c>nodebuffer</c>).</summary>
public enum BinaryType
{
    /// <summary>
    /// A <c>byte[]</c> of your own for each message (Electron's <c>nodebuffer</c>). Default.
    /// </summary>
    ByteArray = 0,

    /// <summary>
    /// A <see cref="ReadOnlyMemory{T}"/> into the receive buffer, valid until the handler returns or the loop moves on (<c>arraybuffer</c>). Nothing is
    /// copied or allocated, for text messages either.
    /// </summary>
    Memory = 1,

    /// <summary>
    /// A <see cref="System.IO.Stream"/> that can be read before the message has ended (<c>blob</c>). It is never buffered whole: the peer waits for its
    /// reader. Text messages come as with <see cref="ByteArray"/>.
    /// </summary>
    Stream = 2,
}
