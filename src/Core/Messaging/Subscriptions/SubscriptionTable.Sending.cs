using System.Diagnostics.CodeAnalysis;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>How what is wanted is told to the peer.</summary>
internal sealed partial class SubscriptionTable : IThreadPoolWorkItem
{
    /// <summary>How long to wait with what a full queue or too many pending calls did not let out.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    // How often a turn looks whether more is still coming before it sends what there is.
    private const int MostLooks = 64;
    private const int QuietLooks = 4;

    private readonly LinkedList<Subscription> _queue = [];
    private readonly Queue<(Subscription[] Members, bool Subscribes)> _split = new();
    private readonly List<Subscription> _later = [];
    private bool _turning;
    private SubscriptionMessage? _sending;
    private ITimer? _retry;

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => _ = SendQueuedAsync();

    private void Turn() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    // Never throws: what cannot be sent ends its subscriptions.
    private async Task SendQueuedAsync()
    {
        await GatherAsync().ConfigureAwait(false);
        while (TakeLive() is { } message)
        {
            SendLive(message);
            await message.SendEnded.ConfigureAwait(false);
        }
    }

    // What is opened in a loop goes in one message: as long as more comes, it is waited for, one turn of the thread pool at a time.
    private async ValueTask GatherAsync()
    {
        int last = -1;
        int quiet = 0;
        for (int looks = 0; looks < MostLooks && quiet < QuietLooks; looks++)
        {
            await Task.Yield();
            lock (_lock)
            {
                quiet = _queue.Count == last ? quiet + 1 : 0;
                last = _queue.Count;
            }
        }
    }

    private SubscriptionMessage? TakeLive()
    {
        lock (_lock)
        {
            _sending = _mode == SubscriptionMode.Live ? Take() : null;
            if (_sending is null)
                _turning = false;
            return _sending;
        }
    }

    // Among the user's sends, in their order. A drop takes it back when it has not left yet: it is restored, not sent twice.
    private void SendLive(SubscriptionMessage message)
    {
        if (!TryEncode(message, out byte[]? payload))
            return;
        CancellationToken withdrawn = message.Withdrawn;
        if (message.Call is { } call)
        {
            if (!TryAdd(message, call))
                return;
            if (withdrawn.IsCancellationRequested)
                _calls.Cancel(call, CancellationToken.None);

            // The table's own token: a time-out takes the request back as well.
            withdrawn = call.SendCancellation!.Token;
            if (!_calls.TakeTurn(call, payload, idempotent: false))
                return;
        }

        try
        {
            _connection!.Send(MessageKind.Text, payload, idempotent: false, message, withdrawn);
        }
        catch (Exception e)
        {
            // Nothing of it was taken.
            message.OnSendFailed(e);
        }
    }

    private bool TryEncode(SubscriptionMessage message, [NotNullWhen(true)] out byte[]? payload)
    {
        payload = null;
        Exception? failure;
        try
        {
            payload = message.Encode(_idKind);
            if (payload.Length <= _maxBytes)
                return true;
            if (message.Members.Length > 1)
            {
                SplitTooLarge(message);
                return false;
            }

            failure = new NetWebSocketException(
                $"'{message.Method}' for '{message.Description}' has {payload.Length} bytes and the peer takes {_maxBytes} at most (MaxBytes of [OutboundLimit]): ask for less in one subscription.");
        }
        catch (Exception e)
        {
            failure = e; // A defect of this one: the others go on.
        }

        message.OnNotSendable(failure);
        return false;
    }

    private void SplitTooLarge(SubscriptionMessage message)
    {
        lock (_lock)
        {
            Subscription[] members = Release(message);
            foreach (Subscription member in members)
                member.Phase = message.Subscribes ? SubscriptionPhase.None : SubscriptionPhase.Subscribed;
            Split(members, message.Subscribes);
            message.IsOver = true;
        }

        message.OnSplit();
    }

    private bool TryAdd(SubscriptionMessage message, SubscriptionCall call)
    {
        try
        {
            _calls.Add(call);
            return true;
        }
        catch (CallException e)
        {
            // As many calls are pending as may be: later.
            message.OnNotSendable(e);
            return false;
        }
    }

