using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using NetWebSockets.Handshake;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>Judges certificates for a session: the platform, then the session's own authorities and pins, then its callback.</summary>
internal sealed class TrustPolicy
{
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private volatile TrustSettings _settings;

    /// <summary>Creates the policy.</summary>
    /// <param name="settings">What it starts with.</param>
    /// <param name="logger">Where a callback that throws is told.</param>
    public TrustPolicy(TrustSettings settings, ILogger logger)
    {
        _settings = settings;
        _logger = logger;
    }

    /// <summary>The settings there are now.</summary>
    public TrustSettings Settings => _settings;

    /// <summary>Checks that a certificate can be an authority.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <param name="what">What to call it in the exception's message.</param>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public static void ValidateAuthority(X509Certificate2 certificate, string? parameterName, string what = "The certificate")
    {
        ArgumentNullException.ThrowIfNull(certificate, parameterName);
        X509BasicConstraintsExtension? constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();
        if (constraints is not { CertificateAuthority: true })
        {
            throw new ArgumentException(
                $"{what} ('{certificate.Subject}') is not that of an authority (its basic constraints do not say CA), so it cannot vouch for others. "
                + "Add the authority that issued it, or accept this one certificate in SetCertificateVerifyProc.",
                parameterName);
        }
    }

    /// <summary>Checks authorities and copies them, without private keys.</summary>
    /// <param name="certificates">The certificates.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The copies.</returns>
    /// <exception cref="ArgumentException">One is not that of an authority.</exception>
    public static X509Certificate2[] CopyAuthorities(IEnumerable<X509Certificate2> certificates, string parameterName)
    {
        X509Certificate2[] given = [.. certificates];
        foreach (X509Certificate2 certificate in given)
            ValidateAuthority(certificate, parameterName);
        return [.. given.Select(certificate => X509CertificateLoader.LoadCertificate(certificate.RawData))];
    }

    /// <summary>Changes the settings, from those that there are at that moment.</summary>
    /// <param name="change">Makes the new settings.</param>
    /// <returns>Whether they are others.</returns>
    public bool Change(Func<TrustSettings, TrustSettings> change)
    {
        lock (_lock)
        {
            TrustSettings former = _settings;
            _settings = change(former);
            return !ReferenceEquals(former, _settings);
        }
    }

    /// <summary>What TLS connections are to be made with by the settings there are now.</summary>
    /// <param name="withClientCertificates">Whether client certificates may be shown.</param>
    /// <returns>The settings of TLS.</returns>
    public TlsSettings CreateTlsSettings(bool withClientCertificates)
    {
        TrustSettings settings = _settings;
        bool hasClientCertificates = withClientCertificates && settings.HasClientCertificates;
        return new()
        {
            Policy = Judge,
            Protocols = settings.Tls.Protocols,
            CipherSuites = settings.Tls.CipherSuites,
            RevocationMode = settings.Tls.RevocationMode,
            SelectClientCertificate = !hasClientCertificates
                ? null
                : (hostName, port, isProxy, issuers) => ClientCertificates.Choose(settings, new ClientCertificateRequest(hostName, port, isProxy, issuers), _logger),
            IsTrustedAlone = hasClientCertificates ? IsTrustedAlone : null,
        };
    }

    /// <summary>The judgement; see <see cref="CertificatePolicy"/>.</summary>
    public CertificateJudgement Judge(string hostName, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return new(NetError.CertInvalid, $"'{hostName}' sent no certificate.");

        TrustSettings settings = _settings;
        using CertificateAssessment assessment = CertificateAssessment.Make(settings, hostName, certificate, chain, errors);
        if (settings.AsyncCallback is { } asynchronous)
        {
            CertificateVerifyRequest request = assessment.ToRequest(copied: true);
            CertificateFinding found = assessment.ToFinding();
            return CertificateJudgement.Accepted with { Pending = cancellationToken => JudgeAsync(asynchronous, request, found, cancellationToken) };
        }

        if (settings.Callback is not { } callback)
            return assessment.Error == NetError.None ? CertificateJudgement.Accepted : assessment.ToFinding().Conclude(CertificateVerdict.UseDefault);
        CertificateFinding finding = assessment.ToFinding();
        try
        {
            return finding.Conclude(callback(assessment.ToRequest(copied: false)));
        }
        catch (Exception failure)
        {
            // Trust that cannot be decided is refused.
            Log.CertificateCallbackFailed(_logger, failure, hostName);
            return finding.ConcludeFailed(failure);
        }
    }

    // The default judgement on a certificate without the intermediates that its server sends, and without asking a callback.
    private bool IsTrustedAlone(string hostName, X509Certificate2 certificate)
    {
        TrustSettings settings = _settings;
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = settings.Tls.RevocationMode;
        chain.ChainPolicy.RevocationFlag = X509RevocationFlag.ExcludeRoot;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(CertificateAssessment.ServerAuthentication);
        SslPolicyErrors errors = chain.Build(certificate) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors;
        if (!certificate.MatchesHostname(hostName, allowCommonName: false))
            errors |= SslPolicyErrors.RemoteCertificateNameMismatch;
        using CertificateAssessment assessment = CertificateAssessment.Make(settings, hostName, certificate, chain, errors);
        foreach (X509ChainElement element in chain.ChainElements)
            element.Certificate.Dispose();
        return assessment.Error == NetError.None;
    }

    private async ValueTask<CertificateJudgement> JudgeAsync(
        Func<CertificateVerifyRequest, CancellationToken, ValueTask<CertificateVerdict>> callback,
        CertificateVerifyRequest request,
        CertificateFinding finding,
        CancellationToken cancellationToken)
    {
        Task<CertificateVerdict>? deciding = null;
        try
        {
            deciding = callback(request, cancellationToken).AsTask();
            return finding.Conclude(await deciding.WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody waits for the verdict any more.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception failure)
        {
            Log.CertificateCallbackFailed(_logger, failure, request.Hostname);
            return finding.ConcludeFailed(failure);
        }
        finally
        {
            // A callback that does not heed its token still uses the certificates.
            if (deciding is { IsCompleted: false })
                _ = EndAsync(deciding, request);
            else
                Dispose(request);
        }
    }

    private async Task EndAsync(Task deciding, CertificateVerifyRequest request)
    {
        try
        {
            await deciding.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is what its token asked for.
        }
        catch (Exception failure)
        {
            Log.CertificateCallbackFailedLate(_logger, failure, request.Hostname);
        }
        finally
        {
            Dispose(request);
        }
    }

    private static void Dispose(CertificateVerifyRequest request)
    {
        request.Certificate.Dispose();
        foreach (X509Certificate2 certificate in request.Chain)
            certificate.Dispose();
    }
}
