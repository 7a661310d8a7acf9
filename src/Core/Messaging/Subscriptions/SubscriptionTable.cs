using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace NetWebSockets.Messaging;

/// <summary>
/// The subscriptions of one client: what is wanted (somebody reads it) and what the peer knows of it. Whatever differs is queued and sent, several topics in one
/// message, one message at a time; after a drop the peer knows nothing, and everything wanted is sent again before the connection is ready.
/// </summary>
/// <remarks>
/// There is at most one message about a subscription whose end is not known; what is asked for meanwhile is done when that has ended. So a reader that comes while its
/// topic is being unsubscribed from cannot be lost, in whatever order the peer works. No lock is held while a stream is ended or a message sent.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Its timer is disposed when the client ends.")]
internal sealed partial class SubscriptionTable
{
    private readonly string _name;
    private readonly PumpGate _gate;
    private readonly CallTable _calls;
    private readonly ILogger _logger;
    private readonly CallIdKind _idKind;
    private readonly int _maxBytes;
    private readonly int _maxInFlight;
    private readonly Dictionary<SubscriptionRoute, SubscriptionPlan> _plans = [];
    private readonly Dictionary<SubscriptionPlan, SubscriptionKeySpace> _spaceOf = [];
    private readonly SubscriptionKeySpace[] _spaces;

    // Guards what follows, here and in the other parts, and every subscription.
    private readonly Lock _lock = new();
    private readonly Dictionary<SubscriptionIdentity, Subscription> _subscriptions = [];
    private readonly Dictionary<SubscriptionPlan, int> _registered = [];
    private SubscriptionMode _mode;
    private long _lastOrder;
    private bool _ended;
    private Exception? _cause;
    private uint _needs;

    private WebSocketConnection? _connection;
    private TimeProvider _time = TimeProvider.System;
    private TimeSpan _callTimeout = Timeout.InfiniteTimeSpan;

    /// <summary>Creates the table.</summary>
    /// <param name="plan">The contract.</param>
    /// <param name="name">The name of the client, for logs and metrics.</param>
    /// <param name="gate">What holds the pump.</param>
    /// <param name="calls">The pending calls: a subscription that is acknowledged is one.</param>
    /// <param name="logger">Where logs go.</param>
    public SubscriptionTable(ContractPlan plan, string name, PumpGate gate, CallTable calls, ILogger logger)
    {
        _name = name;
        _gate = gate;
        _calls = calls;
        _logger = logger;
        _idKind = plan.Contract.Calls?.IdKind ?? CallIdKind.Integer;
        _maxInFlight = plan.Contract.Calls?.MaxInFlight is > 0 and var most ? most : int.MaxValue;
        _maxBytes = plan.Contract.OutboundLimits.Select(l => l.MaxBytes).Where(b => b > 0).DefaultIfEmpty(int.MaxValue).Min();
        List<SubscriptionKeySpace> spaces = [];
        foreach (SubscriptionPlan subscription in plan.Subscriptions)
        {
            _plans.Add(subscription.Route, subscription);
            SubscriptionKeySpace? space = spaces.Find(s => s.Slots.AsSpan().SequenceEqual(subscription.Key));
            if (space is null)
                spaces.Add(space = new SubscriptionKeySpace(subscription.Key));
            _spaceOf.Add(subscription, space);
        }

        _spaces = [.. spaces];
    }

    /// <summary>Tells how the peer ends a subscription that is known by the id of its request; null when the client has no calls.</summary>
    public ReplyMatcher? Replies { get; set; }

    /// <summary>How subscriptions go out once the connection is ready.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="callTimeout">How long to wait for the reply to a subscription.</param>
    public void Use(WebSocketConnection connection, TimeProvider time, TimeSpan callTimeout)
    {
        _connection = connection;
        _time = time;
        _callTimeout = callTimeout;
    }

    /// <summary>Opens a stream of a subscription, which is made unless it is there already. Nothing is sent before the stream is registered.</summary>
    /// <typeparam name="TItem">The type of the items.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="key">The key; null when it is not of the arguments.</param>
    /// <param name="request">The parameters, as JSON.</param>
    /// <param name="options">How the stream buffers.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="ArgumentException">The route is not of this contract, or the stream is to keep the latest of each key and the contract names no key.</exception>
    public MessageStream<TItem> Open<TItem>(SubscriptionRoute<TItem> route, string? key, byte[] request, MessageStreamOptions options)
    {
        if (!_plans.TryGetValue(route, out SubscriptionPlan? plan))
            throw new ArgumentException($"The subscription '{route.Name}' is not in the contract of {_name}: subscribe with the routes in ClientContract.Subscriptions.", nameof(route));
        var identity = new SubscriptionIdentity(route, key, request);
        MessageStream<TItem> stream;
        bool turn;
        lock (_lock)
        {
            Subscription<TItem> subscription = _subscriptions.TryGetValue(identity, out Subscription? there)
                ? (Subscription<TItem>)there
                : new Subscription<TItem>(plan, identity, this, _name, _gate);

            // May refuse the options: nothing has changed yet.
            if (_ended)
                subscription.Readers.End(_cause);
            stream = subscription.Readers.Open(options);
            if (_ended)
                return stream;
            if (there is null)
                Register(subscription);
            if (!subscription.IsWanted)
            {
                subscription.IsWanted = true;
                subscription.Order = ++_lastOrder;
                if (there is not null)
                    Unforget(subscription);
                Review(subscription);
            }

            turn = MustTurn();
        }

        if (turn)
            Turn();
        return stream;
    }

