using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(140, LogLevel.Information, "The host-resolver rules of the session changed; there are {Count} now.")]
    public static partial void HostRulesChanged(ILogger logger, int count);

    [LoggerMessage(141, LogLevel.Information, "The session looks up hosts with DNS over HTTPS in mode {Mode}; servers: {Count}.")]
    public static partial void HostResolverChanged(ILogger logger, string mode, int count);

    [LoggerMessage(142, LogLevel.Warning, "The DNS over HTTPS server {Server} did not answer for '{Host}': {Reason}")]
    public static partial void SecureDnsServerFailed(ILogger logger, string server, string host, string reason);

    [LoggerMessage(143, LogLevel.Debug, "'{Host}' is looked up by the operating system, since DNS over HTTPS has no address for it: {Reason}")]
    public static partial void SecureDnsFallsBack(ILogger logger, string host, string reason);

    [LoggerMessage(144, LogLevel.Error, "The resolver callback of the session threw for '{Host}'; the look-up fails.")]
    public static partial void HostCallbackFailed(ILogger logger, Exception failure, string host);

    [LoggerMessage(145, LogLevel.Debug, "'{Host}' was looked up; addresses: {Count}.")]
    public static partial void HostLookedUp(ILogger logger, string host, int count);

    [LoggerMessage(146, LogLevel.Debug, "Connecting to {Address} failed with {Error}; other addresses of the host are tried.")]
    public static partial void AddressFailed(ILogger logger, string address, string error);

    [LoggerMessage(147, LogLevel.Warning, "The hosts file {Path} could not be read, and is passed over.")]
    public static partial void HostsFileUnreadable(ILogger logger, Exception failure, string path);
}
