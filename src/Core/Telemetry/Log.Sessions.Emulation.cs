using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(170, LogLevel.Information, "The session emulates a network: offline {Offline}, latency {Latency}, download {DownloadThroughput} B/s, upload {UploadThroughput} B/s (0 is without limit).")]
    public static partial void NetworkEmulationEnabled(ILogger logger, bool offline, TimeSpan latency, long downloadThroughput, long uploadThroughput);

    [LoggerMessage(171, LogLevel.Information, "The session emulates no network any more.")]
    public static partial void NetworkEmulationDisabled(ILogger logger);

    [LoggerMessage(172, LogLevel.Information, "The session went offline, by emulation; its connections were dropped: {Count}.")]
    public static partial void NetworkEmulationOffline(ILogger logger, int count);
}
