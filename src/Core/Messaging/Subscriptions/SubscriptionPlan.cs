namespace NetWebSockets.Messaging;

/// <summary>How items are matched to subscriptions: a <see cref="SubscriptionRoute"/> made ready.</summary>
internal sealed class SubscriptionPlan
{
    /// <summary>Makes it ready.</summary>
    /// <param name="plan">The plan of the client.</param>
    /// <param name="route">The route.</param>
    /// <exception cref="ArgumentException">The route contradicts itself.</exception>
    public SubscriptionPlan(ContractPlan plan, SubscriptionRoute route)
    {
        Route = route;
        if (route.At.Count == 0)
            throw new ArgumentException($"nothing tells where an item of '{route.Name}' has its key.");
        Key = [.. route.At.Select(a => plan.SlotOf(a, "key"))];
        ItemWhen = plan.Conditions(route.ItemWhen);
        Payload = plan.SlotOrWhole(route.Payload, "payload");
        foreach (int slot in Key)
            Needs |= 1u << slot;
        foreach (LocatorCondition condition in ItemWhen)
            Needs |= condition.Mask;
        if (Payload >= 0)
            Needs |= 1u << Payload;
    }

    public SubscriptionRoute Route { get; }

    /// <summary>The places that make the key together.</summary>
    public int[] Key { get; }

    public LocatorCondition[] ItemWhen { get; }

    /// <summary>The place of the item; -1 for the whole message.</summary>
    public int Payload { get; }

    /// <summary>What must have been found before a pass over a message may stop, while there is such a subscription.</summary>
    public uint Needs { get; }
}
