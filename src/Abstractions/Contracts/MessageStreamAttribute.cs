namespace NetWebSockets;

/// <summary>What every attribute says of the streams that it makes.</summary>
public abstract class MessageStreamAttribute : Attribute
{
    private protected MessageStreamAttribute()
    {
    }

    /// <summary>Where the record stands in the message, when it is elsewhere than <see cref="WebSocketClientAttribute.Payload"/> says. Empty: it is the message.</summary>
    public string? Payload { get; set; }

    /// <summary>
    /// The property that says what an item is about, such as its symbol: of two with the same key the newer one replaces the older one in a stream under
    /// <see cref="MessageStreamFullMode.Latest"/>. Write it as <c>nameof(Tick.Symbol)</c>. None by default. An item whose key is <see langword="null"/> replaces nothing.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>What the stream does when it is full, unless it is opened with options of its own. Default <see cref="MessageStreamFullMode.Wait"/>.</summary>
    public MessageStreamFullMode FullMode { get; set; }

    /// <summary>How many items the stream holds, unless it is opened with options of its own. 0, the default, takes 256.</summary>
    public int Capacity { get; set; }
}
