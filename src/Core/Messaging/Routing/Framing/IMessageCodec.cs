using System.Buffers;

namespace NetWebSockets;

/// <summary>
/// How the messages of a contract stand in WebSocket messages, when none of <see cref="MessageFraming"/> fits. One is made for each client; the methods are called one at a time each, but reading and
/// writing may be at the same time.
/// </summary>
public interface IMessageCodec
{
    /// <summary>Takes the next message out of a WebSocket message.</summary>
    /// <param name="kind">Text or binary.</param>
    /// <param name="rest">What is left of the WebSocket message; set to what is left after this message. Empty at its end.</param>
    /// <param name="json">The message as JSON, UTF-8: a part of <paramref name="rest"/>, or memory that stays as it is until the next call.</param>
    /// <returns><see langword="false"/> when there is no message in what is left: it is passed over.</returns>
    /// <exception cref="FormatException">It is none of this codec's messages: what is left becomes an <see cref="UnknownMessage"/>.</exception>
    bool TryRead(MessageKind kind, ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> json);

    /// <summary>Writes a message.</summary>
    /// <param name="json">The message as JSON, UTF-8.</param>
    /// <param name="output">Gets the WebSocket message.</param>
    /// <returns>Text or binary.</returns>
    MessageKind Write(ReadOnlySpan<byte> json, IBufferWriter<byte> output);
}