    /// <summary>A reader of a subscription has gone; with the last of them it ends.</summary>
    /// <param name="subscription">The subscription.</param>
    public void OnReaderGone(Subscription subscription)
    {
        bool turn;
        lock (_lock)
        {
            // Others may be there, or have come already.
            if (_ended || subscription.IsEnded || !subscription.IsWanted || !subscription.Streams.IsEmpty)
                return;
            subscription.IsWanted = false;
            Review(subscription);
            turn = MustTurn();
        }

        if (turn)
            Turn();
    }

    /// <summary>A message was acknowledged, or sent when no reply is waited for. On the pump, when a reply brings it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="result">What the reply says.</param>
    /// <returns>Why the reply could not be used; otherwise null.</returns>
    public Exception? OnAcknowledged(SubscriptionMessage message, ReadOnlySpan<byte> result)
    {
        CallException? failure = null;
        if (message.Subscribes && message.Members[0].Plan.Route.KeyFrom == SubscriptionKey.Result)
        {
            if (TryReadKey(result, out byte[]? key))
                SetKey(message, key, result.ToArray());
            else
                failure = new CallException(message.Method, SendOutcome.Sent, $"The reply to '{message.Method}' has neither a string nor an integer as its result, so nothing tells the items of '{message.Description}' from others.");
        }

        Settle(message, failure);
        return failure;
    }

    /// <summary>A message was refused, got no reply, or was not sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="failure">Why.</param>
    public void OnFailed(SubscriptionMessage message, Exception failure) => Settle(message, failure);

    /// <summary>The socket is gone, and with it all that the peer knew.</summary>
    public void OnDropped()
    {
        SubscriptionMessage? unsent;
        lock (_lock)
        {
            _drops++;
            ForgetReplaced();
            unsent = Forget();
        }

        unsent?.Withdraw(_calls);
    }

    /// <summary>The client has ended.</summary>
    /// <param name="cause">The fatal failure, or null.</param>
    public void OnEnded(Exception? cause)
    {
        Subscription[] all;
        SubscriptionMessage? unsent;
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            _cause = cause;
            ForgetReplaced();
            unsent = Forget();
            all = [.. _subscriptions.Values];
            foreach (Subscription subscription in all)
            {
                End(subscription);
                ClearKey(subscription);
            }

            _retry?.Dispose();
        }

        unsent?.Withdraw(_calls);
        foreach (Subscription subscription in all)
            subscription.Streams.End(cause);
    }

    // What follows is called under the lock.

    // Nothing is known to the peer any more, and nothing is on its way to it. Returns what may still wait to be written.
    private SubscriptionMessage? Forget()
    {
        _mode = SubscriptionMode.Down;
        _epoch++;
        _queue.Clear();
        _split.Clear();
        _later.Clear();
        _changed?.TrySetResult();
        foreach (Subscription subscription in _subscriptions.Values.ToArray())
        {
            subscription.Message = null;
            subscription.Phase = SubscriptionPhase.None;
            subscription.IsQueued = false;
            if (subscription.Plan.Route.KeyFrom != SubscriptionKey.Arguments)
                ClearKey(subscription);
            if (!subscription.IsWanted && !IsKnownToReplaced(subscription))
            {
                End(subscription);
                ClearKey(subscription);
            }
        }

        // Nothing late can come from a socket that is gone.
        ForgetEnded();
        SubscriptionMessage? unsent = _sending;
        _sending = null;
        return unsent;
    }

    private void Register(Subscription subscription)
    {
        _subscriptions.Add(subscription.Identity, subscription);
        if (subscription.Plan.Route.KeyFrom == SubscriptionKey.Arguments)
            SetKey(subscription, subscription.ArgumentKey());
    }

    // Compares what is wanted with what the peer knows, and queues what is to be said about it.
    private void Review(Subscription subscription)
    {
        if (subscription.Message is not null || subscription.IsQueued || subscription.IsEnded)
            return;
        switch (subscription.IsWanted, subscription.Phase)
        {
            case (true, SubscriptionPhase.None):
            case (false, SubscriptionPhase.Subscribed) when subscription.Plan.Unsubscribe is not null:
                // While there is no socket nothing is queued: all that is wanted is restored on the next.
                if (_mode != SubscriptionMode.Down)
                    Enqueue(subscription);
                break;
            case (false, SubscriptionPhase.None) when !IsKnownToReplaced(subscription):
                End(subscription);
                Remember(subscription);
                break;
            case (false, SubscriptionPhase.Subscribed):
                // The peer goes on sending, so a reader that comes back needs no message.
                Remember(subscription);
                break;
        }
    }

    private void End(Subscription subscription)
    {
        subscription.IsEnded = true;
        subscription.IsWanted = false;
        _subscriptions.Remove(subscription.Identity);
    }

    private static bool TryReadKey(ReadOnlySpan<byte> json, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        if (json.IsEmpty || (json[0] != (byte)'"' && json[0] != (byte)'-' && json[0] is < (byte)'0' or > (byte)'9'))
            return false;
        Span<byte> buffer = stackalloc byte[JsonText.MaxEscaped];
        try
        {
            if (!JsonText.TryGet(json, buffer, out ReadOnlySpan<byte> text))
                return false;
            key = text.ToArray();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // Half a surrogate pair: no item could be found by it.
        }
    }
}

/// <summary>Where the messages of a <see cref="SubscriptionTable"/> go.</summary>
internal enum SubscriptionMode
{
    /// <summary>Nowhere: there is no socket, or its connect script runs.</summary>
    Down,

    /// <summary>On the new socket, before anything else of the user's.</summary>
    Restoring,

    /// <summary>Nowhere yet: they wait until the new socket takes the place of the old one.</summary>
    Switching,

    /// <summary>Among the user's sends, in their order.</summary>
    Live,
}
