using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>What the peer knows of a subscription, on the present socket.</summary>
internal enum SubscriptionPhase
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is being told.</summary>
    Subscribing,

    /// <summary>It sends the items.</summary>
    Subscribed,

    /// <summary>It is being told to stop.</summary>
    Unsubscribing,
}

/// <summary>What makes two subscriptions the same: what is subscribed to, with which parameters, under which key.</summary>
/// <param name="Route">The route.</param>
/// <param name="Key">The key; null when it is the peer's or the id's.</param>
/// <param name="Request">The parameters, as JSON.</param>
[SuppressMessage("Design", "CA1067", Justification = "A record has it.")]
internal sealed record SubscriptionIdentity(SubscriptionRoute Route, string? Key, byte[] Request)
{
    public bool Equals(SubscriptionIdentity? other) =>
        other is not null && ReferenceEquals(Route, other.Route) && Key == other.Key && Request.AsSpan().SequenceEqual(other.Request);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Key);
        hash.AddBytes(Request);
        return hash.ToHashCode();
    }
}

/// <summary>One subscription of a client, whoever reads it. All that can be set is guarded by the lock of its <see cref="SubscriptionTable"/>.</summary>
/// <param name="plan">How it is made.</param>
/// <param name="identity">What makes it this one.</param>
internal abstract class Subscription(SubscriptionPlan plan, SubscriptionIdentity identity)
{
    /// <summary>How it is made.</summary>
    public SubscriptionPlan Plan { get; } = plan;

    /// <summary>What makes it this one.</summary>
    public SubscriptionIdentity Identity { get; } = identity;

    /// <summary>Its readers' streams.</summary>
    public abstract StreamSet Streams { get; }

    /// <summary>What it is called in logs: its topic where it has one.</summary>
    public string Name => Identity.Key?.Replace(SubscriptionKeySpace.Separator, ' ') ?? Plan.Route.Name;

    /// <summary>Where it stands among the others: they are restored in the order in which they were made.</summary>
    public long Order { get; set; }

    /// <summary>Whether anybody reads it.</summary>
    public bool IsWanted { get; set; }

    /// <summary>What the peer knows of it.</summary>
    public SubscriptionPhase Phase { get; set; }

    /// <summary>The message about it whose end is not known; null when there is none.</summary>
    public SubscriptionMessage? Message { get; set; }

    /// <summary>Whether it is queued: a message about it has to be sent.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether the peer has made it at least once.</summary>
    public bool WasMade { get; set; }

    /// <summary>Whether it is out of the table, or only remembered in it.</summary>
    public bool IsEnded { get; set; }

    /// <summary>The key that its items are found by; null while there is none.</summary>
    public byte[]? Key { get; set; }

    /// <summary>The key as JSON.</summary>
    public byte[] KeyJson { get; set; } = identity.Key is null ? [] : JsonText.Quote(identity.Key);

    /// <summary>The key's UTF-8 under <see cref="SubscriptionKey.Arguments"/>.</summary>
    public byte[] ArgumentKey() => Encoding.UTF8.GetBytes(Identity.Key!);
}

/// <inheritdoc/>
/// <typeparam name="TItem">The type of the items.</typeparam>
internal sealed class Subscription<TItem> : Subscription
{
    /// <summary>Creates the subscription.</summary>
    /// <param name="plan">How it is made.</param>
    /// <param name="identity">What makes it this one.</param>
    /// <param name="table">Told when a reader has gone.</param>
    /// <param name="client">The name of the client, for metrics.</param>
    /// <param name="gate">What holds the pump.</param>
    public Subscription(SubscriptionPlan plan, SubscriptionIdentity identity, SubscriptionTable table, string client, PumpGate gate)
        : base(plan, identity)
    {
        var route = (SubscriptionRoute<TItem>)plan.Route;
        Readers = new StreamSet<TItem>(Name, client, gate, route.Format, route.Key) { Removed = () => table.OnReaderGone(this) };
    }

    /// <summary>Its readers' streams.</summary>
    public StreamSet<TItem> Readers { get; }

    public override StreamSet Streams => Readers;
}
