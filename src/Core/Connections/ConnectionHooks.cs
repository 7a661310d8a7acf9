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

    /// <summary>Where an attempt goes, given where it would go: elsewhere when the peer has told so.</summary>
    public virtual WebSocketEndpoint Redirect(WebSocketEndpoint endpoint) => endpoint;

    /// <summary>The connection is ready on this socket.</summary>
    public virtual void OnReady(ScriptSender sender)
    {
    }

    /// <summary>The user has asked for a close of a connection that is ready; the close frame has not been sent yet. Messages arrive while it runs. A failure is logged, and the close goes on.</summary>
    public virtual ValueTask OnClosingAsync(ScriptSender sender, CancellationToken cancellationToken) => default;

    /// <summary>A failure means that the peer's session is over: forget what would resume it.</summary>
    public virtual void OnNewSession()
    {
    }

    /// <summary>The messages from here on came on this socket. Called before each message where two sockets may overlap (<see cref="ConnectionRules.MayOverlap"/>), never otherwise.</summary>
    public virtual void OnMessagesOf(ScriptSender sender)
    {
    }

    /// <summary>
    /// A socket that another one has replaced is gone, after its last message was delivered: fail what is pending on it. It counts as a drop where drops are counted
    /// (<see cref="ISendObserver.OnSent"/>), but the connection stays ready.
    /// </summary>
    public virtual void OnReplaced(ScriptSender sender, Exception cause)
    {
    }

    /// <summary>A socket that was to replace the live one is given up before it did. It does not count as a drop.</summary>
    public virtual void OnAbandoned(ScriptSender sender, Exception cause)
    {
    }

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

    /// <summary>Writes one WebSocket message as it is, whatever <see cref="ConnectionHooks.Framer"/> does with others.</summary>
    public virtual ValueTask SendRawAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) => SendAsync(kind, payload, cancellationToken);

    /// <summary>The number of its socket, as <see cref="ISendObserver.OnSent"/> has it.</summary>
    public virtual long Number => 0;

    /// <summary>The number of the attempt that opened it, since the connection was last stable; from 1.</summary>
    public virtual int Attempt => 1;

    /// <summary>When anything last came, or this side last went on reading; of the connection's clock.</summary>
    public virtual long LastSignOfLife => 0;

    /// <summary>When a message was last sent, of the connection's clock; 0 when none was. Only kept when <see cref="ConnectionRules.TracksSends"/>.</summary>
    public virtual long LastSent => 0;

    /// <summary>Whether nothing is read because this side has not taken the last message yet.</summary>
    public virtual bool IsHeldUp => false;

    /// <summary>Sends a protocol ping.</summary>
    public virtual ValueTask PingAsync() => default;

    /// <summary>Gives the socket up: it is closed, and the connection connects again.</summary>
    /// <param name="cause">Why.</param>
    public virtual void Drop(Exception cause)
    {
    }
}
