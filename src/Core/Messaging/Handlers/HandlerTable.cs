using System.Text.Json;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>
/// Handles and answers what the peer asks of one client. A request is read on the pump; the user's method runs off it. An answer goes out on the socket that its
/// request came on, or not at all: the peer's ids mean nothing on another. For the same reason a request that still waits when its socket drops is not begun; a
/// message that is not answered is handled all the same.
/// </summary>
internal sealed class HandlerTable
{
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly SocketEpochs _sockets;
    private readonly HandlerLane[] _lanes;
    private Func<object?> _client = static () => null;
    private Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> _send = static (_, _) => default;

    /// <summary>Creates the table.</summary>
    /// <param name="plan">The contract.</param>
    /// <param name="name">The name of the client, for logs and metrics.</param>
    /// <param name="gate">What holds the pump.</param>
    /// <param name="sockets">The present socket.</param>
    /// <param name="logger">Where logs go.</param>
    public HandlerTable(ContractPlan plan, string name, PumpGate gate, SocketEpochs sockets, ILogger logger)
    {
        _name = name;
        _logger = logger;
        _sockets = sockets;
        var backlog = new HandlerBacklog(gate);
        _lanes = new HandlerLane[plan.Contract.Handlers.Count];
        for (int i = 0; i < _lanes.Length; i++)
            _lanes[i] = new HandlerLane(plan, i, backlog, HandleAsync);
    }

    /// <summary>Tells whose methods are called and how answers are sent.</summary>
    /// <param name="client">The client.</param>
    /// <param name="send">Sends an answer; it is copied before the method returns. The token takes it back when its socket is gone.</param>
    public void Attach(Func<object?> client, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send)
    {
        _client = client;
        _send = send;
    }

    /// <summary>Handles a message. Called by the pump only.</summary>
    /// <param name="index">Which handler of the contract.</param>
    /// <param name="message">The message.</param>
    /// <param name="found">What was found in it.</param>
    /// <param name="error">Why the request could not be read; the peer is told so when it waits for an answer.</param>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask HandleAsync(int index, ReadOnlyMemory<byte> message, in ScannedMessage found, out Exception? error)
    {
        HandlerLane lane = _lanes[index];
        ReadOnlySpan<byte> json = message.Span;
        error = null;
        Func<object, CancellationToken, ValueTask<Action<Utf8JsonWriter>?>>? work = null;
        if (lane.PayloadSlot >= 0 && !found.Has(lane.PayloadSlot) && lane.Route.ReadsRequest)
        {
            error = new JsonException($"Nothing stands at '{lane.Route.Payload}', where the contract has the request '{lane.Route.Name}'.");
        }
        else
        {
            try
            {
                work = lane.Route.Prepare(lane.PayloadSlot < 0 ? json : found.Value(lane.PayloadSlot, json));
            }
            catch (Exception e)
            {
                // Converters are the user's and may throw anything; the message becomes an unknown one that carries it.
                error = e;
            }
        }

        byte[] id = found.HasValue(lane.IdSlot) ? found.Value(lane.IdSlot, json).ToArray() : [];
        bool isAnswered = id.Length > 0 || lane.AnswersAll;
        if (error is not null)
        {
            if (!isAnswered || lane.Route.ErrorReply is null)
                return default;
            Log.RequestUnreadable(_logger, _name, lane.Route.Name, error.Message);
        }

        var request = new InboundRequest { Epoch = _sockets.OfMessage, Id = id, IsAnswered = isAnswered, Scope = JsonText.GetString(found.Value(lane.ScopeSlot, json)), Work = work };
        ValueTask added = lane.AddAsync(request, out bool taken);
        if (!taken)
            Unanswered(lane);
        return added;
    }

