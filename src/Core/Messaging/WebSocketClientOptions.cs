namespace NetWebSockets;

/// <summary>Options of a generated client: those of its connection, and those of its calls.</summary>
public sealed class WebSocketClientOptions
{
    /// <summary>How the client connects.</summary>
    public WebSocketConnectionOptions Connection { get; init; } = new();

    /// <summary>How long a call waits for its reply. Default 30 s; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
