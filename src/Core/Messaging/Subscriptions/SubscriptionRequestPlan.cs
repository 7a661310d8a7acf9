using System.Globalization;
using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>How subscriptions are made or ended: a <see cref="SubscriptionRequest"/> made ready.</summary>
internal sealed class SubscriptionRequestPlan
{
    private readonly string _group;

    /// <summary>Makes it ready.</summary>
    /// <param name="request">The request.</param>
    /// <param name="hasCalls">Whether the contract says how replies look.</param>
    /// <exception cref="ArgumentException">The request contradicts itself.</exception>
    public SubscriptionRequestPlan(SubscriptionRequest request, bool hasCalls)
    {
        if (request.Batch < 1)
            throw new ArgumentException($"a message of '{request.Method}' has room for {request.Batch} topics: give Batch at least 1.");
        Request = request;
        HasId = request.Envelope.Has(EnvelopeSlot.Id);
        IsCall = HasId && hasCalls && request.IsAcknowledged;
        IsBatched = request.Envelope.Has(EnvelopeSlot.Topics);
        _group = GroupOf(request);
    }

    public SubscriptionRequest Request { get; }

    public bool HasId { get; }

    /// <summary>Whether a reply is waited for.</summary>
    public bool IsCall { get; }

    /// <summary>Whether several subscriptions go in one message.</summary>
    public bool IsBatched { get; }

    /// <summary>Whether subscriptions of both can go in the same message: routes of one client mostly share how they are made.</summary>
    public bool GoesWith(SubscriptionRequestPlan other) => IsBatched && other.IsBatched && _group == other._group;

    private static string GroupOf(SubscriptionRequest request)
    {
        var group = new StringBuilder();
        group.Append(CultureInfo.InvariantCulture, $"{request.Method}\0{request.IsAcknowledged}\0{request.Batch}\0{request.Envelope.PayloadAtRoot}");
        foreach (EnvelopePart part in request.Envelope.Parts)
            group.Append(CultureInfo.InvariantCulture, $"\0{part.Slot}\0{Convert.ToHexString(part.Bytes)}");
        return group.ToString();
    }
}
