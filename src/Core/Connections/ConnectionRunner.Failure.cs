namespace NetWebSockets.Connections;

/// <summary>Puts failures into words and types.</summary>
internal sealed partial class ConnectionRunner
{
    private async ValueTask<ConnectionFailure> DescribeAsync(Exception? thrown, FailurePhase phase, LiveSocket? live, bool timedOut)
    {
        CloseEvent? close = null;
        if (live is { IsKnown: true, Socket.Closed.IsCompleted: true })
            close = await live.Socket.Closed.ConfigureAwait(false);
        Exception? underneath = close is not null && thrown is null or SendException ? live?.Socket.Failure ?? thrown : thrown;
        Exception exception = (timedOut, underneath) switch
        {
            (true, _) => new ConnectionException(
                $"The attempt was not ready within {_settings.ConnectTimeout.TotalSeconds:0.###} s: {Doing(phase)} had not ended.",
                error: NetError.TimedOut),
            _ when thrown is FatalScriptException => new ConnectionException(thrown.Message, innerException: thrown),
            (_, ConnectionException { Failure: null }) => underneath!,
            (_, HandshakeException) when close is null => underneath!,
            _ when close is not null => new ConnectionException(Sentence(phase, close), innerException: underneath),
            _ => new ConnectionException($"The attempt failed: {Doing(phase)} threw {underneath?.GetType().Name ?? "nothing"}. {underneath?.Message}", innerException: underneath),
        };
        ConnectionFailure failure = new()
        {
            Exception = exception,
            Phase = phase,
            Attempt = Math.Max(_attempt, 1),
            WasReady = _wasReady,
            TimedOut = timedOut,
            Close = close,
        };
        if (exception is ConnectionException connection)
            connection.Failure = failure;
        return failure;
    }

    private static string Doing(FailurePhase phase) => phase switch
    {
        FailurePhase.Endpoint => "the endpoint factory",
        FailurePhase.Handshake => "the opening handshake",
        FailurePhase.Script => "the connect script",
        FailurePhase.Restore => "restoring subscriptions and sending what was queued",
        _ => "the connection",
    };

    private static string Sentence(FailurePhase phase, CloseEvent close)
    {
        string what = phase == FailurePhase.Ready ? "The connection dropped" : $"The connection dropped during {Doing(phase)}";
        string reason = close.Reason.Length == 0 ? "" : $" ({close.Reason})";
        return close.Code switch
        {
            1006 => $"{what}: it ended without a closing handshake{reason}.",
            1005 => $"{what}: the peer closed it without a code.",
            _ => $"{what}: the peer closed it with {close.Code}{reason}.",
        };
    }
}
