namespace NetWebSockets;

/// <summary>
/// The network that a session pretends to have, for <see cref="NetSession.EnableNetworkEmulation"/>; after Electron's <c>ses.enableNetworkEmulation</c>.
/// Nothing is emulated by default.
/// </summary>
public sealed record NetworkEmulation
{
    private static readonly TimeSpan MaxLatency = TimeSpan.FromHours(1);

    private readonly TimeSpan _latency;
    private readonly long _downloadThroughput;
    private readonly long _uploadThroughput;

    /// <summary>Whether there is no network: handshakes and sockets fail with <see cref="NetError.InternetDisconnected"/>.</summary>
    public bool Offline { get; init; }

    /// <summary>What is added to the opening handshake and to all that arrives. From 0 (the default) to an hour.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or more than an hour.</exception>
    public TimeSpan Latency
    {
        get => _latency;
        init => _latency = value >= TimeSpan.Zero && value <= MaxLatency
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Latency), value, "Latency must be from 0 to one hour.");
    }

    /// <summary>How much may arrive, in bytes per second, for all sockets of the session together. 0, the default, is without limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public long DownloadThroughput
    {
        get => _downloadThroughput;
        init => _downloadThroughput = Throughput(value, nameof(DownloadThroughput));
    }

    /// <summary>How much may be sent, in bytes per second, by all sockets of the session together. 0, the default, is without limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public long UploadThroughput
    {
        get => _uploadThroughput;
        init => _uploadThroughput = Throughput(value, nameof(UploadThroughput));
    }

    private static long Throughput(long value, string name) =>
        value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative; 0 is without limit.");
}
