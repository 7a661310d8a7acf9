namespace NetWebSockets.Messaging;

/// <summary>
/// How subscriptions go from a socket that is live to the one that takes its place: both deliver meanwhile, so the old one's keys stay until it is gone. When the new one cannot be had, everything is
/// as it was before.
/// </summary>
internal sealed partial class SubscriptionTable
{
    // What the peer knows on the socket that is being replaced; null when none is.
    private List<ReplacedSubscription>? _replaced;

    private SubscriptionMode ModeWhenRestored => _replaced is null ? SubscriptionMode.Live : SubscriptionMode.Switching;

    /// <summary>The new socket has taken the place of the old one: what users send goes there from here on.</summary>
    public void OnReady()
    {
        bool turn;
        lock (_lock)
        {
            if (_mode == SubscriptionMode.Switching)
                _mode = SubscriptionMode.Live;
            turn = MustTurn();
        }

        if (turn)
            Turn();
    }

    /// <summary>The replaced socket is gone, after its last message.</summary>
    public void OnReplaced()
    {
        lock (_lock)
        {
            _drops++;
            ForgetReplaced();
        }
    }

    /// <summary>The socket that was to replace the live one is given up: the live one goes on.</summary>
    public void OnAbandoned()
    {
        bool turn;
        lock (_lock)
        {
            // Given up before anything was restored on it.
            if (_replaced is not { } replaced)
                return;
            _ = Forget();
            foreach (ReplacedSubscription old in replaced)
            {
                if (old.Subscription.IsEnded)
                    continue;
                old.Subscription.Phase = old.Phase;
                if (old.ServersKey is null)
                    continue;
                old.Subscription.Key = old.ServersKey;
                old.Subscription.KeyJson = old.KeyJson;
            }

            _replaced = replaced.FindAll(o => o.Subscription.IsEnded);
            ForgetReplaced();
            _mode = SubscriptionMode.Live;
            foreach (Subscription subscription in _subscriptions.Values.OrderBy(s => s.Order).ToArray())
                Review(subscription);
            turn = MustTurn();
        }

        if (turn)
            Turn();
    }

    // What follows is called under the lock.
    private void RememberReplaced()
    {
        ForgetReplaced();
        _replaced = [];
        foreach (Subscription subscription in _subscriptions.Values)
        {
            // What is on its way is taken for done, unless its send is about to be taken back: only a key that has not come has to be asked for again.
            bool isUnsent = subscription.Message is { } message && message == _sending && !message.SendEnded.IsCompleted;
            bool subscribed = subscription.Phase switch
            {
                SubscriptionPhase.Subscribing => !isUnsent && subscription.Plan.Route.KeyFrom != SubscriptionKey.Result,
                SubscriptionPhase.Unsubscribing => isUnsent,
                SubscriptionPhase.Subscribed => true,
                _ => false,
            };
            byte[]? key = subscription.Plan.Route.KeyFrom == SubscriptionKey.Arguments ? null : subscription.Key;
            _replaced.Add(new ReplacedSubscription(subscription, subscribed ? SubscriptionPhase.Subscribed : SubscriptionPhase.None, key, subscription.KeyJson));
            if (key is not null)
                subscription.Key = null; // It stays in the table.
        }
    }

    private void ForgetReplaced()
    {
        List<ReplacedSubscription> replaced = _replaced ?? [];
        _replaced = null;
        foreach (ReplacedSubscription old in replaced)
        {
            if (old.ServersKey is not null)
                RemoveKey(old.Subscription, old.ServersKey);

            // Given up while only the socket that is gone knew it: there is nobody left to tell.
            Review(old.Subscription);
        }
    }

    // The peer of the socket that is being replaced sends for it.
    private bool IsKnownToReplaced(Subscription subscription) =>
        _replaced?.Exists(old => old.Subscription == subscription && old.Phase == SubscriptionPhase.Subscribed) ?? false;

    private sealed record ReplacedSubscription(Subscription Subscription, SubscriptionPhase Phase, byte[]? ServersKey, byte[] KeyJson);
}
