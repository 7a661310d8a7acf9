using System.Runtime.CompilerServices;
using NetWebSockets.Sockets;

namespace NetWebSockets;

/// <content>Receiving in a loop.</content>
public sealed partial class NetWebSocket
{
    private readonly Inbox _inbox;

    /// <summary>How binary messages are handed out; may be changed at any time, for the messages after it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of the enum.</exception>
    public BinaryType BinaryType
    {
        get => _inbox.BinaryType;
        set
        {
            if (!Enum.IsDefined(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "BinaryType must be ByteArray, Memory or Stream.");
            _inbox.BinaryType = value;
        }
    }

    /// <summary>Bytes of messages that wait for a consumer.</summary>
    internal long WaitingBytes => _inbox.WaitingBytes;

    /// <summary>Done once so much waited that the socket stopped reading.</summary>
    internal Task InboxFull => _inbox.Full;

    /// <summary>
    /// The messages in a loop, until the socket closes. Messages that came before are kept for it. The loop may run on the thread that reads the connection: it must not block.
    /// One loop at a time.
    /// </summary>
    /// <param name="cancellationToken">Ends the loop; the connection is not touched.</param>
    /// <returns>The messages. Ends after a clean close.</returns>
    /// <exception cref="InvalidOperationException">There are listeners for messages, or another loop.</exception>
    /// <exception cref="HandshakeException">The socket never opened.</exception>
    /// <exception cref="AbnormalClosureException">The connection failed; what had come before was delivered first.</exception>
    public IAsyncEnumerable<WebSocketMessage> ReadAllAsync(CancellationToken cancellationToken = default) => new MessageLoop(this, cancellationToken);

    /// <summary>Takes the next message when one is there, without waiting; with <see cref="WaitToReceiveAsync"/> the fastest way to read.</summary>
    /// <param name="message">The message.</param>
    /// <returns><see langword="false"/> when none is there now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReceive(out WebSocketMessage message) => _inbox.TryReceive(out message);

    /// <summary>Waits for a message to take with <see cref="TryReceive"/>. The same rules as for <see cref="ReadAllAsync"/>.</summary>
    /// <param name="cancellationToken">Ends the wait; the connection is not touched.</param>
    /// <returns><see langword="true"/> when a message may be there, <see langword="false"/> after a clean close.</returns>
    /// <exception cref="InvalidOperationException">There are listeners for messages, or another loop waits.</exception>
    /// <exception cref="HandshakeException">The socket never opened.</exception>
    /// <exception cref="AbnormalClosureException">The connection failed; what had come before was delivered first.</exception>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default)
    {
        if (!_messageListeners.IsEmpty)
            throw new InvalidOperationException("The message event already consumes the messages of this socket. Use it or a loop, not both.");
        return _inbox.WaitToReceiveAsync(cancellationToken);
    }
}
