using NetWebSockets.Connections;

namespace NetWebSockets.Messaging;

/// <summary>What the session has for each socket.</summary>
/// <param name="sender">The socket.</param>
internal sealed class SocketSession(ScriptSender sender)
{
    private ScriptInbox? _inbox;
    private bool _isReplaced;

    /// <summary>The socket.</summary>
    public ScriptSender Sender { get; } = sender;

    /// <summary>Its heartbeat; null when the contract has none.</summary>
    public Heartbeat? Heartbeat { get; init; }

    /// <summary>The run of its connect script; null when there was none.</summary>
    public ScriptFlow? Flow { get; set; }

    /// <summary>Whether another socket is ready in its place, and has its session.</summary>
    public bool IsReplaced
    {
        get => Volatile.Read(ref _isReplaced);
        set => Volatile.Write(ref _isReplaced, value);
    }

    /// <summary>Whether the peer has ended the session on it: what still comes says nothing about the next. Touched by the pump only.</summary>
    public bool IsOver { get; set; }

    /// <summary>What a running script may still ask for; null while none runs.</summary>
    public ScriptInbox? Inbox
    {
        get => Volatile.Read(ref _inbox);
        set => Volatile.Write(ref _inbox, value);
    }
}
