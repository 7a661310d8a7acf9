using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using NetWebSockets.Handshake;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>Judges certificates for a session: the platform, then the session's own authorities, then its callback.</summary>
internal sealed class TrustPolicy
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private volatile X509Certificate2[] _authorities = [];
    private volatile Func<CertificateVerifyRequest, CertificateVerdict>? _callback;

    /// <summary>Creates the policy.</summary>
    /// <param name="logger">Where a callback that throws is told.</param>
    public TrustPolicy(ILogger logger) => _logger = logger;

    /// <summary>The callback; null for none.</summary>
    public Func<CertificateVerifyRequest, CertificateVerdict>? Callback { get => _callback; set => _callback = value; }

    /// <summary>Checks that a certificate can be an authority.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public static void ValidateAuthority(X509Certificate2 certificate, string? parameterName)
    {
        ArgumentNullException.ThrowIfNull(certificate, parameterName);
        X509BasicConstraintsExtension? constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();
        if (constraints is not { CertificateAuthority: true })
        {
            throw new ArgumentException(
                $"The certificate '{certificate.Subject}' is not that of an authority (its basic constraints do not say CA), so it cannot vouch for others. "
                + "Add the authority that issued it, or accept this one certificate in SetCertificateVerifyProc.",
                parameterName);
        }
    }

    /// <summary>Adds an authority that has been validated. A copy without private key is kept.</summary>
    /// <param name="certificate">The certificate.</param>
    public void AddAuthority(X509Certificate2 certificate)
    {
        X509Certificate2 copy = X509CertificateLoader.LoadCertificate(certificate.RawData);
        lock (_lock)
            _authorities = [.. _authorities, copy];
    }

    /// <summary>The judgement; see <see cref="CertificatePolicy"/>.</summary>
    public CertificateJudgement Judge(string hostName, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return new(NetError.CertInvalid, $"'{hostName}' sent no certificate.");

        X509Certificate2[] authorities = _authorities;
        if (authorities.Length == 0 || !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return Judge(hostName, certificate, chain, errors, StatusOf(chain));

        using var own = new X509Chain();
        X509ChainStatusFlags status = BuildOwn(own, chain, certificate, authorities);
        // Only when the session's authorities know the certificate is their result the better one.
        if ((status & CertificateErrors.NotTrusted) != 0)
            return Judge(hostName, certificate, chain, errors, StatusOf(chain));
        if (status == X509ChainStatusFlags.NoError)
            errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        return Judge(hostName, certificate, own, errors, status);
    }

    private static X509ChainStatusFlags BuildOwn(X509Chain own, X509Chain platform, X509Certificate2 certificate, X509Certificate2[] authorities)
    {
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // The platform's attempt has fetched what there was to fetch.
        own.ChainPolicy.DisableCertificateDownloads = true;
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.ExtraStore.AddRange(authorities);
        own.ChainPolicy.ExtraStore.AddRange(platform.ChainPolicy.ExtraStore);
        foreach (X509ChainElement element in platform.ChainElements)
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        own.Build(certificate);

        X509ChainStatusFlags status = StatusOf(own);
        // An intermediate was added as an authority without its root: the chain ends at it, and that is what was asked for.
        if ((status & X509ChainStatusFlags.PartialChain) != 0 && own.ChainElements.Count > 1
            && authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(own.ChainElements[^1].Certificate.RawDataMemory.Span)))
        {
            status &= ~CertificateErrors.NotTrusted;
        }

        return status;
    }

    private static X509ChainStatusFlags StatusOf(X509Chain chain)
    {
        X509ChainStatusFlags flags = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain.ChainStatus)
            flags |= status.Status;
        return flags;
    }

    private CertificateJudgement Judge(string hostName, X509Certificate2 certificate, X509Chain chain, SslPolicyErrors errors, X509ChainStatusFlags status)
    {
        NetError error = CertificateErrors.ToNetError(errors, status);
        CertificateVerdict verdict = CertificateVerdict.UseDefault;
        if (_callback is { } callback)
        {
            try
            {
                verdict = callback(new CertificateVerifyRequest(hostName, certificate, chain, errors, error));
            }
            catch (Exception failure)
            {
                // Trust that cannot be decided is refused.
                Log.CertificateCallbackFailed(_logger, failure, hostName);
                return new(error == NetError.None ? NetError.CertInvalid : error, $"The session's certificate verify callback failed for '{hostName}' ({failure.GetType().Name}), so its certificate is rejected.");
            }
        }

        return verdict switch
        {
            CertificateVerdict.Accept => CertificateJudgement.Accepted,
            CertificateVerdict.Reject => new(error == NetError.None ? NetError.CertInvalid : error, $"The session's certificate verify callback rejected the certificate of '{hostName}'."),
            _ when error == NetError.None => CertificateJudgement.Accepted,
            _ => new(error, CertificateErrors.Explain(error, hostName, certificate)),
        };
    }
}
