namespace NetWebSockets;

/// <summary>What happens when a message comes for a stream whose buffer is full.</summary>
public enum MessageStreamFullMode
{
    /// <summary>
    /// The connection stops reading until the stream has room: the peer feels it, nothing is dropped. While a call is pending, the
    /// connection reads on for its reply and holds up to <see cref="MessageStreamOptions.Overflow"/> further items. Default.
    /// </summary>
    Wait = 0,

    /// <summary>The oldest item is dropped and counted in <see cref="MessageStream{T}.Dropped"/>.</summary>
    DropOldest = 1,

    /// <summary>
    /// Of items with the same key only the newest is kept, where the first of them stood: a reader that is slow sees the present state of every key. The key is
    /// declared with the message (<see cref="MessageStreamAttribute.Key"/>). When there are more keys than the stream holds, the oldest item is dropped. What is replaced
    /// and what is dropped is counted in <see cref="MessageStream{T}.Dropped"/>.
    /// </summary>
    Latest = 2,
}

/// <summary>How one reader of a message stream buffers.</summary>
public sealed record MessageStreamOptions
{
    /// <summary>Items the stream holds for its reader. At least 1. Default 256.</summary>
    public int Capacity { get; init; } = 256;

    /// <summary>What happens when the buffer is full. Default <see cref="MessageStreamFullMode.Wait"/>.</summary>
    public MessageStreamFullMode FullMode { get; init; } = MessageStreamFullMode.Wait;

    /// <summary>
    /// Items held beyond <see cref="Capacity"/> in <see cref="MessageStreamFullMode.Wait"/> while a call is pending, so that a reader
    /// that makes a call inside its loop gets the reply that stands behind its own unread items. At least 0. Default 16,384.
    /// </summary>
    public int Overflow { get; init; } = 16_384;
}
