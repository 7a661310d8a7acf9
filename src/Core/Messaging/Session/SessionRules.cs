using NetWebSockets.Connections;

namespace NetWebSockets.Messaging;

/// <summary>Says what a contract asks of its connection, in the connection's words.</summary>
internal static class SessionRules
{
    /// <summary>Makes the rules.</summary>
    public static ConnectionRules Of(ClientContract contract)
    {
        CloseCodeContract? codes = contract.CloseCodes;
        return new ConnectionRules
        {
            Classify = codes is null ? null : failure => Classify(codes, failure),
            AbortCode = codes?.Abort ?? 0,
            Limits = [.. contract.OutboundLimits.Select(l => new OutboundLimit(l.Messages, l.Per, l.MaxBytes, l.Fail, l.AcrossConnections))],
            TracksSends = contract.Heartbeat?.OnlyWhenIdle ?? false,
            MayOverlap = contract.Resume?.ReplaceBy is not null,
        };
    }

    /// <summary>Checks what cannot be meant.</summary>
    /// <exception cref="ArgumentException">The contract is wrong.</exception>
    public static void Check(ClientContract contract)
    {
        if (contract.CloseCodes is { Abort: not (0 or 1000 or (>= 3000 and <= 4999)) and var abort })
            throw new ArgumentException($"the abort code is {abort}: give 1000, or 3000 to 4999.");
        foreach (OutboundLimitContract limit in contract.OutboundLimits)
        {
            if (limit.Messages < 0 || limit.MaxBytes < 0 || (limit.Messages > 0 && limit.Per <= TimeSpan.Zero))
                throw new ArgumentException("an outbound limit is negative, or its window is not more than zero.");
        }

        if (contract.Heartbeat is { } heartbeat)
        {
            if (heartbeat.Interval is null && heartbeat.IntervalFrom is null && heartbeat.RequestedBy is null && heartbeat.Silence is null)
                throw new ArgumentException("nothing says when a heartbeat is sent: give it Seconds, or IntervalFrom.");
            if (heartbeat.Interval <= TimeSpan.Zero || heartbeat.ReplyTimeout <= TimeSpan.Zero || heartbeat.Silence <= TimeSpan.Zero)
                throw new ArgumentException("a time of the heartbeat is not more than zero.");
        }
    }

    // Only what the peer said: a close without a closing handshake has no code of its own.
    private static FailureAction Classify(CloseCodeContract codes, ConnectionFailure failure)
    {
        if (failure.Close is not { Error: NetError.None, Code: var code })
            return FailureAction.Default;
        return codes.Fatal.Contains(code) ? FailureAction.Fatal
            : codes.NewSession.Contains(code) ? FailureAction.NewSession
            : codes.Resume.Contains(code) ? FailureAction.Resume
            : codes.Retry.Contains(code) ? FailureAction.Retry
            : FailureAction.Default;
    }
}
