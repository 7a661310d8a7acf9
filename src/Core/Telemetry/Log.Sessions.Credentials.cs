using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(160, LogLevel.Debug, "The login handler is asked for {Scheme} credentials for {Target}; refused before: {Failures}.")]
    public static partial void CredentialsAsked(ILogger logger, string target, string scheme, int failures);

    [LoggerMessage(161, LogLevel.Information, "{Target} refused the {Scheme} credentials; they are forgotten.")]
    public static partial void CredentialsRefused(ILogger logger, string target, string scheme);

    [LoggerMessage(162, LogLevel.Error, "The login handler threw for {Target}; the handshakes that wait for it fail.")]
    public static partial void LoginHandlerFailed(ILogger logger, Exception failure, string target);

    [LoggerMessage(163, LogLevel.Error, "The configured credentials threw for {Target}; the handshake fails.")]
    public static partial void ConfiguredCredentialsFailed(ILogger logger, Exception failure, string target);

    [LoggerMessage(164, LogLevel.Warning, "{Scheme} authentication with {Target} cannot be used on this machine ({Reason}); a weaker scheme is used where there is one.")]
    public static partial void SchemeUnusable(ILogger logger, string scheme, string target, string reason);

    [LoggerMessage(165, LogLevel.Information, "The session's credentials were forgotten.")]
    public static partial void AuthCacheCleared(ILogger logger);
}
