using System.Diagnostics.Metrics;

namespace NetWebSockets.Telemetry;

/// <summary>
/// The meter, and a plain method for everything that is counted. While nobody listens, each method is one check of a field; while
/// somebody does, none allocates for a message (tags go in the overloads of up to three, which need no array).
/// </summary>
internal static class NetWebSocketMetrics
{
    // A measurement without a client comes from a socket or connection that was made by hand.
    private const string NoClient = "";

    private static readonly Meter Meter = new(NetWebSocketTelemetry.MeterName, NetWebSocketTelemetry.Version);

    private static readonly Counter<long> ConnectAttempts = Meter.CreateCounter<long>(
        "netwebsockets.connect.attempts", "{attempt}", "Attempts to connect that were started.");

    private static readonly Histogram<double> ConnectDuration = Meter.CreateHistogram<double>(
        "netwebsockets.connect.duration",
        "s",
        "Time from the start of an attempt to its opening handshake's end, whether it succeeded or failed.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    private static readonly UpDownCounter<long> OpenConnections = Meter.CreateUpDownCounter<long>(
        "netwebsockets.connections.open", "{connection}", "Sockets that are open now.");

    private static readonly Counter<long> Reconnects = Meter.CreateCounter<long>(
        "netwebsockets.reconnects", "{reconnect}", "Times that a connection was ready again after a drop.");

    private static readonly Counter<long> MessagesSent = Meter.CreateCounter<long>(
        "netwebsockets.messages.sent", "{message}", "Messages handed whole to the operating system.");

    private static readonly Counter<long> MessagesReceived = Meter.CreateCounter<long>(
        "netwebsockets.messages.received", "{message}", "Messages received whole.");

    private static readonly Counter<long> BytesSent = Meter.CreateCounter<long>(
        "netwebsockets.bytes.sent", "By", "Payload of the messages sent.");

    private static readonly Counter<long> BytesReceived = Meter.CreateCounter<long>(
        "netwebsockets.bytes.received", "By", "Payload of the messages received.");

    private static readonly Counter<long> Sends = Meter.CreateCounter<long>(
        "netwebsockets.sends", "{send}", "Sends that came to their end, by what became of them.");

    private static readonly Histogram<double> CallDuration = Meter.CreateHistogram<double>(
        "netwebsockets.call.duration",
        "s",
        "Time from a call to its end.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    private static readonly Counter<long> UnknownMessages = Meter.CreateCounter<long>(
        "netwebsockets.messages.unknown", "{message}", "Messages that no part of the contract took or that could not be read.");

    private static readonly Counter<long> UnreadMessages = Meter.CreateCounter<long>(
        "netwebsockets.messages.unread", "{message}", "Messages of the contract for which no stream was open.");

    private static readonly Counter<long> DroppedMessages = Meter.CreateCounter<long>(
        "netwebsockets.messages.dropped", "{message}", "Messages dropped by a full stream's policy.");

    private static readonly Counter<long> LateReplies = Meter.CreateCounter<long>(
        "netwebsockets.replies.late", "{reply}", "Replies to calls that had already ended.");

    private static readonly Counter<long> Acknowledgements = Meter.CreateCounter<long>(
        "netwebsockets.acknowledgements", "{acknowledgement}", "Acknowledgements sent to the peer.");

    private static readonly Counter<long> FailedHeartbeats = Meter.CreateCounter<long>(
        "netwebsockets.heartbeats.failed", "{heartbeat}", "Sockets dropped because a heartbeat was not answered, or because nothing came.");

    private static readonly Counter<long> LateItems = Meter.CreateCounter<long>(
        "netwebsockets.items.late", "{item}", "Items of subscriptions that nobody reads any more.");

    private static readonly Counter<long> PeerErrors = Meter.CreateCounter<long>(
        "netwebsockets.errors.uncorrelated", "{error}", "Errors of the peer that were about no call.");

    private static readonly Counter<long> UnansweredRequests = Meter.CreateCounter<long>(
        "netwebsockets.requests.unanswered", "{request}", "Requests of the peer that were not answered because the socket that they came on was gone.");

    /// <summary>Whether somebody listens to call durations: without, a caller need not read the clock.</summary>
    public static bool CallDurationEnabled => CallDuration.Enabled;

    /// <summary>Whether somebody listens to connect durations.</summary>
    public static bool ConnectDurationEnabled => ConnectDuration.Enabled;

    public static void ConnectStarted(string host, int port)
    {
        if (ConnectAttempts.Enabled)
            ConnectAttempts.Add(1, Tag(TelemetryTags.ServerAddress, host), Tag(TelemetryTags.ServerPort, port));
    }

    /// <param name="host">The host of the address.</param>
    /// <param name="port">The port of the address.</param>
    /// <param name="duration">From the start of the attempt.</param>
    /// <param name="errorType">What failed, as a name from a small set (<c>net::ERR_…</c> or an exception's type); null for success.</param>
    public static void ConnectEnded(string host, int port, TimeSpan duration, string? errorType)
    {
        if (!ConnectDuration.Enabled)
            return;
        if (errorType is null)
            ConnectDuration.Record(duration.TotalSeconds, Tag(TelemetryTags.ServerAddress, host), Tag(TelemetryTags.ServerPort, port));
        else
            ConnectDuration.Record(
                duration.TotalSeconds, Tag(TelemetryTags.ServerAddress, host), Tag(TelemetryTags.ServerPort, port), Tag(TelemetryTags.ErrorType, errorType));
    }