    // The end of a message, however it came.
    private void Settle(SubscriptionMessage message, Exception? failure)
    {
        List<Subscription>? ended = null;
        bool turn;
        lock (_lock)
        {
            message.IsOver = true;
            _changed?.TrySetResult();
            Subscription[] members = Release(message);
            if (members.Length == 0)
                return;
            if (message.Subscribes)
                SettleSubscribe(message, members, failure, ref ended);
            else
                SettleUnsubscribe(members, failure);
            foreach (Subscription member in members)
                Review(member);
            turn = MustTurn();
        }

        if (failure is not null)
            LogFailure(message, failure);
        ended?.ForEach(s => s.Streams.End(failure as NetWebSocketException ?? new NetWebSocketException($"'{message.Method}' could not be sent: {failure!.Message}", failure)));
        if (turn)
            Turn();
    }

    // What follows is called under the lock.

    // One that a drop has made stale is about nothing any more.
    private static Subscription[] Release(SubscriptionMessage message)
    {
        Subscription[] members = Array.FindAll(message.Members, m => m.Message == message);
        foreach (Subscription member in members)
            member.Message = null;
        return members;
    }

    private void SettleSubscribe(SubscriptionMessage message, Subscription[] members, Exception? failure, ref List<Subscription>? ended)
    {
        if (failure is null)
        {
            foreach (Subscription member in members)
            {
                member.Phase = SubscriptionPhase.Subscribed;
                member.WasMade = true;
            }

            return;
        }

        foreach (Subscription member in members)
        {
            member.Phase = SubscriptionPhase.None;
            if (member.Plan.Route.KeyFrom != SubscriptionKey.Arguments)
                ClearKey(member);
        }

        if (IsNotSent(failure))
        {
            SendLater(members);
        }
        else if (failure is CallErrorException && members.Length > 1)
        {
            // Nobody can tell which of them the peer does not take: halves are tried, and so on.
            Split(members, subscribes: true);
        }
        else if (failure is CallTimeoutException && _mode == SubscriptionMode.Restoring && Array.Exists(members, m => m.WasMade))
        {
            // They worked before: the socket is at fault, and the attempt is made again.
            _restoreFailure ??= failure;
        }
        else
        {
            foreach (Subscription member in members.Where(m => m.IsWanted))
            {
                (ended ??= []).Add(member);
                End(member);
                Remember(member);
            }
        }
    }

    // A peer that refuses, or does not reply, knows nothing of it or will not let go of it: it can only be forgotten.
    private void SettleUnsubscribe(Subscription[] members, Exception? failure)
    {
        bool notSent = failure is not null && IsNotSent(failure);
        foreach (Subscription member in members)
            member.Phase = notSent ? SubscriptionPhase.Subscribed : SubscriptionPhase.None;
        if (notSent)
            SendLater(members);
    }

    // Nothing left, or the socket broke while it was written: it can be tried again. Mostly the drop that follows is faster, and it is restored.
    private static bool IsNotSent(Exception failure) => failure switch
    {
        CallErrorException => false,
        CallTimeoutException timeout => timeout.Outcome == SendOutcome.NotSent,
        CallException call => call.Outcome != SendOutcome.Sent && call.InnerException is null or SendException or SendCanceledException,
        _ => failure is SendException or SendCanceledException,
    };

    private bool MustTurn()
    {
        if (_mode == SubscriptionMode.Restoring)
            _changed?.TrySetResult();
        if (_mode != SubscriptionMode.Live || _turning || (_queue.Count == 0 && _split.Count == 0))
            return false;
        return _turning = true;
    }

    private void Enqueue(Subscription subscription)
    {
        subscription.IsQueued = true;
        _queue.AddLast(subscription);
    }

    private void Split(Subscription[] members, bool subscribes)
    {
        Subscription[] rest = Array.FindAll(members, m => m.IsWanted == subscribes);
        int half = rest.Length / 2;
        foreach (Subscription[] part in (Subscription[][])[rest[..half], rest[half..]])
        {
            if (part.Length == 0)
                continue;
            Array.ForEach(part, m => m.IsQueued = true);
            _split.Enqueue((part, subscribes));
        }
    }

    private void SendLater(Subscription[] members)
    {
        if (_ended)
            return;
        foreach (Subscription member in members)
        {
            member.IsQueued = true;
            _later.Add(member);
        }

        if (_retry is null)
            _retry = QuietTimer.Create(_time, static state => ((SubscriptionTable)state!).OnRetry(), this, RetryDelay);
        else
            _retry.Change(RetryDelay, Timeout.InfiniteTimeSpan);
    }

