namespace NetWebSockets;

/// <summary>What became of a send. Every send ends in exactly one of these.</summary>
public enum SendOutcome
{
    /// <summary>No byte of the message was handed to the network: the peer cannot have seen it. Sending it again is safe.</summary>
    NotSent = 0,

    /// <summary>
    /// The whole message was handed to the operating system on a connection that had not failed. Without an acknowledgement of
    /// the protocol's own, nobody can know more.
    /// </summary>
    Sent = 1,

    /// <summary>
    /// The connection failed while the message was being written: the peer may have seen it or not. It is sent again by itself
    /// only when its record is marked <see cref="IdempotentAttribute"/>.
    /// </summary>
    Unknown = 2,
}
