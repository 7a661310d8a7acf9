using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

/// <content>Sockets: 200 to 299.</content>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Debug, "Connected to {Scheme}://{Host}{Path}.")]
    public static partial void SocketOpened(ILogger logger, string scheme, string host, string path);

    [LoggerMessage(201, LogLevel.Debug, "The connection to {Scheme}://{Host}{Path} closed with {Code}.")]
    public static partial void SocketClosed(ILogger logger, string scheme, string host, string path, int code);

    [LoggerMessage(202, LogLevel.Information, "The connection to {Scheme}://{Host}{Path} failed: {Reason}")]
    public static partial void SocketFailed(ILogger logger, string scheme, string host, string path, string reason, Exception? exception);

    [LoggerMessage(203, LogLevel.Error, "A listener of the {Event} event threw.")]
    public static partial void HandlerThrew(ILogger logger, string @event, Exception exception);

    [LoggerMessage(204, LogLevel.Debug, "The close frame could not be sent.")]
    public static partial void CloseFrameNotSent(ILogger logger, Exception exception);

    [LoggerMessage(205, LogLevel.Debug, "After the closing handshake the stream ended with: {Problem}")]
    public static partial void StreamEndedAfterClose(ILogger logger, string problem);

    [LoggerMessage(206, LogLevel.Debug, "Disposing the stream of a closed connection failed.")]
    public static partial void SocketDisposeFailed(ILogger logger, Exception exception);
}
