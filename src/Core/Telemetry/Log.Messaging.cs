using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Debug, "{Client} got a message of {Bytes} bytes (text: {IsText}) that no part of its contract takes.")]
    public static partial void UnknownMessage(ILogger logger, string client, int bytes, bool isText);

    [LoggerMessage(401, LogLevel.Debug, "{Client} could not read a message of {Bytes} bytes; it went to the unknown messages. {Problem}")]
    public static partial void UnreadableMessage(ILogger logger, string client, int bytes, string problem);

    [LoggerMessage(402, LogLevel.Warning, "{Client} could not read a message of {Bytes} bytes, and nobody reads its UnknownMessages. {Problem}")]
    public static partial void UnreadableMessageUnheard(ILogger logger, string client, int bytes, string problem);

    [LoggerMessage(403, LogLevel.Debug, "{Client} got a reply with the id {Id} of a call that had already ended.")]
    public static partial void LateReply(ILogger logger, string client, long id);

    [LoggerMessage(404, LogLevel.Warning, "{Client} could not read the reply to '{Method}'. {Problem}")]
    public static partial void UnreadableReply(ILogger logger, string client, string method, string problem);

    [LoggerMessage(405, LogLevel.Warning, "{Client} has read nothing from its peer for {Seconds} s because a stream of '{Stream}' is full and is not being read. Read it, dispose it, or open it with MessageStreamFullMode.DropOldest.")]
    public static partial void PumpHeld(ILogger logger, string client, string stream, double seconds);

    [LoggerMessage(440, LogLevel.Warning, "{Client} drops its socket. {Sentence}")]
    public static partial void HeartbeatFailed(ILogger logger, string client, string sentence);

    [LoggerMessage(441, LogLevel.Warning, "{Client} could not send a heartbeat.")]
    public static partial void HeartbeatNotSent(ILogger logger, string client, Exception exception);

    [LoggerMessage(442, LogLevel.Warning, "{Client} was told the interval of its heartbeat, and it is none: {Value}")]
    public static partial void NoInterval(ILogger logger, string client, string value);

    [LoggerMessage(443, LogLevel.Warning, "{Client} was told an address that nothing can connect to; the usual one is used: {Value}")]
    public static partial void NoAddress(ILogger logger, string client, string value);

    [LoggerMessage(444, LogLevel.Debug, "{Client} could not send an acknowledgement. {Problem}")]
    public static partial void AcknowledgementNotSent(ILogger logger, string client, string problem);

    [LoggerMessage(445, LogLevel.Information, "{Client} was told that its session is over, and connects again. It can be resumed: {Resumable}")]
    public static partial void SessionEnded(ILogger logger, string client, bool resumable);
}
