namespace NetWebSockets;

/// <summary>What a send does when the send queue is full.</summary>
public enum SendQueueFullMode
{
    /// <summary>It waits for room, in the order in which the sends were made. Default.</summary>
    Wait = 0,

    /// <summary>It fails at once with a <see cref="SendException"/> whose outcome is <see cref="SendOutcome.NotSent"/>.</summary>
    Fail = 1,
}
