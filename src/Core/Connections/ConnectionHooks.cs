namespace NetWebSockets.Connections;

/// <summary>What Messaging hangs into a connection. Called from the connection's own loop, never concurrently with itself.</summary>
internal abstract class ConnectionHooks
{
    /// <summary>One whole message, on the socket's pump; see <see cref="Sockets.SocketReceiver.OnMessageAsync"/> for its rules.</summary>
    public abstract ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload);

    /// <summary>Changes text messages on their way out; null, the default, leaves them as they are. The same for the life of the hooks.</summary>
    public virtual OutboundFramer? Framer => null;

    /// <summary>Whether binary messages come by <see cref="OnBinaryPieceAsync"/> as they arrive. Asked before each message.</summary>
    public virtual bool StreamBinary => false;

    /// <summary>A piece of a binary message, when <see cref="StreamBinary"/>; see <see cref="Sockets.SocketReceiver.OnBinaryPieceAsync"/>.</summary>
    public virtual ValueTask OnBinaryPieceAsync(ReadOnlyMemory<byte> piece, bool isFirst, bool isLast) => default;

    /// <summary>The socket is open and user sends are held back: authenticate and the like. Messages arrive while it runs. A failure ends the attempt.</summary>
    public virtual ValueTask OnScriptingAsync(ScriptSender sender, CancellationToken cancellationToken) => default;

    /// <summary>Restore subscriptions. Same rules.</summary>
    public virtual ValueTask OnRestoringAsync(ScriptSender sender, CancellationToken cancellationToken) => default;

    /// <summary>
    /// The connection is about to end (close or dispose was asked for, or it has given up): whatever holds a pump in
    /// <see cref="OnMessageAsync"/> must let go. Called once, from any thread, before anything waits for that pump.
    /// </summary>
    public virtual void OnEnding()
    {
    }

    /// <summary>The live socket is gone (after its last message was delivered): fail what is pending on it.</summary>
    /// <param name="cause">Why.</param>
    public virtual void OnDropped(Exception cause)
    {
    }

    /// <summary>The connection has ended for good.</summary>
    /// <param name="cause">The fatal failure, or null when the user closed it.</param>
    public virtual void OnEnded(Exception? cause)
    {
    }
}

/// <summary>Sends on the current socket past the queue of user sends, while that is held back.</summary>
internal abstract class ScriptSender
{
    /// <summary>Writes one message; done when the operating system has it.</summary>
    public abstract ValueTask SendAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}
