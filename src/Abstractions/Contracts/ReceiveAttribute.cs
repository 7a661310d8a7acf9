namespace NetWebSockets;

/// <summary>The record is a message that <typeparamref name="TClient"/> receives.</summary>
/// <typeparam name="TClient">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class ReceiveAttribute<TClient> : Attribute
    where TClient : class
{
    /// <summary>A message with these values at the client's discriminators is read as the record.</summary>
    /// <param name="discriminators">
    /// One for each discriminator in order; what is left out may be anything. Strings, integers, members of <see cref="Discriminator"/>, or templates such as
    /// <c>trade.{symbol}</c>, whose parameters stand for one or more characters each; <c>{{</c> and <c>}}</c> are braces. A value that is written out goes before a template, a template with
    /// more text of its own before one with less, and those before <see cref="Discriminator"/>.
    /// </param>
    public ReceiveAttribute(params object[] discriminators) => Discriminators = discriminators;

    /// <summary>The values at the client's discriminators.</summary>
    public IReadOnlyList<object> Discriminators { get; }

    /// <summary>Where the record stands in the message, when it is elsewhere than <see cref="WebSocketClientAttribute.Payload"/> says. Empty: it is the message.</summary>
    public string? Payload { get; set; }

    /// <summary>
    /// The property that says what a message is about, such as its symbol: of two with the same key the newer one replaces the older one in a stream under
    /// <see cref="MessageStreamFullMode.Latest"/>. Write it as <c>nameof(Tick.Symbol)</c>. None by default. A message whose key is <see langword="null"/> replaces nothing.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>What a stream of these messages does when it is full, unless it is opened with options of its own. Default <see cref="MessageStreamFullMode.Wait"/>.</summary>
    public MessageStreamFullMode FullMode { get; set; }

    /// <summary>How many items a stream of these messages holds, unless it is opened with options of its own. 0, the default, takes 256.</summary>
    public int Capacity { get; set; }
}

/// <summary>The partial method opens a stream of the messages with these values at the client's discriminators. It returns <see cref="MessageStream{T}"/>.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class EventAttribute : Attribute
{
    /// <summary>A message with these values is an item. In a JSON-RPC client it is the method of a notification.</summary>
    /// <param name="discriminators">As for <see cref="ReceiveAttribute{TClient}"/>.</param>
    public EventAttribute(params object[] discriminators) => Discriminators = discriminators;

    /// <summary>The values at the client's discriminators.</summary>
    public IReadOnlyList<object> Discriminators { get; }

    /// <summary>Where the item stands in the message, when it is elsewhere than <see cref="WebSocketClientAttribute.Payload"/> says. Empty: it is the message.</summary>
    public string? Payload { get; set; }

    /// <summary>The property that says what an item is about; see <see cref="ReceiveAttribute{TClient}.Key"/>.</summary>
    public string? Key { get; set; }

    /// <summary>What the stream does when it is full, unless it is opened with options of its own. Default <see cref="MessageStreamFullMode.Wait"/>.</summary>
    public MessageStreamFullMode FullMode { get; set; }

    /// <summary>How many items the stream holds, unless it is opened with options of its own. 0, the default, takes 256.</summary>
    public int Capacity { get; set; }
}
