namespace NetWebSockets;

/// <summary>
/// The partial method sends a binary message: its parameter is a <c>byte[]</c>, a <c>ReadOnlyMemory&lt;byte&gt;</c>, or a <see cref="Stream"/>, which is sent as it is read. It returns <c>ValueTask</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class SendBinaryAttribute : Attribute
{
    /// <summary>Every byte is the caller's.</summary>
    public SendBinaryAttribute()
    {
    }

    /// <summary>The message begins with these bytes.</summary>
    /// <param name="prefix">The bytes, such as a channel.</param>
    public SendBinaryAttribute(params byte[] prefix) => Prefix = prefix;

    /// <summary>The bytes that every message begins with.</summary>
    public IReadOnlyList<byte> Prefix { get; } = [];
}

/// <summary>
/// The partial method opens a stream of binary messages: <c>MessageStream&lt;byte[]&gt;</c>, <c>MessageStream&lt;ReadOnlyMemory&lt;byte&gt;&gt;</c>, or <c>MessageStream&lt;Stream&gt;</c>, whose items
/// can be read before their messages have come whole.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ReceiveBinaryAttribute : Attribute
{
    /// <summary>All binary messages that no other stream takes.</summary>
    public ReceiveBinaryAttribute()
    {
    }

    /// <summary>Those that begin with these bytes, which are not part of the item. The longest prefix goes first.</summary>
    /// <param name="prefix">The bytes, such as a channel.</param>
    public ReceiveBinaryAttribute(params byte[] prefix) => Prefix = prefix;

    /// <summary>The bytes that the messages begin with.</summary>
    public IReadOnlyList<byte> Prefix { get; } = [];

    /// <summary>What the stream does when it is full, unless it is opened with options of its own. Default <see cref="MessageStreamFullMode.Wait"/>.</summary>
    public MessageStreamFullMode FullMode { get; set; }

    /// <summary>How many items the stream holds, unless it is opened with options of its own. 0, the default, takes 256.</summary>
    public int Capacity { get; set; }
}
