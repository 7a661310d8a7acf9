using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NetWebSockets.Connections;

namespace NetWebSockets.Messaging;

/// <summary>One message that makes or ends subscriptions, from when it is put together until its end is known.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has neither a timer nor a wait handle: there is nothing to free.")]
internal sealed class SubscriptionMessage : ISendObserver
{
    private readonly SubscriptionTable _table;
    private readonly SubscriptionRequestPlan _plan;
    private readonly TaskCompletionSource _sendEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _withdrawn = new();

    /// <summary>Creates the message.</summary>
    /// <param name="table">Told how it ended.</param>
    /// <param name="plan">How it looks.</param>
    /// <param name="subscribes">Whether it makes the subscriptions, and does not end them.</param>
    /// <param name="members">The subscriptions.</param>
    /// <param name="id">Its id; 0 when it has none.</param>
    /// <param name="timeout">How long to wait for the reply.</param>
    public SubscriptionMessage(SubscriptionTable table, SubscriptionRequestPlan plan, bool subscribes, Subscription[] members, long id, TimeSpan timeout)
    {
        _table = table;
        _plan = plan;
        Subscribes = subscribes;
        Members = members;
        Id = id;
        if (plan.IsCall)
            Call = new SubscriptionCall(this, table, timeout) { Id = id };
    }

    public string Method => _plan.Request.Method;

    public bool Subscribes { get; }

    public Subscription[] Members { get; }

    public long Id { get; }

    /// <summary>What waits for the reply; null when none is waited for.</summary>
    public SubscriptionCall? Call { get; }

    /// <summary>Whether its end is known. Guarded by the table's lock.</summary>
    public bool IsOver { get; set; }

    /// <summary>Done when the send has ended, one way or the other.</summary>
    public Task SendEnded => _sendEnded.Task;

    /// <summary>What it is about, for logs.</summary>
    public string Description => Members.Length == 1 ? Members[0].Name : string.Create(CultureInfo.InvariantCulture, $"{Members[0].Name} and {Members.Length - 1} more");

    /// <summary>Puts the JSON together.</summary>
    /// <param name="idKind">How ids are written.</param>
    /// <returns>The message.</returns>
    /// <exception cref="InvalidOperationException">The parameters belong into the envelope's object but are not written as an object.</exception>
    public byte[] Encode(CallIdKind idKind)
    {
        SubscriptionRequest request = _plan.Request;
        var values = new EnvelopeValues { Id = Id, IdKind = idKind, Text = request.Method, Json = _plan.IsBatched ? Topics() : Members[0].KeyJson };
        MessageEncoder encoder = MessageEncoder.Rent();
        try
        {
            return encoder.Encode(request.Envelope, values, Payload()).ToArray();
        }
        finally
        {
            encoder.Return();
        }
    }

    /// <summary>Takes it back when it has not left yet: its socket is gone.</summary>
    /// <param name="calls">The pending calls.</param>
    public void Withdraw(CallTable calls)
    {
        // In this order: whoever is about to send it has put the call in before looking whether it was withdrawn.
        _withdrawn.Cancel();
        if (Call is { Table: not null })
            calls.Cancel(Call, CancellationToken.None);
    }

    /// <summary>It will not be sent any more, when it has not been: its call is over.</summary>
    public void EndSend() => _sendEnded.TrySetResult();

    /// <summary>Takes the send back.</summary>
    public CancellationToken Withdrawn => _withdrawn.Token;

    /// <inheritdoc/>
    public void OnSent(long socket)
    {
        if (Call is not null)
            Call.OnSent(socket);
        else
            _table.OnAcknowledged(this, default);
        _sendEnded.TrySetResult();
    }

    /// <inheritdoc/>
    public void OnSendFailed(Exception failure)
    {
        if (Call is not null)
            Call.OnSendFailed(failure);
        else
            _table.OnFailed(this, failure);
        _sendEnded.TrySetResult();
    }

    /// <summary>It could not become a pending call, or is no message at all: nothing was sent.</summary>
    /// <param name="failure">Why.</param>
    public void OnNotSendable(Exception failure)
    {
        _table.OnFailed(this, failure);
        _sendEnded.TrySetResult();
    }

    /// <summary>It is not sent: several smaller ones are, in its place.</summary>
    public void OnSplit() => _sendEnded.TrySetResult();

    // The parameters again; to end what has a key of the peer's own, an array with that.
    private byte[] Payload()
    {
        Subscription subscription = Members[0];
        return Subscribes || subscription.Plan.Route.KeyFrom == SubscriptionKey.Arguments
            ? subscription.Identity.Request
            : [(byte)'[', .. subscription.KeyJson, (byte)']'];
    }

    private byte[] Topics()
    {
        var topics = new List<byte>(Members.Length * 32) { (byte)'[' };
        foreach (Subscription member in Members)
        {
            if (topics.Count > 1)
                topics.Add((byte)',');
            topics.AddRange(member.KeyJson);
        }

        topics.Add((byte)']');
        return [.. topics];
    }
}
