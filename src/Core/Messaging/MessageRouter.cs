using System.Text.Json;
using Microsoft.Extensions.Logging;
using NetWebSockets.Connections;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>
/// Gives every message to whom it is for: a pending call by its id, else the open streams of its discriminator, else the streams of
/// unknown messages. What a peer sends never throws out of here.
/// </summary>
internal sealed class MessageRouter : ConnectionHooks
{
    private readonly ContractPlan _plan;
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly PumpGate _gate;
    private readonly StreamSet[] _streams;

    /// <summary>Creates the router.</summary>
    /// <param name="plan">The contract.</param>
    /// <param name="name">The name of the client, for logs and metrics.</param>
    /// <param name="gate">What holds the pump.</param>
    /// <param name="calls">The pending calls.</param>
    /// <param name="logger">Where logs go.</param>
    public MessageRouter(ContractPlan plan, string name, PumpGate gate, CallTable calls, ILogger logger)
    {
        _plan = plan;
        _name = name;
        _gate = gate;
        _logger = logger;
        Calls = calls;
        Unknown = new StreamSet<UnknownMessage>("unknown messages", name, gate, type: null);
        _streams = new StreamSet[plan.Routes.Count];
        for (int i = 0; i < _streams.Length; i++)
            _streams[i] = plan.Routes[i].CreateStreams(name, gate);
    }

    /// <summary>The pending calls.</summary>
    public CallTable Calls { get; }

    /// <summary>The streams of unknown messages.</summary>
    public StreamSet<UnknownMessage> Unknown { get; }

    /// <summary>The open streams of a route.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="route">The route, of this client's contract.</param>
    /// <returns>Its streams.</returns>
    public StreamSet<T> StreamsOf<T>(ReceiveRoute<T> route) => (StreamSet<T>)_streams[_plan.NumberOf(route)];

    /// <inheritdoc/>
    public override ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        if (kind != MessageKind.Text)
            return TakeUnknown(payload, isText: false, default, error: null);

        ReadOnlySpan<byte> json = payload.Span;
        var found = new ScannedMessage();
        try
        {
            MessageScanner.Scan(_plan, _plan.HasCalls && Calls.Any ? Calls : null, json, ref found);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair in an escape. The message goes on with the error as an unknown one.
            return TakeUnknown(payload, isText: true, found.Discriminator, e);
        }

        if (found.Call is { } call && IsReply(found) && TryEndCall(call, json, found))
            return default;
        if (found.Route >= 0)
            return TakeRouted(payload, found);
        if (found.HasId && Calls.WasIssued(found.Id))
        {
            NetWebSocketMetrics.LateReply(_name);
            Log.LateReply(_logger, _name, found.Id);
        }

        return TakeUnknown(payload, isText: true, found.Discriminator, error: null);
    }

    /// <inheritdoc/>
    public override void OnEnding() => _gate.End();

    /// <inheritdoc/>
    public override void OnDropped(Exception cause) => Calls.OnDropped(cause);

    /// <inheritdoc/>
    public override void OnEnded(Exception? cause)
    {
        _gate.End();
        Calls.OnEnded(cause);

        // Streams promise this type; a cause of another kind stays inside it.
        NetWebSocketException? failure = cause is null
            ? null
            : cause as NetWebSocketException ?? new NetWebSocketException($"The connection has failed for good: {cause.Message}", cause);
        foreach (StreamSet streams in _streams)
            streams.End(failure);
        Unknown.End(failure);
    }

    // A message of the contract with neither result nor error is the peer's own, whatever its id happens to be.
    private bool IsReply(in ScannedMessage found) =>
        found.Result.Found || found.HasErrorValue || _plan.ResultIsWhole || found.Route < 0;

    private bool TryEndCall(PendingCall call, ReadOnlySpan<byte> json, in ScannedMessage found)
    {
        JsonPlace whole = new(0, json.Length);
        JsonPlace error = _plan.ErrorIsWhole && !found.Result.Found ? whole : found.Error;
        JsonPlace result = _plan.ResultIsWhole ? whole : found.Result;
        if (!Calls.TryTake(call))
            return false;
        string outcome = CallOutcomes.Result;
        if (error.Found)
        {
            outcome = CallOutcomes.Error;
            call.FailWithPeersError(error.Of(json));
        }
        else if (call.Succeed(result.Of(json)) is { } failure)
        {
            outcome = CallOutcomes.Failed;
            Log.UnreadableReply(_logger, _name, call.Method, failure.Message);
        }

        Calls.Report(call, outcome);
        return true;
    }

    private ValueTask TakeRouted(ReadOnlyMemory<byte> payload, in ScannedMessage found)
    {
        StreamSet streams = _streams[found.Route];
        if (streams.IsEmpty)
        {
            NetWebSocketMetrics.MessageUnread(_name);
            return default;
        }

        ValueTask delivered = streams.DeliverAsync(payload.Span, out Exception? error);
        return error is null ? delivered : TakeUnknown(payload, isText: true, found.Discriminator, error);
    }

    private ValueTask TakeUnknown(ReadOnlyMemory<byte> payload, bool isText, JsonPlace discriminator, Exception? error)
    {
        NetWebSocketMetrics.MessageUnknown(_name, error is not null);
        bool unheard = Unknown.IsEmpty;
        if (error is not null && unheard)
            Log.UnreadableMessageUnheard(_logger, _name, payload.Length, error.Message);
        else if (error is not null)
            Log.UnreadableMessage(_logger, _name, payload.Length, error.Message);
        else
            Log.UnknownMessage(_logger, _name, payload.Length, isText);
        if (unheard)
            return default;
        return Unknown.WriteAsync(new UnknownMessage(payload.ToArray(), isText, DiscriminatorText(discriminator, payload.Span), error));
    }

    private static string? DiscriminatorText(JsonPlace place, ReadOnlySpan<byte> json)
    {
        if (!place.Found)
            return null;
        ReadOnlySpan<byte> value = place.Of(json);
        if (value[0] != (byte)'"')
            return System.Text.Encoding.UTF8.GetString(value);
        var reader = new Utf8JsonReader(value);
        reader.Read();
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no string can hold it, so it is shown as it came.
            return System.Text.Encoding.UTF8.GetString(value);
        }
    }
}
