namespace NetWebSockets;

/// <summary>What tells which subscription an item belongs to.</summary>
public enum SubscriptionKey
{
    /// <summary>What was subscribed to: the values of <c>Topic</c> stand in the item at <c>At</c>. Default.</summary>
    Arguments = 0,

    /// <summary>The id of the request that subscribed stands in the item at <c>At</c>, or where replies have their ids.</summary>
    RequestId = 1,

    /// <summary>The result of the request that subscribed, a string or an integer, stands in the item at <c>At</c>. It is another one after a drop.</summary>
    Result = 2,
}

/// <summary>
/// The record subscribes: a message out, a stream of items back until it is disposed, made again after a drop. Equal records share one subscription.
/// </summary>
/// <typeparam name="TClient">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
/// <typeparam name="TItem">The type of the items.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class SubscribeAttribute<TClient, TItem> : Attribute
    where TClient : class
{
    /// <summary>The record is the request of this method.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    public SubscribeAttribute(string method) => Method = method;

    /// <summary>The method, as it is named on the wire.</summary>
    public string Method { get; }

    /// <summary>The method that unsubscribes. Its parameters are the record's again when the key is of <see cref="SubscriptionKey.Arguments"/>, otherwise an array with the key.</summary>
    public string? Unsubscribe { get; set; }

    /// <summary>A template of the message that unsubscribes, in place of <see cref="Unsubscribe"/>: <c>{"id":{id},"type":"unsubscribe","subscription":{key}}</c>.</summary>
    public string? UnsubscribeRequest { get; set; }

    /// <summary>What tells which subscription an item belongs to. Default <see cref="SubscriptionKey.Arguments"/>.</summary>
    public SubscriptionKey KeyFrom { get; set; }

    /// <summary>Under <see cref="SubscriptionKey.Arguments"/>: templates with the record's properties in braces, one for each place in <see cref="At"/> and with a space between them: <c>{Channel} {Symbol}</c>.</summary>
    public string? Topic { get; set; }

    /// <summary>Where the key stands in an item: a JSON Pointer, or several with a space between them.</summary>
    public string? At { get; set; }

    /// <summary>Where the item stands in its message, when it is elsewhere than <see cref="WebSocketClientAttribute.Payload"/> says. Empty: it is the message.</summary>
    public string? Payload { get; set; }

    /// <summary>Whether a reply to the request is waited for before the subscription counts as made. Default <see langword="true"/>.</summary>
    public bool Acknowledged { get; set; } = true;

    /// <summary>The property that says what an item is about; see <see cref="ReceiveAttribute{TClient}.Key"/>.</summary>
    public string? Key { get; set; }

    /// <summary>What the stream does when it is full, unless it is opened with options of its own. Default <see cref="MessageStreamFullMode.Wait"/>.</summary>
    public MessageStreamFullMode FullMode { get; set; }

    /// <summary>How many items the stream holds, unless it is opened with options of its own. 0, the default, takes 256.</summary>
    public int Capacity { get; set; }
}

/// <summary>The partial method subscribes: its parameters are the request's, and it returns <see cref="MessageStream{T}"/>. Everything else is as for <see cref="SubscribeAttribute{TClient, TItem}"/>.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class SubscribeAttribute : Attribute
{
    /// <summary>The method that subscribes.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    public SubscribeAttribute(string method) => Method = method;

    /// <summary>The method, as it is named on the wire.</summary>
    public string Method { get; }

    /// <summary>The method that unsubscribes; see <see cref="SubscribeAttribute{TClient, TItem}.Unsubscribe"/>.</summary>
    public string? Unsubscribe { get; set; }

    /// <summary>A template of the message that unsubscribes; see <see cref="SubscribeAttribute{TClient, TItem}.UnsubscribeRequest"/>.</summary>
    public string? UnsubscribeRequest { get; set; }

    /// <summary>What tells which subscription an item belongs to. Default <see cref="SubscriptionKey.Arguments"/>.</summary>
    public SubscriptionKey KeyFrom { get; set; }

    /// <summary>Under <see cref="SubscriptionKey.Arguments"/>: templates with the method's parameters in braces, one for each place in <see cref="At"/> and with a space between them.</summary>
    public string? Topic { get; set; }

    /// <summary>Where the key stands in an item: a JSON Pointer, or several with a space between them.</summary>
    public string? At { get; set; }

    /// <summary>Where the item stands in its message, when it is elsewhere than <see cref="WebSocketClientAttribute.Payload"/> says. Empty: it is the message.</summary>
    public string? Payload { get; set; }

    /// <summary>Whether a reply to the request is waited for before the subscription counts as made. Default <see langword="true"/>.</summary>
    public bool Acknowledged { get; set; } = true;

    /// <summary>The property that says what an item is about; see <see cref="ReceiveAttribute{TClient}.Key"/>.</summary>
    public string? Key { get; set; }

    /// <summary>What the stream does when it is full, unless it is opened with options of its own. Default <see cref="MessageStreamFullMode.Wait"/>.</summary>
    public MessageStreamFullMode FullMode { get; set; }

    /// <summary>How many items the stream holds, unless it is opened with options of its own. 0, the default, takes 256.</summary>
    public int Capacity { get; set; }
}
