namespace NetWebSockets.Messaging;

/// <summary>What generated code subscribes with.</summary>
public sealed partial class ClientRuntime
{
    private static readonly Envelope PayloadOnly = new(payloadAtRoot: false, EnvelopePart.Payload);

    /// <summary>
    /// Opens a stream of a subscription, which is made unless it is there already: the same route, key and parameters are the same subscription. It ends with the last stream of it, and
    /// is made again after a drop. The client connects when it has not been used before.
    /// </summary>
    /// <typeparam name="T">The record, or what holds the parameters of a method.</typeparam>
    /// <typeparam name="TItem">The type of the items.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="key">The key of its items, several parts with U+001F between them; null when it is not of <see cref="SubscriptionKey.Arguments"/>.</param>
    /// <param name="request">The parameters; written before the method returns.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="options">How the stream buffers; null for what the contract says, otherwise the defaults.</param>
    /// <returns>
    /// The stream, registered from here on; one that has ended already when the client has. It fails with a <see cref="CallErrorException"/> when the peer refuses the subscription, and with a
    /// <see cref="CallTimeoutException"/> when it does not reply.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The options are wrong.</exception>
    /// <exception cref="ArgumentException">The route is not of this contract, or the stream is to keep the latest of each key, and the contract names no key.</exception>
    /// <exception cref="InvalidOperationException">The parameters belong into the envelope's object but are not written as an object.</exception>
    public MessageStream<TItem> Subscribe<T, TItem>(
        SubscriptionRoute<TItem> route, string? key, T request, PayloadFormat<T> format, MessageStreamOptions? options)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(format);
        if (request is null)
            throw new ArgumentNullException(nameof(request));
        if (route.KeyFrom == SubscriptionKey.Arguments)
            ArgumentNullException.ThrowIfNull(key);
        MessageEncoder encoder = MessageEncoder.Rent();
        try
        {
            byte[] json = encoder.Encode(PayloadOnly, default, format, request).ToArray();

            // Now, where the caller hears of it, and not when it is sent.
            if (route.Subscribe.Envelope.PayloadAtRoot && json is not [(byte)'{', ..])
            {
                throw new InvalidOperationException(
                    $"{TypeName.Of(typeof(T))} is sent with its fields beside the method, so it must be written as a JSON object. Its converter writes something else: let it write an object, or put it at a place of its own (Params in [Calls]).");
            }

            return Open(route, route.KeyFrom == SubscriptionKey.Arguments ? key : null, json, options);
        }
        finally
        {
            encoder.Return();
        }
    }

    /// <summary>Opens a stream of a topic. Otherwise as <see cref="Subscribe"/>; topics that are opened at about the same time go in one message.</summary>
    /// <typeparam name="TItem">The type of the items.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="topic">The topic, which is the key of its items.</param>
    /// <param name="options">How the stream buffers; null for what the contract says, otherwise the defaults.</param>
    /// <returns>
    /// The stream, registered from here on. When the peer refuses a message with several topics, they are tried in halves until those that it does not take are known; only these fail.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The options are wrong.</exception>
    /// <exception cref="ArgumentException">The route is not of this contract or not one of topics, or the stream is to keep the latest of each key, and the contract names no key.</exception>
    public MessageStream<TItem> SubscribeTopic<TItem>(SubscriptionRoute<TItem> route, string topic, MessageStreamOptions? options)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(topic);
        return route.KeyFrom == SubscriptionKey.Arguments && route.Subscribe.Envelope.Has(EnvelopeSlot.Topics)
            ? Open(route, topic, [], options)
            : throw new ArgumentException($"'{route.Name}' does not subscribe by topics: its request has no place for them.", nameof(route));
    }

    private MessageStream<TItem> Open<TItem>(SubscriptionRoute<TItem> route, string? key, byte[] request, MessageStreamOptions? options)
    {
        MessageStream<TItem> stream = _router.Subscriptions.Open(route, key, request, Checked(options ?? route.Stream ?? DefaultStream));

        // Like a send, it is a use of the client.
        Use();
        return stream;
    }
}
