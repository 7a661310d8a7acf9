using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Debug, "Opening handshake with {Address} starts.")]
    public static partial void HandshakeStarts(ILogger logger, string address);

    [LoggerMessage(102, LogLevel.Debug, "Opening handshake with {Address} succeeded; subprotocol '{Protocol}'.")]
    public static partial void HandshakeSucceeds(ILogger logger, string address, string protocol);

    [LoggerMessage(103, LogLevel.Information, "Opening handshake with {Address} failed with {Error}: {Explanation}")]
    public static partial void HandshakeFails(ILogger logger, string address, string error, string explanation);

    [LoggerMessage(104, LogLevel.Error, "The certificate verify callback threw for '{Host}'; the certificate is rejected.")]
    public static partial void CertificateCallbackFailed(ILogger logger, Exception failure, string host);

    [LoggerMessage(105, LogLevel.Warning, "A cookie from '{Host}' was not stored: {Reason}.")]
    public static partial void CookieRefused(ILogger logger, string host, string reason);

    [LoggerMessage(106, LogLevel.Information, "The proxy settings of the session changed to mode {Mode}.")]
    public static partial void ProxyChanged(ILogger logger, string mode);

    [LoggerMessage(107, LogLevel.Information, "All connections of the session were dropped: {Count}.")]
    public static partial void ConnectionsClosed(ILogger logger, int count);

    [LoggerMessage(108, LogLevel.Error, "Dropping a connection of the session failed; the others are dropped all the same.")]
    public static partial void AbortFailed(ILogger logger, Exception failure);
}
