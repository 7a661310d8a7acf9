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

/// <summary>What both ways to declare a subscription say of it.</summary>
public abstract class SubscriptionAttribute : MessageStreamAttribute
{
    private protected SubscriptionAttribute(string method) => Method = method;

    /// <summary>The method, as it is named on the wire.</summary>
    public string Method { get; }

    /// <summary>The method that unsubscribes. Its parameters are those of the request again when the key is of <see cref="SubscriptionKey.Arguments"/>, otherwise an array with the key.</summary>
    public string? Unsubscribe { get; set; }

    /// <summary>A template of the message that unsubscribes, in place of <see cref="Unsubscribe"/>: <c>{"id":{id},"type":"unsubscribe","subscription":{key}}</c>.</summary>
    public string? UnsubscribeRequest { get; set; }

    /// <summary>What tells which subscription an item belongs to. Default <see cref="SubscriptionKey.Arguments"/>.</summary>
    public SubscriptionKey KeyFrom { get; set; }

    /// <summary>Under <see cref="SubscriptionKey.Arguments"/>: templates with the record's properties, or the method's parameters, in braces, one for each place in <see cref="At"/> and with a space between them: <c>{Channel} {Symbol}</c>.</summary>
    public string? Topic { get; set; }

    /// <summary>Where the key stands in an item: a JSON Pointer, or several with a space between them.</summary>
    public string? At { get; set; }

    /// <summary>Whether a reply to the request is waited for before the subscription counts as made. Default <see langword="true"/>.</summary>
    public bool Acknowledged { get; set; } = true;
}

/// <summary>
/// The record subscribes: a message out, a stream of items back until it is disposed, made again after a drop. Equal records share one subscription.
/// </summary>
/// <typeparam name="TClient">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
/// <typeparam name="TItem">The type of the items.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class SubscribeAttribute<TClient, TItem> : SubscriptionAttribute
    where TClient : class
{
    /// <summary>The record is the request of this method.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    public SubscribeAttribute(string method)
        : base(method)
    {
    }
}

/// <summary>The partial method subscribes: its parameters are the request's, and it returns <see cref="MessageStream{T}"/>. Everything else is as for <see cref="SubscribeAttribute{TClient, TItem}"/>.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class SubscribeAttribute : SubscriptionAttribute
{
    /// <summary>The method makes this request.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    public SubscribeAttribute(string method)
        : base(method)
    {
    }
}
