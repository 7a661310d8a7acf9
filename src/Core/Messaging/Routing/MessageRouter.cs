using System.Text.Json;
using Microsoft.Extensions.Logging;
using NetWebSockets.Connections;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>
/// Gives every message to whom it is for: a pending call by its id, else the open streams of its discriminator, else the streams of
/// errors, else those of unknown messages. What a peer sends never throws out of here.
/// </summary>
internal sealed class MessageRouter : ConnectionHooks
{
    private readonly ContractPlan _plan;
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly PumpGate _gate;
    private readonly StreamSet[] _streams;
    private readonly MessageFramer? _framer;
    private readonly ReplyMatcher? _replies;

    /// <summary>Creates the router.</summary>
    /// <param name="plan">The contract.</param>
    /// <param name="name">The name of the client, for logs and metrics.</param>
    /// <param name="gate">What holds the pump.</param>
    /// <param name="calls">The pending calls.</param>
    /// <param name="logger">Where logs go.</param>
    /// <param name="maxMessageSize">The largest binary message that is put together, in bytes.</param>
    public MessageRouter(ContractPlan plan, string name, PumpGate gate, CallTable calls, ILogger logger, long maxMessageSize = long.MaxValue)
    {
        _plan = plan;
        _name = name;
        _gate = gate;
        _logger = logger;
        _framer = MessageFramer.Create(plan.Contract, plan.ReaderOptions);
        Calls = calls;
        Subscriptions = new SubscriptionTable(plan, name, gate, calls, logger);
        Handlers = new HandlerTable(plan, name, gate, Sockets, logger);
        Session = new ClientSession(plan, name, logger);
        Binary = new BinaryTable(plan.Contract.Binary, name, gate, maxMessageSize);
        Unknown = new StreamSet<UnknownMessage>("unknown messages", name, gate, format: null);
        Errors = new StreamSet<PeerError>("errors", name, gate, format: null);
        _replies = plan.Calls is null ? null : new ReplyMatcher(plan, plan.Calls, calls, Errors, name, logger);
        Subscriptions.Replies = _replies;
        _streams = new StreamSet[plan.ReceiveRoutes.Count];
        for (int i = 0; i < _streams.Length; i++)
            _streams[i] = plan.ReceiveRoutes[i].CreateStreams(name, gate);
    }

    /// <summary>The pending calls.</summary>
    public CallTable Calls { get; }

    /// <summary>The open subscriptions.</summary>
    public SubscriptionTable Subscriptions { get; }

    /// <summary>The present socket.</summary>
    public SocketEpochs Sockets { get; } = new();

    /// <summary>What is answered.</summary>
    public HandlerTable Handlers { get; }

    /// <summary>What is kept of the session with the peer.</summary>
    public ClientSession Session { get; }

    /// <summary>Binary messages.</summary>
    public BinaryTable Binary { get; }

    /// <summary>The streams of unknown messages.</summary>
    public StreamSet<UnknownMessage> Unknown { get; }

    /// <summary>The streams of errors that are about no call.</summary>
    public StreamSet<PeerError> Errors { get; }

    /// <summary>The open streams of a route.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="route">The route, of this client's contract.</param>
    /// <returns>Its streams.</returns>
    public StreamSet<T> StreamsOf<T>(ReceiveRoute<T> route) => (StreamSet<T>)_streams[_plan.NumberOf(route)];

