using System.Net;

namespace NetWebSockets.Connections;

/// <summary>
/// The built-in answer to "is it worth trying again?". docs/reliability.md has it as a table.
/// </summary>
/// <remarks>
/// Before a connection was ever ready, a failure that says that address, trust or contract are wrong is fatal: somebody is there to see it, and
/// waiting helps nothing. Once it has been ready, the same failure is most likely a deployment, a captive portal or a server on its way
/// down, and a client that is meant to outlive those tries again.
/// </remarks>
internal static class FailureClassifier
{
    /// <param name="failure">The failure.</param>
    /// <param name="canRefresh">Whether an endpoint factory can bring another token or address at the next attempt.</param>
    public static FailureAction Classify(ConnectionFailure failure, bool canRefresh)
    {
        if (failure.Exception.InnerException is FatalScriptException)
            return FailureAction.Fatal;
        if (failure.TimedOut)
            return FailureAction.Retry;
        if (failure.Close is { Error: NetError.None } close && Code(failure, close.Code, canRefresh) is { } byCode)
            return byCode;
        if (failure.StatusCode is { } status && status != HttpStatusCode.SwitchingProtocols)
            return Status(failure, status, canRefresh);
        return failure.Phase switch
        {
            FailurePhase.Endpoint => failure.Exception.InnerException is ArgumentException ? FailureAction.Fatal : FailureAction.Retry,
            FailurePhase.Script or FailurePhase.Restore => Script(failure),
            FailurePhase.Ready => FailureAction.Retry,
            _ => Network(failure),
        };
    }

    private static FailureAction? Code(ConnectionFailure failure, int code, bool canRefresh) => code switch
    {
        // The peer asks for an extension that this client does not have; it will ask again.
        1010 => FailureAction.Fatal,
        // IANA's Unauthorized and Forbidden.
        3000 or 3003 => canRefresh ? FailureAction.Retry : FailureAction.Fatal,
        // Protocol error, unacceptable data, invalid data, policy, too big: said before it was ready, it is about the script.
        1002 or 1003 or 1007 or 1008 or 1009 when failure.Phase is FailurePhase.Script or FailurePhase.Restore =>
            code == 1008 && canRefresh ? FailureAction.Retry : UntilReady(failure),
        _ => null,
    };

    private static FailureAction Status(ConnectionFailure failure, HttpStatusCode status, bool canRefresh) => (int)status switch
    {
        401 or 403 => canRefresh ? FailureAction.Retry : FailureAction.Fatal,
        407 or 410 => FailureAction.Fatal,
        408 or 421 or 425 or 429 => FailureAction.Retry,
        // A detour for now; 301 and 308 are for ever.
        302 or 303 or 307 => FailureAction.Retry,
        501 or 505 => UntilReady(failure),
        >= 500 => FailureAction.Retry,
        _ => UntilReady(failure),
    };

    private static FailureAction Network(ConnectionFailure failure) => failure.Error switch
    {
        NetError.UnsafePort => FailureAction.Fatal,
        NetError.ProxyAuthRequested or NetError.ProxyAuthUnsupported or NetError.UnsupportedAuthScheme => FailureAction.Fatal,
        NetError.CertCommonNameInvalid or NetError.CertDateInvalid or NetError.CertAuthorityInvalid or NetError.CertUnableToCheckRevocation or NetError.CertRevoked or NetError.CertInvalid
            or NetError.CertWeakSignatureAlgorithm or NetError.CertWeakKey or NetError.CertNameConstraintViolation
            or NetError.SslProtocolError or NetError.SslVersionOrCipherMismatch or NetError.SslClientAuthCertNeeded or NetError.SslPinnedKeyNotInCertChain
            or NetError.BadSslClientAuthCert or NetError.ProxyCertificateInvalid => UntilReady(failure),
        NetError.InvalidResponse or NetError.InvalidHttpResponse or NetError.ResponseHeadersTooBig
            or NetError.HttpVersionRequired or NetError.AlpnNegotiationFailed => UntilReady(failure),
        _ => FailureAction.Retry,
    };

    // A script that the peer answers with an error, or that is a bug, fails the same way again. One that lost its socket or its time may not.
    private static FailureAction Script(ConnectionFailure failure) => failure.Exception.InnerException switch
    {
        null or CallTimeoutException or SendException or TimeoutException or OperationCanceledException => FailureAction.Retry,
        CallException { Outcome: not SendOutcome.Sent } => FailureAction.Retry,
        _ when failure.Close is not null => FailureAction.Retry,
        _ => UntilReady(failure),
    };

    private static FailureAction UntilReady(ConnectionFailure failure) => failure.WasReady ? FailureAction.Retry : FailureAction.Fatal;
}