    private async Task HandleAsync(HandlerLane lane, InboundRequest request)
    {
        if (request.IsAnswered && request.Epoch.IsOver)
        {
            Unanswered(lane);
            return;
        }

        HandlerRoute route = lane.Route;
        SocketEpoch epoch = request.IsAnswered ? request.Epoch : _sockets.Current;
        if (request.Work is null)
        {
            await AnswerWithErrorAsync(lane, request, HandlerErrors.Unreadable(route.ErrorReply!), HandlerErrors.UnreadableMessage).ConfigureAwait(false);
            return;
        }

        try
        {
            Action<Utf8JsonWriter>? result = await request.Work(_client()!, epoch.Work).ConfigureAwait(false);
            if (!request.IsAnswered || route.Reply is not { } reply)
                return;
            if (request.Epoch.IsOver)
                Unanswered(lane);
            else
                await SendAsync(lane, request, Encode(reply, route, request, result)).ConfigureAwait(false);
        }
        catch (Exception e) when (request.IsAnswered && request.Epoch.IsOver)
        {
            // Nobody is there to be told. That it was cancelled is no failure of its own.
            if (e is not OperationCanceledException)
                Log.HandlerThrew(_logger, _name, route.Name, e);
            Unanswered(lane);
        }
        catch (HandlerException e)
        {
            if (request.IsAnswered && route.ErrorReply is not null)
                await AnswerWithErrorAsync(lane, request, HandlerErrors.Of(e.Code), e.Message).ConfigureAwait(false);
            else
                Log.HandlerThrew(_logger, _name, route.Name, e);
        }
        catch (Exception e)
        {
            // The user's method or converter may throw anything. The peer is told that it failed, the log why.
            Log.HandlerThrew(_logger, _name, route.Name, e);
            if (request.IsAnswered && route.ErrorReply is { } errorReply)
                await AnswerWithErrorAsync(lane, request, HandlerErrors.Failed(errorReply), HandlerErrors.FailedMessage).ConfigureAwait(false);
        }
    }

    private Task AnswerWithErrorAsync(HandlerLane lane, InboundRequest request, ReadOnlyMemory<byte> code, string message)
    {
        return SendAsync(lane, request, encoder => encoder.Encode(
            lane.Route.ErrorReply!, new EnvelopeValues { IdJson = request.Id, Scope = request.Scope, Code = code, Text = message }, "{}"u8));
    }

    // Where a result is expected and there is none, null stands; an object where its fields would stand beside the id.
    private static Func<MessageEncoder, ReadOnlyMemory<byte>> Encode(Envelope reply, HandlerRoute route, InboundRequest request, Action<Utf8JsonWriter>? result)
    {
        var values = new EnvelopeValues { IdJson = request.Id, Scope = request.Scope };
        return result is null
            ? encoder => encoder.Encode(reply, values, reply.PayloadAtRoot ? "{}"u8 : "null"u8)
            : encoder => encoder.Encode(reply, values, PayloadFormat.Generated<Action<Utf8JsonWriter>>(route.Options, static (writer, write) => write(writer)), result);
    }

    private async Task SendAsync(HandlerLane lane, InboundRequest request, Func<MessageEncoder, ReadOnlyMemory<byte>> encode)
    {
        try
        {
            await EncodeAndSend(encode, request.Epoch).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SendException or SendCanceledException)
        {
            Unanswered(lane);
        }
    }

    private ValueTask EncodeAndSend(Func<MessageEncoder, ReadOnlyMemory<byte>> encode, SocketEpoch socket)
    {
        MessageEncoder encoder = MessageEncoder.Rent();
        try
        {
            ReadOnlyMemory<byte> answer = encode(encoder);

            // The queue still belongs to the socket that is being replaced.
            return socket.Past is { } sender ? ClientSession.SendTextAsync(sender, answer, framed: true, socket.Sends) : _send(answer, socket.Sends);
        }
        finally
        {
            encoder.Return();
        }
    }

    private void Unanswered(HandlerLane lane)
    {
        NetWebSocketMetrics.RequestUnanswered(_name);
        Log.RequestUnanswered(_logger, _name, lane.Route.Name);
    }
}