    /// <summary>A socket opened. Every call is matched by exactly one <see cref="ConnectionClosed"/> with the same arguments.</summary>
    public static void ConnectionOpened(string host, int port)
    {
        if (OpenConnections.Enabled)
            OpenConnections.Add(1, Tag(TelemetryTags.ServerAddress, host), Tag(TelemetryTags.ServerPort, port));
    }

    public static void ConnectionClosed(string host, int port)
    {
        if (OpenConnections.Enabled)
            OpenConnections.Add(-1, Tag(TelemetryTags.ServerAddress, host), Tag(TelemetryTags.ServerPort, port));
    }

    public static void Reconnected(string? client)
    {
        if (Reconnects.Enabled)
            Reconnects.Add(1, Tag(TelemetryTags.Client, client ?? NoClient));
    }

    /// <param name="client">The name of the client, or null.</param>
    /// <param name="isText">Text or binary.</param>
    /// <param name="bytes">Payload of all of them.</param>
    /// <param name="count">How many; a batch may be counted at once.</param>
    public static void MessageSent(string? client, bool isText, long bytes, long count = 1)
    {
        if (MessagesSent.Enabled)
            MessagesSent.Add(count, Tag(TelemetryTags.Client, client ?? NoClient), Kind(isText));
        if (BytesSent.Enabled)
            BytesSent.Add(bytes, Tag(TelemetryTags.Client, client ?? NoClient), Kind(isText));
    }

    /// <inheritdoc cref="MessageSent"/>
    public static void MessageReceived(string? client, bool isText, long bytes, long count = 1)
    {
        if (MessagesReceived.Enabled)
            MessagesReceived.Add(count, Tag(TelemetryTags.Client, client ?? NoClient), Kind(isText));
        if (BytesReceived.Enabled)
            BytesReceived.Add(bytes, Tag(TelemetryTags.Client, client ?? NoClient), Kind(isText));
    }

    public static void SendEnded(string? client, SendOutcome outcome)
    {
        if (Sends.Enabled)
        {
            string name = outcome switch
            {
                SendOutcome.Sent => "sent",
                SendOutcome.NotSent => "not_sent",
                _ => "unknown",
            };
            Sends.Add(1, Tag(TelemetryTags.Client, client ?? NoClient), Tag(TelemetryTags.SendOutcome, name));
        }
    }

    /// <param name="client">The name of the client, or null.</param>
    /// <param name="method">The method: one of the contract's, so the set is small.</param>
    /// <param name="duration">From the call to its end.</param>
    /// <param name="outcome">One of <see cref="CallOutcomes"/>.</param>
    public static void CallEnded(string? client, string method, TimeSpan duration, string outcome)
    {
        if (CallDuration.Enabled)
            CallDuration.Record(
                duration.TotalSeconds,
                Tag(TelemetryTags.Client, client ?? NoClient),
                Tag(TelemetryTags.Method, method),
                Tag(TelemetryTags.CallOutcome, outcome));
    }

    /// <param name="client">The name of the client, or null.</param>
    /// <param name="unreadable">True when it was not what its discriminator says, false when nothing in the contract takes it.</param>
    public static void MessageUnknown(string? client, bool unreadable)
    {
        if (UnknownMessages.Enabled)
            UnknownMessages.Add(
                1, Tag(TelemetryTags.Client, client ?? NoClient), Tag(TelemetryTags.Reason, unreadable ? "unreadable" : "not_in_contract"));
    }

    public static void MessageUnread(string? client)
    {
        if (UnreadMessages.Enabled)
            UnreadMessages.Add(1, Tag(TelemetryTags.Client, client ?? NoClient));
    }

    public static void MessageDropped(string? client)
    {
        if (DroppedMessages.Enabled)
            DroppedMessages.Add(1, Tag(TelemetryTags.Client, client ?? NoClient));
    }

    public static void LateReply(string? client)
    {
        if (LateReplies.Enabled)
            LateReplies.Add(1, Tag(TelemetryTags.Client, client ?? NoClient));
    }

    public static void Acknowledged(string? client)
    {
        if (Acknowledgements.Enabled)
            Acknowledgements.Add(1, Tag(TelemetryTags.Client, client ?? NoClient));
    }

    public static void HeartbeatFailed(string? client)
    {
        if (FailedHeartbeats.Enabled)
            FailedHeartbeats.Add(1, Tag(TelemetryTags.Client, client ?? NoClient));
    }

    public static void LateItem(string? client)
    {
        if (LateItems.Enabled)
            LateItems.Add(1, Tag(TelemetryTags.Client, client ?? NoClient));
    }

    public static void PeerError(string? client)
    {
        if (PeerErrors.Enabled)
            PeerErrors.Add(1, Tag(TelemetryTags.Client, client ?? NoClient));
    }

    public static void RequestUnanswered(string? client)
    {
        if (UnansweredRequests.Enabled)
            UnansweredRequests.Add(1, Tag(TelemetryTags.Client, client ?? NoClient));
    }

    private static KeyValuePair<string, object?> Kind(bool isText) => new(TelemetryTags.MessageKind, isText ? "text" : "binary");

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
