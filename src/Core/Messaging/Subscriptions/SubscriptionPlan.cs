namespace NetWebSockets.Messaging;

/// <summary>How items are matched to subscriptions, and how these are made and ended: a <see cref="SubscriptionRoute"/> made ready.</summary>
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
        if (route.KeyFrom == SubscriptionKey.RequestId && ItemWhen.Length > 0 && plan.Calls is { ItemWhen: not null } calls)
        {
            PeerEnds = true;
            Needs |= calls.Needs;
        }

        bool hasCalls = plan.Contract.Calls is not null;
        Subscribe = new SubscriptionRequestPlan(route.Subscribe, hasCalls);
        Unsubscribe = route.Unsubscribe is null ? null : new SubscriptionRequestPlan(route.Unsubscribe, hasCalls);
        if (route.KeyFrom != SubscriptionKey.Arguments)
            CheckServersKey(route);
    }

    public SubscriptionRoute Route { get; }

    /// <summary>The places that make the key together.</summary>
    public int[] Key { get; }

    public LocatorCondition[] ItemWhen { get; }

    /// <summary>The place of the item; -1 for the whole message.</summary>
    public int Payload { get; }

    /// <summary>What must have been found before a pass over a message may stop, while there is such a subscription.</summary>
    public uint Needs { get; }

    /// <summary>Whether the peer may end it, as it ends a stream of replies: what is no item is looked at for that.</summary>
    public bool PeerEnds { get; }

    /// <summary>How it is made.</summary>
    public SubscriptionRequestPlan Subscribe { get; }

    /// <summary>How it is ended; null when it can only be forgotten.</summary>
    public SubscriptionRequestPlan? Unsubscribe { get; }

    private void CheckServersKey(SubscriptionRoute route)
    {
        if (route.At.Count > 1)
            throw new ArgumentException($"the key of '{route.Name}' is one value, so it stands at one place: give At one JSON Pointer.");
        if (Subscribe.IsBatched)
            throw new ArgumentException($"'{route.Name}' takes its key from each request or reply, so several cannot go in one message: take {{topics}} out of its request.");
        if (!Subscribe.HasId)
            throw new ArgumentException($"'{route.Name}' takes its key from the request's id or its reply, but the request has no place for an id.");
        if (route.KeyFrom == SubscriptionKey.Result && !Subscribe.IsCall)
            throw new ArgumentException($"'{route.Name}' takes its key from the reply, but the contract says that none comes: set Acknowledged, and say how replies look with [Calls].");
    }
}
