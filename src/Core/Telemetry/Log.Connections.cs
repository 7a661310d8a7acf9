using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(300, LogLevel.Debug, "Connection {Name} is {State} (attempt {Attempt}).")]
    public static partial void StateChanged(ILogger logger, string? name, ConnectionState state, int attempt);

    [LoggerMessage(301, LogLevel.Information, "Connection {Name} is ready after {Drops} drops, at attempt {Attempt}.")]
    public static partial void Ready(ILogger logger, string? name, long drops, int attempt);

    [LoggerMessage(302, LogLevel.Warning, "Attempt {Attempt} of connection {Name} failed in phase {Phase}.")]
    public static partial void AttemptFailed(ILogger logger, string? name, int attempt, string phase, Exception exception);

    [LoggerMessage(303, LogLevel.Warning, "Connection {Name} dropped (close code {Code}).")]
    public static partial void Dropped(ILogger logger, string? name, int code, Exception exception);

    [LoggerMessage(304, LogLevel.Error, "Connection {Name} has failed for good.")]
    public static partial void Faulted(ILogger logger, string? name, Exception exception);

    [LoggerMessage(305, LogLevel.Warning, "The peer is dead: nothing came from it for {Seconds} s, although it was pinged. The socket is dropped.")]
    public static partial void PeerDead(ILogger logger, double seconds);

    [LoggerMessage(306, LogLevel.Debug, "A ping could not be sent.")]
    public static partial void PingFailed(ILogger logger, Exception exception);

    [LoggerMessage(307, LogLevel.Warning, "Connection {Name} was dropped: closing it took longer than {Seconds} s, or was cancelled.")]
    public static partial void CloseDeadline(ILogger logger, string? name, double seconds);

    [LoggerMessage(308, LogLevel.Error, "A StateChanged handler failed at {State}.")]
    public static partial void StateHandlerFailed(ILogger logger, ConnectionState state, Exception exception);

    [LoggerMessage(309, LogLevel.Warning, "A StateChanged handler has not returned for {Count} steps. The oldest steps are left out from here on.")]
    public static partial void StateHandlerStuck(ILogger logger, int count);

    [LoggerMessage(310, LogLevel.Error, "A message could not be handled.")]
    public static partial void MessageHandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(311, LogLevel.Error, "A part of the client failed when it was told of a drop or of the end.")]
    public static partial void HookFailed(ILogger logger, Exception exception);

    [LoggerMessage(312, LogLevel.Error, "ClassifyFailure failed; the built-in table decides.")]
    public static partial void ClassifierFailed(ILogger logger, Exception exception);

    [LoggerMessage(313, LogLevel.Warning, "The receive buffer is full and nobody reads it: the connection stops reading. Read from ReadAllAsync.")]
    public static partial void NobodyReads(ILogger logger);

    [LoggerMessage(314, LogLevel.Warning, "What runs before a close of connection {Name} failed; the close goes on.")]
    public static partial void ClosingFailed(ILogger logger, string? name, Exception exception);

    [LoggerMessage(315, LogLevel.Information, "The session of connection {Name} with its peer is over; the next attempt begins a new one.")]
    public static partial void NewSession(ILogger logger, string? name);

    [LoggerMessage(316, LogLevel.Information, "Connection {Name} went on to another socket while the one before was still open (socket {Number}).")]
    public static partial void Replaced(ILogger logger, string? name, long number);

    [LoggerMessage(317, LogLevel.Warning, "The socket of connection {Name} could not be replaced (phase {Phase}); it stays until it drops.")]
    public static partial void ReplacementFailed(ILogger logger, string? name, string phase, Exception exception);
}
