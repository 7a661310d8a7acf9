using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(150, LogLevel.Warning, "The public suffix list '{File}' cannot be used; cookies for whole registries are not recognised.")]
    public static partial void PublicSuffixListFailed(ILogger logger, Exception failure, string file);

    [LoggerMessage(151, LogLevel.Error, "A listener for changes of cookies threw; the others are told all the same.")]
    public static partial void CookieListenerFailed(ILogger logger, Exception failure);

    [LoggerMessage(152, LogLevel.Debug, "{Count} cookies were read from '{File}'.")]
    public static partial void CookiesLoaded(ILogger logger, int count, string file);

    [LoggerMessage(153, LogLevel.Warning, "The file '{File}' is damaged and was set aside as '{Aside}'; the session goes on without what was in it.")]
    public static partial void StorageCorrupt(ILogger logger, Exception? failure, string file, string aside);

    [LoggerMessage(154, LogLevel.Warning, "The file '{File}' has version {Version}, which is newer than this program knows ({Known}). It is left alone; cookies of this session are kept in memory only.")]
    public static partial void StorageNewer(ILogger logger, string file, int version, int known);

    [LoggerMessage(155, LogLevel.Warning, "{Count} cookies in '{File}' break the rules for cookies and were left out.")]
    public static partial void StoredCookiesDropped(ILogger logger, int count, string file);

    [LoggerMessage(156, LogLevel.Warning, "Cookies could not be written to '{Directory}'; they stay in memory, and writing is tried again.")]
    public static partial void StorageWriteFailed(ILogger logger, Exception failure, string directory);

    [LoggerMessage(157, LogLevel.Warning, "The left-over file '{File}' cannot be removed.")]
    public static partial void StorageCleanupFailed(ILogger logger, Exception failure, string file);

    [LoggerMessage(158, LogLevel.Debug, "{Count} cookies were written to '{File}'.")]
    public static partial void CookiesWritten(ILogger logger, int count, string file);
}
