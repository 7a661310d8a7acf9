using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(120, LogLevel.Information, "The proxy script {Script} is in use; {Characters} characters.")]
    public static partial void ProxyScriptLoaded(ILogger logger, string script, int characters);

    [LoggerMessage(121, LogLevel.Warning, "There is no proxy script, and connections fail until there is one: {Explanation}")]
    public static partial void ProxyScriptMissing(ILogger logger, string explanation);

    [LoggerMessage(122, LogLevel.Warning, "There is no proxy script, and connections go without a proxy: {Explanation}")]
    public static partial void ProxyScriptAbsent(ILogger logger, string explanation);

    [LoggerMessage(123, LogLevel.Warning, "The proxy script could not be fetched anew, and the former one stays in use: {Explanation}")]
    public static partial void ProxyScriptKept(ILogger logger, string explanation);

    [LoggerMessage(124, LogLevel.Warning, "The proxy script failed for '{Host}', which goes without a proxy: {Explanation}")]
    public static partial void ProxyScriptIgnored(ILogger logger, string host, string explanation);

    [LoggerMessage(125, LogLevel.Debug, "The proxy script says: {Message}")]
    public static partial void ProxyScriptAlert(ILogger logger, string message);

    [LoggerMessage(126, LogLevel.Debug, "The proxy script asked for '{Host}', which could not be looked up: {Explanation}")]
    public static partial void ProxyScriptLookupFailed(ILogger logger, string host, string explanation);
}
