using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>Which items belong to which subscription.</summary>
internal sealed partial class SubscriptionTable
{
    // How many subscriptions that have ended are remembered on a socket: their last items may still be on the way.
    private const int MostRemembered = 256;

    private readonly LinkedList<Subscription> _remembered = [];

    /// <summary>What must have been found in a message before a pass over it may stop; 0 while nothing is subscribed to.</summary>
    public uint Needs => Volatile.Read(ref _needs);

    /// <summary>Gives a message to the subscriptions whose key it has. Called by the pump only.</summary>
    /// <param name="message">The message.</param>
    /// <param name="found">What was found in it.</param>
    /// <param name="delivered">Done when the pump may go on.</param>
    /// <param name="error">Why the item could not be read.</param>
    /// <returns>False when no subscription has the key.</returns>
    public bool TryDeliver(ReadOnlyMemory<byte> message, in ScannedMessage found, out ValueTask delivered, out Exception? error)
    {
        delivered = default;
        error = null;
        bool taken = false;
        Subscription? late = null;
        Subscription? over = null;
        CallErrorException? refusal = null;
        ReadOnlySpan<byte> json = message.Span;
        try
        {
            foreach (SubscriptionKeySpace space in _spaces)
            {
                if (space.Keys.Count == 0)
                    continue;
                for (SubscriptionKeyTable.Entry? entry = space.Find(json, found); entry is not null; entry = entry.NextOfKey)
                {
                    Subscription subscription = entry.Subscription;
                    if (!LocatorCondition.AreMet(subscription.Plan.ItemWhen, found, json))
                    {
                        if (subscription.Plan.PeerEnds && Replies!.IsEnd(subscription.Plan.Route.Subscribe.Method, json, found, out CallErrorException? why))
                            (over, refusal) = (subscription, why);
                        continue;
                    }

                    if (subscription.Streams.IsEmpty)
                    {
                        late = subscription;
                        continue;
                    }

                    ValueTask one = Deliver(subscription, json, found, out Exception? itemError);
                    delivered = taken ? Both(delivered, one) : one;
                    error ??= itemError;
                    taken = true;
                }
            }
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair in an escape: the message goes on with the error as an unknown one.
            error = e;
            return true;
        }

        if (over is not null)
        {
            EndByPeer(over, refusal);
            return true;
        }

        if (taken || late is null || found.Route >= 0)
            return taken;
        NetWebSocketMetrics.LateItem(_name);
        Log.LateItem(_logger, _name, late.Name);
        return true;
    }

    // It is not made again. One that nobody wants any more is being ended already.
    private void EndByPeer(Subscription subscription, CallErrorException? refusal)
    {
        lock (_lock)
        {
            if (subscription.IsEnded || !subscription.IsWanted)
                return;
            subscription.Message = null;
            subscription.Phase = SubscriptionPhase.None;
            subscription.IsQueued = false;
            _queue.Remove(subscription);
            _later.Remove(subscription);
            End(subscription);
            Remember(subscription);
            _changed?.TrySetResult();
        }

        Log.SubscriptionEndedByPeer(_logger, _name, subscription.Name, refusal?.Message ?? "It is complete.");
        subscription.Streams.End(refusal);
    }

    private static ValueTask Deliver(Subscription subscription, ReadOnlySpan<byte> json, in ScannedMessage found, out Exception? error)
    {
        int slot = subscription.Plan.Payload;
        if (slot < 0 || found.Has(slot))
            return subscription.Streams.DeliverAsync(slot < 0 ? json : found.Value(slot, json), out error);
        error = new System.Text.Json.JsonException($"Nothing stands at '{subscription.Plan.Route.Payload}', where the contract has the items of '{subscription.Name}'.");
        return default;
    }

    private static ValueTask Both(ValueTask first, ValueTask second)
    {
        if (first.IsCompletedSuccessfully)
            return second;
        return second.IsCompletedSuccessfully ? first : AwaitAsync(first, second);

        static async ValueTask AwaitAsync(ValueTask first, ValueTask second)
        {
            await first.ConfigureAwait(false);
            await second.ConfigureAwait(false);
        }
    }

    private void SetKey(SubscriptionMessage message, byte[] key, byte[] json)
    {
        lock (_lock)
        {
            Subscription subscription = message.Members[0];
            if (subscription.Message != message)
                return;
            subscription.KeyJson = json;
            SetKey(subscription, key);
        }
    }

    // What follows is called under the lock.
    private void SetKey(Subscription subscription, byte[] key)
    {
        ClearKey(subscription);
        subscription.Key = key;
        _spaceOf[subscription.Plan].Keys.Add(key, subscription);
        _registered[subscription.Plan] = _registered.GetValueOrDefault(subscription.Plan) + 1;
        Volatile.Write(ref _needs, _needs | subscription.Plan.Needs);
    }

    private void ClearKey(Subscription subscription)
    {
        if (subscription.Key is not { } key)
            return;
        subscription.Key = null;
        RemoveKey(subscription, key);
    }

    private void RemoveKey(Subscription subscription, byte[] key)
    {
        _spaceOf[subscription.Plan].Keys.Remove(key, subscription);
        if (--_registered[subscription.Plan] > 0)
            return;
        uint needs = 0;
        foreach ((SubscriptionPlan plan, int count) in _registered)
            needs |= count > 0 ? plan.Needs : 0;
        Volatile.Write(ref _needs, needs);
    }

    // Keeps its key, so that its last items are known for what they are.
    private void Remember(Subscription subscription)
    {
        if (subscription.Key is null)
        {
            if (!subscription.IsEnded)
                End(subscription);
            return;
        }

        _remembered.AddLast(subscription);
        if (_remembered.Count <= MostRemembered)
            return;
        Subscription oldest = _remembered.First!.Value;
        _remembered.RemoveFirst();
        ClearKey(oldest);
        if (!oldest.IsEnded)
            End(oldest);
    }

    // It is wanted again before it was forgotten.
    private void Unforget(Subscription subscription) => _remembered.Remove(subscription);

    private void ForgetEnded()
    {
        foreach (Subscription subscription in _remembered)
        {
            if (!IsKnownToReplaced(subscription))
                ClearKey(subscription);
        }

        _remembered.Clear();
    }
}