    /// <inheritdoc/>
    public override ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        if (_framer is not null && _framer.Takes(kind))
            return OnFramedAsync(kind, payload);
        if (kind == MessageKind.Text)
            return OnJsonAsync(payload);
        return Binary.TryDeliver(payload, out ValueTask delivered) ? delivered : TakeUnknown(payload, isText: false, discriminator: null, error: null);
    }

    /// <inheritdoc/>
    public override OutboundFramer? Framer => _framer is { Writes: true } ? _framer : null;

    /// <inheritdoc/>
    public override bool StreamBinary => Binary.Streams && _framer?.Takes(MessageKind.Binary) != true;

    /// <inheritdoc/>
    public override ValueTask OnBinaryPieceAsync(ReadOnlyMemory<byte> piece, bool isFirst, bool isLast)
    {
        ValueTask taken = Binary.TakePieceAsync(piece, isFirst, isLast, out ReadOnlyMemory<byte>? unknown, out Exception? error);
        return unknown is { } message ? TakeUnknown(message, isText: false, discriminator: null, error) : taken;
    }

    // A batch is delivered in order: where the pump must wait, what is left of the batch waits with it.
    private ValueTask OnFramedAsync(MessageKind kind, ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            ReadOnlyMemory<byte> left = rest;
            ReadOnlyMemory<byte> message;
            try
            {
                if (!_framer!.TryRead(kind, ref rest, out message))
                    return default;
            }
            catch (Exception e)
            {
                // A codec is the user's and may throw anything: what is left of the batch is shown with the error.
                return TakeUnknown(left, kind == MessageKind.Text, discriminator: null, e);
            }

            ValueTask delivered = OnJsonAsync(message);
            if (!delivered.IsCompletedSuccessfully)
                return GoOnAsync(delivered, kind, rest);
            delivered.GetAwaiter().GetResult();
        }

        return default;

        async ValueTask GoOnAsync(ValueTask delivered, MessageKind kind, ReadOnlyMemory<byte> rest)
        {
            await delivered.ConfigureAwait(false);
            await OnFramedAsync(kind, rest).ConfigureAwait(false);
        }
    }

    private ValueTask OnJsonAsync(ReadOnlyMemory<byte> payload)
    {
        if (Session.TryTakeText(payload))
            return default;
        ReadOnlySpan<byte> json = payload.Span;
        var found = new ScannedMessage();
        uint needs = _plan.AlwaysNeeded | Subscriptions.Needs;
        try
        {
            MessageScanner.Scan(_plan, _plan.Calls is not null && Calls.Any ? Calls : null, needs, json, ref found);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair in an escape. The message goes on with the error as an unknown one.
            return TakeUnknown(payload, isText: true, Discriminator(found, json), e);
        }

        Session.OnMessage(payload, found);
        return Session.MustAcknowledge(found) ? Session.AcknowledgeAfter(Deliver(payload, found), payload, found) : Deliver(payload, found);
    }

    private ValueTask Deliver(ReadOnlyMemory<byte> payload, in ScannedMessage found)
    {
        ReadOnlySpan<byte> json = payload.Span;
        if (found.Call is { } call && _replies!.TryTake(call, json, found, out ValueTask replied, out Exception? replyError))
            return replyError is null ? replied : TakeUnknown(payload, isText: true, Discriminator(found, json), replyError);
        if (Subscriptions.Needs != 0 && Subscriptions.TryDeliver(payload, found, out ValueTask delivered, out Exception? itemError))
            return itemError is null ? delivered : TakeUnknown(payload, isText: true, Discriminator(found, json), itemError);
        if (found.Route >= 0)
            return TakeRouted(payload, found);
        if (Session.TryTakeReply(found))
            return default;
        if (_replies is not null && _replies.TryTakeRest(json, found, out ValueTask told))
            return told;
        return TakeUnknown(payload, isText: true, Discriminator(found, json), error: null);
    }

    /// <inheritdoc/>
    public override void OnEnding()
    {
        _gate.End();
        Binary.OnEnding();
    }

    /// <inheritdoc/>
    public override WebSocketEndpoint Redirect(WebSocketEndpoint endpoint) => Session.Redirect(endpoint);

    /// <inheritdoc/>
    public override ValueTask OnScriptingAsync(ScriptSender sender, CancellationToken cancellationToken) => Session.OnScriptingAsync(sender, cancellationToken);

    /// <inheritdoc/>
    public override void OnReady(ScriptSender sender)
    {
        Sockets.OnReady(sender);
        Subscriptions.OnReady();
        Session.OnReady(sender);
    }

    /// <inheritdoc/>
    public override void OnMessagesOf(ScriptSender sender)
    {
        Sockets.OnMessagesOf(sender);
        Session.OnMessagesOf(sender);
    }

    /// <inheritdoc/>
    public override ValueTask OnClosingAsync(ScriptSender sender, CancellationToken cancellationToken) => Session.OnClosingAsync(sender, cancellationToken);

    /// <inheritdoc/>
    public override void OnNewSession() => Session.ForgetSession();

    /// <inheritdoc/>
    public override void OnReplaced(ScriptSender sender, Exception cause)
    {
        Session.OnGone(sender, cause: null);
        Subscriptions.OnReplaced();
        Calls.OnDropped(cause);
    }

    /// <inheritdoc/>
    public override void OnAbandoned(ScriptSender sender, Exception cause)
    {
        Session.OnGone(sender, cause);
        Sockets.OnAbandoned();
        Subscriptions.OnAbandoned();
    }

    /// <inheritdoc/>
    public override ValueTask OnRestoringAsync(ScriptSender sender, CancellationToken cancellationToken) => Subscriptions.RestoreAsync(sender, cancellationToken);

    /// <inheritdoc/>
    public override void OnDropped(Exception cause)
    {
        Session.OnDropped();
        Sockets.OnDropped();

        // Subscriptions first: what they still wait for on the old socket is of no interest when its calls fail.
        Subscriptions.OnDropped();
        Calls.OnDropped(cause);
        Binary.OnDropped(cause);
    }

    /// <inheritdoc/>
    public override void OnEnded(Exception? cause)
    {
        _gate.End();
        Session.OnEnded();
        Sockets.OnEnded();

        // Streams promise this type; a cause of another kind stays inside it.
        NetWebSocketException? failure = cause is null
            ? null
            : cause as NetWebSocketException ?? new NetWebSocketException($"The connection has failed for good: {cause.Message}", cause);
        Subscriptions.OnEnded(failure);
        Calls.OnEnded(cause);
        foreach (StreamSet streams in _streams)
            streams.End(failure);
        Binary.End(failure);
        Unknown.End(failure);
        Errors.End(failure);
    }

    private ValueTask TakeRouted(ReadOnlyMemory<byte> payload, in ScannedMessage found)
    {
        Exception? error;
        ValueTask delivered;
        if (found.Route >= _streams.Length)
        {
            delivered = Handlers.HandleAsync(found.Route - _streams.Length, payload, found, out error);
        }
        else
        {
            StreamSet streams = _streams[found.Route];
            if (streams.IsEmpty)
            {
                NetWebSocketMetrics.MessageUnread(_name);
                return default;
            }

            int slot = _plan.PayloadSlots[found.Route];
            if (slot >= 0 && !found.Has(slot))
            {
                error = new JsonException($"Nothing stands at '{_plan.Locators.TextOf(slot)}', where the contract has the record.");
                delivered = default;
            }
            else
            {
                delivered = streams.DeliverAsync(slot < 0 ? payload.Span : found.Value(slot, payload.Span), out error);
            }
        }

        if (error is null)
            return delivered;
        string? discriminator = Discriminator(found, payload.Span);
        return delivered.IsCompletedSuccessfully ? TakeUnknown(payload, isText: true, discriminator, error) : TakeUnknownLaterAsync(delivered, payload, discriminator, error);
    }

    // A request that could not be read waits to be answered so, and what waits may hold the pump.
    private async ValueTask TakeUnknownLaterAsync(ValueTask delivered, ReadOnlyMemory<byte> payload, string? discriminator, Exception error)
    {
        await delivered.ConfigureAwait(false);
        await TakeUnknown(payload, isText: true, discriminator, error).ConfigureAwait(false);
    }

    private ValueTask TakeUnknown(ReadOnlyMemory<byte> payload, bool isText, string? discriminator, Exception? error)
    {
        NetWebSocketMetrics.MessageUnknown(_name, error is not null);
        bool unheard = Unknown.IsEmpty;
        if (error is not null && unheard)
            Log.UnreadableMessageUnheard(_logger, _name, payload.Length, error.Message);
        else if (error is not null)
            Log.UnreadableMessage(_logger, _name, payload.Length, error.Message);
        else
            Log.UnknownMessage(_logger, _name, payload.Length, isText);
        return unheard ? default : Unknown.WriteAsync(new UnknownMessage(payload.ToArray(), isText, discriminator, error));
    }

    // What stands at the discriminators, as text; those that are not there left out. Null when nobody wants to know.
    private string? Discriminator(in ScannedMessage found, ReadOnlySpan<byte> json)
    {
        if (Unknown.IsEmpty)
            return null;
        string? text = null;
        foreach (int slot in _plan.Discriminators)
        {
            if (JsonText.GetString(found.Value(slot, json)) is { } value)
                text = text is null ? value : $"{text} {value}";
        }

        return text;
    }
}
