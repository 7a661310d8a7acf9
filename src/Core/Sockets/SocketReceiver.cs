namespace NetWebSockets.Sockets;

/// <summary>
/// The push path: gets every message of a socket in place, on the pump that reads the stream. Whoever passes one to a
/// <see cref="NetWebSocket"/> takes the place of its message events.
/// </summary>
internal abstract class SocketReceiver
{
    /// <summary>Whether binary messages come by <see cref="OnBinaryPieceAsync"/> as they arrive. Asked before each message.</summary>
    public virtual bool StreamBinary => false;

    /// <summary>One whole message. Text has been validated.</summary>
    /// <param name="kind">Text or binary.</param>
    /// <param name="payload">The message; valid until the returned task is done.</param>
    /// <returns>
    /// Done when the pump may go on. Completing it later is how back-pressure reaches the peer: nothing is read meanwhile. What it
    /// throws fails the socket, so it must not throw for what a peer sent or a user's handler did.
    /// </returns>
    public abstract ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload);

    /// <summary>A piece of a binary message, when <see cref="StreamBinary"/>.</summary>
    /// <param name="piece">The piece; valid until the returned task is done.</param>
    /// <param name="isFirst">The message begins with it.</param>
    /// <param name="isLast">The message ends with it.</param>
    /// <returns>Done when the pump may go on.</returns>
    public virtual ValueTask OnBinaryPieceAsync(ReadOnlyMemory<byte> piece, bool isFirst, bool isLast) =>
        throw new InvalidOperationException("This receiver takes whole messages only.");
}
