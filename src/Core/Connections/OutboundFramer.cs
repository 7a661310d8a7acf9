using System.Buffers;

namespace NetWebSockets.Connections;

/// <summary>Puts messages into WebSocket messages on their way out. One of its methods runs at a time.</summary>
internal abstract class OutboundFramer
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _output = new();

    /// <summary>Sends a text message, framed.</summary>
    /// <typeparam name="TState">What the send needs.</typeparam>
    /// <typeparam name="TResult">What the send gives.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="state">What the send needs.</param>
    /// <param name="send">Sends what it is given, and has copied it when it returns.</param>
    /// <returns>What the send gives.</returns>
    public TResult Send<TState, TResult>(ReadOnlySpan<byte> message, TState state, Func<MessageKind, ReadOnlyMemory<byte>, TState, TResult> send)
    {
        // Held while the message is handed over, so that two that were framed one after the other also go out so.
        lock (_lock)
        {
            _output.ResetWrittenCount();
            MessageKind kind = Write(message, _output);
            return send(kind, _output.WrittenMemory, state);
        }
    }

    /// <summary>Writes what is sent for a message.</summary>
    protected abstract MessageKind Write(ReadOnlySpan<byte> message, IBufferWriter<byte> output);
}
