using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(110, LogLevel.Warning, "The proxy {Proxy} failed with {Error}; {Next} is tried next.")]
    public static partial void ProxyFailsOver(ILogger logger, string proxy, string error, string next);

    [LoggerMessage(111, LogLevel.Information, "The proxy settings of the session (mode {Mode}) were read anew.")]
    public static partial void ProxyReloaded(ILogger logger, string mode);
}
