using System.ComponentModel;

namespace NetWebSockets.Handshake;

/// <summary>Names what a server said of the client's certificate in a TLS alert, during the handshake or, in TLS 1.3, at the first read after it.</summary>
internal static class TlsAlerts
{
    // Windows' SChannel: the alerts of RFC 8446, section 6.2, that speak of a certificate. Of the server's own certificate they cannot
    // be, for that is judged by the session.
    private static readonly int[] CertificateCodes =
    [
        unchecked((int)0x80090325), // SEC_E_UNTRUSTED_ROOT: unknown_ca
        unchecked((int)0x80090327), // SEC_E_CERT_UNKNOWN: certificate_unknown, bad_certificate, unsupported_certificate
        unchecked((int)0x80090328), // SEC_E_CERT_EXPIRED: certificate_expired
        unchecked((int)0x80092010), // CRYPT_E_REVOKED: certificate_revoked
    ];

    // Windows' SChannel: the server wants a certificate, and there is none.
    private static readonly int[] NoCertificateCodes =
    [
        unchecked((int)0x8009030E), // SEC_E_NO_CREDENTIALS
        unchecked((int)0x80090320), // SEC_E_INCOMPLETE_CREDENTIALS
    ];

    // OpenSSL's texts, which are not translated.
    private static readonly string[] CertificateTexts =
    [
        "alert bad certificate", "alert unsupported certificate", "alert certificate revoked", "alert certificate expired", "alert certificate unknown",
        "alert unknown ca", "alert access denied",
    ];

    /// <summary>Whether a failure is the server's word about the client's certificate, and which.</summary>
    /// <param name="failure">The failure, with what is inside.</param>
    /// <returns><see cref="NetError.SslClientAuthCertNeeded"/>, <see cref="NetError.BadSslClientAuthCert"/> or null.</returns>
    public static NetError? ToClientCertificateError(Exception failure)
    {
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (Contains(inner, "alert certificate required") || (inner is Win32Exception missing && NoCertificateCodes.Contains(missing.NativeErrorCode)))
                return NetError.SslClientAuthCertNeeded;
            if (CertificateTexts.Any(text => Contains(inner, text)) || (inner is Win32Exception bad && CertificateCodes.Contains(bad.NativeErrorCode)))
                return NetError.BadSslClientAuthCert;
        }

        return null;
    }

    /// <summary>Sharpens the name of a failure by what is known of its connection.</summary>
    /// <param name="error">The name that the failure has by itself.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="attempt">What is known.</param>
    /// <param name="proxy">The proxy in between, or null.</param>
    /// <returns>The name.</returns>
    public static NetError Refine(NetError error, Exception failure, HandshakeAttempt attempt, Uri? proxy)
    {
        ClientCertificateUse use = attempt.ClientCertificate;
        switch (error)
        {
            // Servers say "bad certificate" of one that is missing, too.
            case NetError.SslClientAuthCertNeeded or NetError.BadSslClientAuthCert when ToClientCertificateError(failure) is not null:
                return use == ClientCertificateUse.Shown ? NetError.BadSslClientAuthCert : NetError.SslClientAuthCertNeeded;

            // Up to TLS 1.2. Behind a proxy that is reached over TLS, flights cannot be told apart.
            case NetError.SslVersionOrCipherMismatch when IsHandshakeFailure(failure) && (use != ClientCertificateUse.NotAsked
                || (proxy?.Scheme != Uri.UriSchemeHttps && attempt.Transport is { HasSecondFlight: true })):
                return use == ClientCertificateUse.Shown ? NetError.BadSslClientAuthCert : NetError.SslClientAuthCertNeeded;

            // Some servers only hang up when they do not get what they asked for.
            case NetError.EmptyResponse or NetError.ConnectionClosed or NetError.ConnectionReset or NetError.ConnectionAborted
                when use is ClientCertificateUse.None or ClientCertificateUse.Withheld:
                return NetError.SslClientAuthCertNeeded;

            default:
                return error;
        }
    }

    private static bool IsHandshakeFailure(Exception? failure)
    {
        while (failure is not null && !Contains(failure, "alert handshake failure"))
            failure = failure.InnerException;
        return failure is not null;
    }

    private static bool Contains(Exception failure, string text) => failure.Message.Contains(text, StringComparison.OrdinalIgnoreCase);
}
