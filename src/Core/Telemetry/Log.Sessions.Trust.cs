using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(130, LogLevel.Error, "The certificate verify callback threw for '{Host}', whose handshake had ended meanwhile.")]
    public static partial void CertificateCallbackFailedLate(ILogger logger, Exception failure, string host);

    [LoggerMessage(131, LogLevel.Error, "The client certificate callback threw for '{Host}'; the connection is given up.")]
    public static partial void ClientCertificateCallbackFailed(ILogger logger, Exception failure, string host);

    [LoggerMessage(132, LogLevel.Error, "The client certificate callback chose a certificate without a private key for '{Host}'; the connection is given up.")]
    public static partial void ClientCertificateWithoutKey(ILogger logger, string host);

    [LoggerMessage(133, LogLevel.Information, "The trust settings of the session changed: {What}.")]
    public static partial void TrustChanged(ILogger logger, string what);
}
