using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(501, LogLevel.Debug, "{Client} connects because the host starts.")]
    public static partial void ConnectingAtStart(ILogger logger, string client);

    [LoggerMessage(502, LogLevel.Error, "{Client} was to connect when the host started and has failed for good.")]
    public static partial void ConnectAtStartFailed(ILogger logger, string client, Exception cause);
}
