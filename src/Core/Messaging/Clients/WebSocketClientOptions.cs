namespace NetWebSockets;

/// <summary>
/// Options of a generated client: those of its connection, and those of its calls. They are read and validated when the client is
/// made; later changes have no effect.
/// </summary>
public sealed class WebSocketClientOptions : WebSocketConnectionOptions
{
    /// <summary>
    /// How long a call waits for its reply, from the moment it is made, including the time its request waits in the queue. More than
    /// zero, or <see cref="Timeout.InfiniteTimeSpan"/> to wait for ever. Default 30 s. A call may time out up to 25 ms later than this.
    /// </summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most calls that may wait for their replies at once; a further one fails as <see cref="SendOutcome.NotSent"/>. At least 1. Default 65,536.</summary>
    public int MaxPendingCalls { get; set; } = 65_536;

    /// <summary>Says what is wrong with the options of calls, a sentence each; nothing when nothing is. Those of the connection are not looked at.</summary>
    /// <returns>The sentences.</returns>
    internal IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (CallTimeout <= TimeSpan.Zero && CallTimeout != Timeout.InfiniteTimeSpan)
            problems.Add($"CallTimeout is {CallTimeout}: give more than zero, or Timeout.InfiniteTimeSpan to wait for ever.");
        if (MaxPendingCalls < 1)
            problems.Add($"MaxPendingCalls is {MaxPendingCalls}: give at least 1.");
        return problems;
    }
}
