using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using NetWebSockets.Handshake;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>Chooses client certificates for a session.</summary>
internal static class ClientCertificates
{
    /// <summary>Checks certificates and copies them.</summary>
    /// <param name="certificates">The certificates.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The copies.</returns>
    /// <exception cref="ArgumentException">One has no private key.</exception>
    public static X509Certificate2[] Copy(IEnumerable<X509Certificate2> certificates, string parameterName)
    {
        X509Certificate2[] given = [.. certificates];
        for (int i = 0; i < given.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(given[i], parameterName);
            if (!given[i].HasPrivateKey)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Client certificate {i + 1} ('{given[i].Subject}') has no private key, so it cannot be shown to a server; load it from a PKCS#12 file, or with CopyWithPrivateKey."),
                    parameterName);
            }
        }

        return [.. given.Select(certificate => new X509Certificate2(certificate))];
    }

    /// <summary>Chooses by the session's settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="request">Who asks.</param>
    /// <param name="logger">Where a callback that fails is told.</param>
    /// <returns>The certificate; null for none.</returns>
    /// <exception cref="CertificateRejectedException">The callback failed.</exception>
    public static X509Certificate2? Choose(TrustSettings settings, ClientCertificateRequest request, ILogger logger)
    {
        if (settings.ClientCertificateCallback is not { } callback)
            return Choose(settings.ClientCertificates, request.AcceptableIssuers);
        X509Certificate2? chosen;
        try
        {
            chosen = callback(request);
        }
        catch (Exception failure)
        {
            // The server may be content without a certificate, but that is not what was asked of the callback.
            Log.ClientCertificateCallbackFailed(logger, failure, request.Hostname);
            throw new CertificateRejectedException(
                new(NetError.SslClientAuthCertNeeded, $"The session's client certificate callback failed for '{request.Hostname}' ({failure.GetType().Name})."), isProxy: false);
        }

        if (chosen is null || chosen.HasPrivateKey)
            return chosen;
        Log.ClientCertificateWithoutKey(logger, request.Hostname);
        throw new CertificateRejectedException(
            new(NetError.BadSslClientAuthCert, $"The session's client certificate callback chose a certificate without a private key for '{request.Hostname}'."), isProxy: false);
    }

    // The only one there is, is meant; of several, the first that the server would accept.
    private static X509Certificate2? Choose(X509Certificate2[] certificates, IReadOnlyList<string> acceptableIssuers) =>
        certificates.Length == 1 || acceptableIssuers.Count == 0
            ? certificates.FirstOrDefault()
            : certificates.FirstOrDefault(certificate => IsIssuedBy(certificate, acceptableIssuers));

    private static bool IsIssuedBy(X509Certificate2 certificate, IReadOnlyList<string> issuers)
    {
        if (issuers.Contains(certificate.Issuer, StringComparer.Ordinal))
            return true;
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        // Whether the chain is valid is for the server to say.
        chain.Build(certificate);
        bool isIssued = false;
        foreach (X509ChainElement element in chain.ChainElements)
        {
            isIssued |= issuers.Contains(element.Certificate.Issuer, StringComparer.Ordinal);
            element.Certificate.Dispose();
        }

        return isIssued;
    }
}
