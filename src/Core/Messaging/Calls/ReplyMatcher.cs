using System.Text.Json;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>Tells the replies of one client's calls from everything else, and gives them to their calls. Errors that are about no call go to whoever reads them.</summary>
/// <param name="plan">The contract.</param>
/// <param name="replies">How replies are matched.</param>
/// <param name="calls">The pending calls.</param>
/// <param name="errors">The streams of errors that are about no call.</param>
/// <param name="name">The name of the client, for logs and metrics.</param>
/// <param name="logger">Where logs go.</param>
internal sealed class ReplyMatcher(ContractPlan plan, CallPlan replies, CallTable calls, StreamSet<PeerError> errors, string name, ILogger logger)
{
    // Where the peer's own requests have their ids at the same place, one of them may have the id of a pending call. In JSON-RPC they do, handled or not.
    private readonly bool _peerAsks = plan.Contract.Handlers.Any(h => h.Id == replies.Contract.Id)
        || (replies.Contract.Id == "/id" && plan.Contract.Discriminators.Contains("/method"));

    private enum ReplyKind
    {
        /// <summary>No reply to this call.</summary>
        None,
        Result,
        Error,
        Item,
        End,
    }

    /// <summary>Gives a message to the pending call whose id it has, when it is its reply. Called by the pump only.</summary>
    /// <param name="call">The call.</param>
    /// <param name="json">The message.</param>
    /// <param name="found">What was found in it: everything, for a pass over a message with the id of a pending call does not stop early.</param>
    /// <param name="delivered">Done when the pump may go on.</param>
    /// <param name="error">Why a streamed item could not be read.</param>
    /// <returns>False when it is no reply to the call, or when the call has just ended otherwise.</returns>
    public bool TryTake(PendingCall call, ReadOnlySpan<byte> json, in ScannedMessage found, out ValueTask delivered, out Exception? error)
    {
        delivered = default;
        error = null;
        switch (KindOf(call, json, found))
        {
            case ReplyKind.Item:
                if (!calls.MarkAnswered(call))
                    return false;
                if (replies.Item >= 0 && !found.Has(replies.Item))
                    error = new JsonException($"Nothing stands at '{plan.Locators.TextOf(replies.Item)}', where the contract has the items of '{call.Method}'.");
                else
                    delivered = call.DeliverAsync(replies.Item >= 0 ? found.Value(replies.Item, json) : json, out error);
                return true;
            case ReplyKind.Result or ReplyKind.End:
                if (!calls.TryTake(call))
                    return false;
                Exception? failure = call.Succeed(replies.Result >= 0 ? found.Value(replies.Result, json) : json);
                if (failure is not null)
                    Log.UnreadableReply(logger, name, call.Method, failure.Message);
                calls.Report(call, failure is null ? CallOutcomes.Result : CallOutcomes.Failed);
                return true;
            case ReplyKind.Error:
                if (!calls.TryTake(call))
                    return false;
                call.Fail(ErrorFor(call.Method, json, found));
                calls.Report(call, CallOutcomes.Error);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Looks at a message that nothing else has taken: a reply that came too late, or an error that is about no call. Called by the pump only.</summary>
    /// <param name="json">The message.</param>
    /// <param name="found">What was found in it.</param>
    /// <param name="delivered">Done when the pump may go on.</param>
    /// <returns>Whether somebody has read it as an error; otherwise it is an unknown message.</returns>
    public bool TryTakeRest(ReadOnlySpan<byte> json, in ScannedMessage found, out ValueTask delivered)
    {
        delivered = default;
        if (found.HasId && calls.WasIssued(found.Id))
        {
            calls.OnLateReply(found.Id);
            NetWebSocketMetrics.LateReply(name);
            Log.LateReply(logger, name, found.Id);
            return false;
        }

        if (!IsPeersError(json, found))
            return false;
        ReadOnlySpan<byte> value = ErrorOf(json, found);
        ErrorDescription description = ErrorDescription.Read(replies, found, json, value);
        NetWebSocketMetrics.PeerError(name);
        if (errors.IsEmpty)
        {
            Log.PeerErrorUnheard(logger, name, description.Code, description.Message);
            return false;
        }

        Log.PeerError(logger, name, description.Code, description.Message);
        delivered = errors.WriteAsync(new PeerError(value.ToArray(), description.Code, description.Message));
        return true;
    }

    /// <summary>Whether a message with the id of a stream of replies ends it.</summary>
    /// <param name="method">The method that the stream answers.</param>
    /// <param name="json">The message.</param>
    /// <param name="found">What was found in it: all of <see cref="CallPlan.Needs"/> that is there.</param>
    /// <param name="error">The peer's error; null when it ends well.</param>
    /// <returns>Whether it does.</returns>
    public bool IsEnd(string method, ReadOnlySpan<byte> json, in ScannedMessage found, out CallErrorException? error)
    {
        error = null;
        try
        {
            ReplyKind kind = KindOfStreamed(json, found);
            if (kind == ReplyKind.Error)
                error = ErrorFor(method, json, found);
            return kind is ReplyKind.Error or ReplyKind.End;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair where a condition stands.
            return false;
        }
    }

    private CallErrorException ErrorFor(string method, ReadOnlySpan<byte> json, in ScannedMessage found)
    {
        ReadOnlySpan<byte> error = ErrorOf(json, found);
        ErrorDescription description = ErrorDescription.Read(replies, found, json, error);
        string message = $"The peer answered '{method}' with an error: {description.Message}";
        return replies.Contract.ErrorFormat?.Read(method, error, message, description.Code)
            ?? new CallErrorException(method, error.ToArray(), message, description.Code);
    }

    // The error's own place; the whole reply where it has none, or where only its conditions or its code say that it is an error.
    private ReadOnlySpan<byte> ErrorOf(ReadOnlySpan<byte> json, in ScannedMessage found) =>
        found.HasValue(replies.Error) ? found.Value(replies.Error, json) : json;

    private ReplyKind KindOf(PendingCall call, ReadOnlySpan<byte> json, in ScannedMessage found)
    {
        try
        {
            ReplyKind kind = call.IsStreamed ? KindOfStreamed(json, found) : KindOfPlain(json, found);

            // A peer that does not know a scope cannot name it (DevTools: "Session with given id not found"). No other call has the id.
            bool isRight = kind == ReplyKind.None || IsScopeOf(call, json, found) || (kind == ReplyKind.Error && !found.HasValue(replies.Scope));
            return isRight ? kind : ReplyKind.None;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair where a condition or the scope stands: nothing the contract asks for.
            return ReplyKind.None;
        }
    }

    private bool IsScopeOf(PendingCall call, ReadOnlySpan<byte> json, in ScannedMessage found) =>
        replies.Scope < 0 || JsonText.GetString(found.Value(replies.Scope, json)) == call.Scope;

    private ReplyKind KindOfStreamed(ReadOnlySpan<byte> json, in ScannedMessage found)
    {
        LocatorCondition[] itemWhen = replies.ItemWhen ?? [];
        if (itemWhen.Length > 0 && LocatorCondition.AreMet(itemWhen, found, json))
            return ReplyKind.Item;
        ReplyKind kind = KindOfPlain(json, found);
        if (kind == ReplyKind.Error)
            return kind;
        if (replies.EndWhen is { } endWhen && LocatorCondition.AreMet(endWhen, found, json))
            return ReplyKind.End;
        if (replies.ItemWhen is not null && itemWhen.Length == 0 && (replies.Item < 0 || found.Has(replies.Item)))
            return ReplyKind.Item;

        // What is neither is the peer's own: nothing but a result that is there ends a stream.
        return kind == ReplyKind.Result && (replies.Result < 0 ? replies.EndWhen is null : found.Has(replies.Result)) ? ReplyKind.End
            : kind == ReplyKind.Result && replies.ResultWhen.Length > 0 && replies.EndWhen is null ? ReplyKind.End
            : ReplyKind.None;
    }

    private ReplyKind KindOfPlain(ReadOnlySpan<byte> json, in ScannedMessage found)
    {
        bool resultMet = LocatorCondition.AreMet(replies.ResultWhen, found, json);
        bool errorMet = LocatorCondition.AreMet(replies.ErrorWhen, found, json);
        if (found.Has(replies.Ok))
            return IsOk(json, found) ? (resultMet ? ReplyKind.Result : ReplyKind.None) : errorMet ? ReplyKind.Error : ReplyKind.None;

        bool hasResult = resultMet && found.Has(replies.Result);
        bool resultSays = resultMet && replies.ResultWhen.Length > 0;
        bool errorSays = errorMet && replies.ErrorWhen.Length > 0;
        if (errorMet && found.HasValue(replies.Error))
            return ReplyKind.Error;

        // Conditions that only an error meets say enough, also where its own place is empty. Where an error has its code, a result may have something else.
        bool resultHasPlace = replies.Result >= 0 || replies.ResultWhen.Length > 0;
        if (errorSays && !resultSays && (!hasResult || found.HasValue(replies.ErrorCode)) && (replies.Error < 0 || resultHasPlace))
            return ReplyKind.Error;
        if (hasResult || resultSays)
            return ReplyKind.Result;

        // The error is the whole reply: whatever has no result is one, when nothing else in the contract takes it.
        if (replies.Error < 0 && replies.ErrorWhen.Length == 0 && !hasResult && resultHasPlace)
            return found.Route < 0 && !IsPeersOwn(found) ? ReplyKind.Error : ReplyKind.None;
        if (!resultMet || (replies.Result < 0 && replies.Ok >= 0))
            return ReplyKind.None;
        if (replies.Result < 0 || found.Has(replies.Error))
            return ReplyKind.Result;

        // Neither result nor error: the reply to a call without a result, or one that is not as the contract says. A message of the contract is the peer's own.
        return found.Route < 0 && !IsPeersOwn(found) ? ReplyKind.Result : ReplyKind.None;
    }

    // Requests of the peer for which the contract has no handler: they say what they are where replies say nothing.
    private bool IsPeersOwn(in ScannedMessage found)
    {
        if (!_peerAsks)
            return false;
        foreach (int slot in plan.Discriminators)
        {
            if (found.HasValue(slot))
                return true;
        }

        return false;
    }

    private bool IsPeersError(ReadOnlySpan<byte> json, in ScannedMessage found)
    {
        try
        {
            if (!LocatorCondition.AreMet(replies.ErrorWhen, found, json))
                return false;
            return found.HasValue(replies.Error)
                || (replies.Error < 0 && replies.ErrorWhen.Length > 0)
                || found.HasValue(replies.ErrorCode)
                || (found.Has(replies.Ok) && !IsOk(json, found));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair where a condition stands.
            return false;
        }
    }

    private bool IsOk(ReadOnlySpan<byte> json, in ScannedMessage found)
    {
        Span<byte> buffer = stackalloc byte[JsonText.MaxEscaped];
        return JsonText.TryGet(found.Value(replies.Ok, json), buffer, out ReadOnlySpan<byte> text) && text.SequenceEqual(replies.OkValue);
    }
}
