using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

// Calls and handlers have 420 to 439 of Messaging's numbers.
internal static partial class Log
{
    [LoggerMessage(420, LogLevel.Debug, "{Client} got an error of its peer that is about no call. {Code}: {Problem}")]
    public static partial void PeerError(ILogger logger, string client, string? code, string problem);

    [LoggerMessage(421, LogLevel.Warning, "{Client} got an error of its peer that is about no call, and nobody reads its errors. {Code}: {Problem}")]
    public static partial void PeerErrorUnheard(ILogger logger, string client, string? code, string problem);

    [LoggerMessage(422, LogLevel.Warning, "{Client} could not read the request '{Method}' of its peer, and answered so. {Problem}")]
    public static partial void RequestUnreadable(ILogger logger, string client, string method, string problem);

    [LoggerMessage(423, LogLevel.Warning, "The handler of '{Method}' of {Client} failed. Throw a HandlerException to answer with a code and a text.")]
    public static partial void HandlerThrew(ILogger logger, string client, string method, Exception exception);

    [LoggerMessage(424, LogLevel.Debug, "{Client} did not answer the request '{Method}' of its peer: the socket that it came on is gone.")]
    public static partial void RequestUnanswered(ILogger logger, string client, string method);

    [LoggerMessage(425, LogLevel.Warning, "{Client} has read nothing from its peer for {Seconds} s because too many requests wait for its handlers. Let handlers take less time, or more of them run at once ([Handles] MaxConcurrent).")]
    public static partial void PumpHeldByHandlers(ILogger logger, string client, double seconds);
}
