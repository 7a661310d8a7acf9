namespace NetWebSockets.Messaging;

/// <summary>What generated code subscribes with.</summary>
public sealed partial class ClientRuntime
{
    /// <summary>Opens a stream of a subscription.</summary>
    /// <typeparam name="T">The record, or what holds the parameters of a method.</typeparam>
    /// <typeparam name="TItem">The type of the items.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="key">The key of its items, several parts with U+001F between them; null when it is not of <see cref="SubscriptionKey.Arguments"/>.</param>
    /// <param name="request">The parameters; written before the method returns.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="options">How the stream buffers; null for what the contract says, otherwise the defaults.</param>
    /// <returns>The stream.</returns>
    public MessageStream<TItem> Subscribe<T, TItem>(SubscriptionRoute<TItem> route, string? key, T request, PayloadFormat<T> format, MessageStreamOptions? options) =>
        throw new NotSupportedException();

    /// <summary>Opens a stream of a topic.</summary>
    /// <typeparam name="TItem">The type of the items.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="topic">The topic, which is the key of its items.</param>
    /// <param name="options">How the stream buffers; null for what the contract says, otherwise the defaults.</param>
    /// <returns>The stream.</returns>
    public MessageStream<TItem> SubscribeTopic<TItem>(SubscriptionRoute<TItem> route, string topic, MessageStreamOptions? options) =>
        throw new NotSupportedException();
}
