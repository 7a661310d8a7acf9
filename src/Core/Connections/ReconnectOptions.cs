namespace NetWebSockets;

/// <summary>
/// When the default connect pipeline tries again: exponential backoff from <see cref="InitialDelay"/> to <see cref="MaxDelay"/>. The first
/// connect is tried again like every other.
/// </summary>
public sealed class ReconnectOptions
{
    /// <summary>The wait after the first failure; it about doubles with every further one. More than zero. Default 1 s.</summary>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts. At least <see cref="InitialDelay"/>. Default 30 s.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether waits are random around those values (decorrelated jitter), so that clients that lost a server together do not come back
    /// together. Default <see langword="true"/>.
    /// </summary>
    public bool UseJitter { get; set; } = true;

    /// <summary>
    /// How many attempts in a row may fail before the connection gives up and becomes <see cref="ConnectionState.Faulted"/>. At least 1;
    /// <see langword="null"/>, the default, never gives up.
    /// </summary>
    public int? MaxAttempts { get; set; }

    /// <summary>
    /// The longest wait that a server may ask for (Retry-After): longer ones are cut to this, shorter ones than <see cref="InitialDelay"/> are
    /// raised to that; in between, the server's wait takes the place of the backoff. Not negative. Default 10 minutes.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(10);
}
