namespace NetWebSockets.Sessions;

/// <summary>One emulated network, while it is in force.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and a wait may be about to take its token.")]
internal sealed class NetworkConditions
{
    // Without a throughput of its own, latency bounds what one socket receives to this much per latency: as a receive window does.
    private const int MinReadAhead = 1024 * 1024;

    private readonly CancellationTokenSource _ended = new();

    /// <summary>Makes the conditions.</summary>
    /// <param name="emulation">What is asked for.</param>
    /// <param name="timeProvider">The clock.</param>
    public NetworkConditions(NetworkEmulation emulation, TimeProvider timeProvider)
    {
        IsOffline = emulation.Offline;
        long ticksPerSecond = timeProvider.TimestampFrequency;
        Latency = (long)((Int128)emulation.Latency.Ticks * ticksPerSecond / TimeSpan.TicksPerSecond);
        Download = emulation.DownloadThroughput > 0 ? new ThrottledLine(emulation.DownloadThroughput, ticksPerSecond) : null;
        Upload = emulation.UploadThroughput > 0 ? new ThrottledLine(emulation.UploadThroughput, ticksPerSecond) : null;
        ReadAhead = Math.Max(MinReadAhead, Download?.BytesWithin(Latency) ?? 0);
        Ended = _ended.Token;
    }

    /// <summary>Whether there is no network.</summary>
    public bool IsOffline { get; }

    /// <summary>In the clock's own unit.</summary>
    public long Latency { get; }

    /// <summary>What arrives passes here; null for at once.</summary>
    public ThrottledLine? Download { get; }

    /// <summary>What is sent passes here; null for at once.</summary>
    public ThrottledLine? Upload { get; }

    /// <summary>How much of a socket may be on its way at once, in bytes.</summary>
    public int ReadAhead { get; }

    /// <summary>Cancelled when other conditions, or none, have come into force.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Tells all that wait that they are over; on other threads, for what waits runs users' code.</summary>
    public void End() => _ = _ended.CancelAsync();
}
