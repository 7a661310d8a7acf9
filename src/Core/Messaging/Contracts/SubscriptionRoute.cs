using System.ComponentModel;
using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>How a subscription is made or ended: one message, or a part of one.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SubscriptionRequest
{
    /// <summary>The method, for errors and logs, and for <see cref="EnvelopeSlot.Method"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The JSON around the parameters. With a place for an id the reply is waited for. With a place for topics, several go in one message.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>Whether the reply is waited for: the envelope has a place for an id and the peer answers.</summary>
    public bool IsAcknowledged { get; init; } = true;

    /// <summary>How many topics go in one message at most.</summary>
    public int Batch { get; init; } = 100;
}

/// <summary>One kind of subscription.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SubscriptionRoute
{
    private protected SubscriptionRoute(string name) => Name = name;

    /// <summary>What it is called in errors and logs.</summary>
    public string Name { get; }

    /// <summary>What tells which subscription an item belongs to.</summary>
    public SubscriptionKey KeyFrom { get; init; }

    /// <summary>Where the key stands in an item; several make one key together. Never empty.</summary>
    public required IReadOnlyList<string> At { get; init; }

    /// <summary>What an item has besides.</summary>
    public IReadOnlyList<LocatorMatch> ItemWhen { get; init; } = [];

    /// <summary>Where the item stands in its message; empty when it is the message.</summary>
    public string Payload { get; init; } = "";

    /// <summary>How it is made. Its payload are the parameters.</summary>
    public required SubscriptionRequest Subscribe { get; init; }

    /// <summary>How it is ended; null when it can only be forgotten.</summary>
    public SubscriptionRequest? Unsubscribe { get; init; }

    /// <summary>How streams buffer that are opened without options of their own; null for the defaults.</summary>
    public MessageStreamOptions? Stream { get; init; }

    /// <summary>The options of the JSON context that the items are registered in.</summary>
    internal abstract JsonSerializerOptions Options { get; }
}

/// <summary>One kind of subscription, with items of type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SubscriptionRoute<T> : SubscriptionRoute
{
    /// <summary>Creates the route.</summary>
    /// <param name="name">What it is called in errors and logs.</param>
    /// <param name="format">How items are read.</param>
    public SubscriptionRoute(string name, PayloadFormat<T> format)
        : base(name) => Format = format;

    /// <summary>How items are read.</summary>
    public PayloadFormat<T> Format { get; }

    /// <summary>What an item is about, for streams that keep the latest; null when the contract does not say.</summary>
    public MessageKey<T>? Key { get; init; }

    internal override JsonSerializerOptions Options => Format.Options;
}
