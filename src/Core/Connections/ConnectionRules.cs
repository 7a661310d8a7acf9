namespace NetWebSockets.Connections;

/// <summary>What a contract asks of the connection underneath, in the connection's own words.</summary>
internal sealed class ConnectionRules
{
    /// <summary>Says what a failure means, after the options' own classifier and before the built-in table.</summary>
    public Func<ConnectionFailure, FailureAction>? Classify { get; init; }

    /// <summary>What a socket is closed with that is given up for another one; 0 drops it without a close frame.</summary>
    public int AbortCode { get; init; }

    /// <summary>How much the peer takes.</summary>
    public IReadOnlyList<OutboundLimit> Limits { get; init; } = [];

    /// <summary>Whether somebody asks when a socket was last sent on (<see cref="ScriptSender.LastSent"/>).</summary>
    public bool TracksSends { get; init; }

    /// <summary>Whether a socket may be replaced while it is still open, so that the messages of two have to be delivered one at a time.</summary>
    public bool MayOverlap { get; init; }
}

/// <summary>How much the peer takes.</summary>
/// <param name="Messages">Messages in any window of <paramref name="Per"/>; 0 for no limit.</param>
/// <param name="Per">The window.</param>
/// <param name="MaxBytes">The largest message; 0 for no limit.</param>
/// <param name="Fails">Whether a user's message that is over the rate fails in place of waiting.</param>
/// <param name="AcrossConnections">Whether the peer goes on counting on the next connection.</param>
internal sealed record OutboundLimit(int Messages, TimeSpan Per, int MaxBytes, bool Fails, bool AcrossConnections);

/// <summary>A script says that trying again is of no use.</summary>
/// <param name="message">Why.</param>
internal sealed class FatalScriptException(string message) : NetWebSocketException(message);