    private void OnRetry()
    {
        bool turn;
        lock (_lock)
        {
            foreach (Subscription subscription in _later)
                Enqueue(subscription);
            _later.Clear();
            turn = MustTurn();
        }

        if (turn)
            Turn();
    }

    // The next message, its subscriptions taken out of the queue; null when there is nothing to say.
    private SubscriptionMessage? Take()
    {
        while (_split.TryDequeue(out (Subscription[] Members, bool Subscribes) part))
        {
            Array.ForEach(part.Members, m => m.IsQueued = false);
            Subscription[] rest = Array.FindAll(part.Members, m => RequestFor(m, out bool subscribes) is not null && subscribes == part.Subscribes);
            foreach (Subscription other in part.Members.Except(rest))
                Review(other);
            if (rest.Length > 0)
                return Create(RequestFor(rest[0], out _)!, part.Subscribes, rest);
        }

        while (_queue.First is { } first)
        {
            Dequeue(first);
            Subscription subscription = first.Value;
            if (RequestFor(subscription, out bool subscribes) is not { } request)
            {
                Review(subscription);
                continue;
            }

            List<Subscription> members = [subscription];
            if (request.IsBatched)
                TakeRest(request, subscribes, members);
            return Create(request, subscribes, [.. members]);
        }

        return null;
    }

    // What can go in the same message. It overtakes nothing but what ends, so that subscriptions are made in their order.
    private void TakeRest(SubscriptionRequestPlan request, bool subscribes, List<Subscription> members)
    {
        LinkedListNode<Subscription>? node = _queue.First;
        while (node is not null && members.Count < request.Request.Batch)
        {
            LinkedListNode<Subscription>? next = node.Next;
            SubscriptionRequestPlan? other = RequestFor(node.Value, out bool otherSubscribes);
            if (other is not null && otherSubscribes == subscribes && request.GoesWith(other))
            {
                Dequeue(node);
                members.Add(node.Value);
            }
            else if (other is not null && otherSubscribes && subscribes)
            {
                return;
            }

            node = next;
        }
    }

    private void Dequeue(LinkedListNode<Subscription> node)
    {
        _queue.Remove(node);
        node.Value.IsQueued = false;
    }

    private static SubscriptionRequestPlan? RequestFor(Subscription subscription, out bool subscribes)
    {
        subscribes = subscription.IsWanted;
        if (subscription.Message is not null || subscription.IsEnded)
            return null;
        return (subscription.IsWanted, subscription.Phase) switch
        {
            (true, SubscriptionPhase.None) => subscription.Plan.Subscribe,
            (false, SubscriptionPhase.Subscribed) => subscription.Plan.Unsubscribe,
            _ => null,
        };
    }

    private SubscriptionMessage Create(SubscriptionRequestPlan request, bool subscribes, Subscription[] members)
    {
        var message = new SubscriptionMessage(this, request, subscribes, members, request.HasId ? _calls.NextId() : 0, _callTimeout);
        foreach (Subscription member in members)
        {
            member.Message = message;
            member.Phase = subscribes ? SubscriptionPhase.Subscribing : SubscriptionPhase.Unsubscribing;
        }

        // The key is known before a byte leaves.
        if (subscribes && members[0].Plan.Route.KeyFrom == SubscriptionKey.RequestId)
        {
            string id = message.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
            byte[] key = System.Text.Encoding.UTF8.GetBytes(id);
            members[0].KeyJson = _idKind == CallIdKind.String ? [(byte)'"', .. key, (byte)'"'] : key;
            SetKey(members[0], key);
        }

        return message;
    }

    // Not under the lock.
    private void LogFailure(SubscriptionMessage message, Exception failure)
    {
        if (IsNotSent(failure))
            Log.SubscriptionNotSent(_logger, _name, message.Method, message.Description, failure.Message);
        else if (!message.Subscribes)
            Log.UnsubscribeFailed(_logger, _name, message.Description, failure.Message);
        else if (failure is CallErrorException && message.Members.Length > 1)
            Log.SubscribeSplit(_logger, _name, message.Description, failure.Message);
        else
            Log.SubscribeFailed(_logger, _name, message.Description, failure.Message);
    }
}
