using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Sessions;

/// <summary>What is wrong with a server's certificate, by the platform, the session's own authorities, the strength of keys, and pins.</summary>
internal sealed class CertificateAssessment : IDisposable
{
    private readonly string _hostName;
    private readonly X509Certificate2 _certificate;
    private readonly X509Chain _chain;
    private readonly X509Chain? _own;
    private readonly SslPolicyErrors _errors;
    private readonly X509ChainStatusFlags _status;
    private readonly bool _hasPinnedKey;

    private CertificateAssessment(
        TrustSettings settings, string hostName, X509Certificate2 certificate, X509Chain chain, X509Chain? own, SslPolicyErrors errors, X509ChainStatusFlags status)
    {
        _hostName = hostName;
        _certificate = certificate;
        _chain = chain;
        _own = own;

        if (settings.Tls.AllowUnknownRevocationStatus && (status & CertificateErrors.RevocationUnknown) != 0)
        {
            status &= ~CertificateErrors.RevocationUnknown;
            if (status == X509ChainStatusFlags.NoError)
                errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        }

        (bool hasWeakKey, bool hasWeakSignature) = WeakCertificates.Find(chain);
        if (hasWeakSignature)
            status |= X509ChainStatusFlags.HasWeakSignature;
        if (hasWeakKey || hasWeakSignature)
            errors |= SslPolicyErrors.RemoteCertificateChainErrors;
        _errors = errors;
        _status = status;
        Error = CertificateErrors.ToNetError(errors, status, hasWeakKey);

        // Of a chain that proves nothing, only the server's own key counts: the server has proved that it has it.
        _hasPinnedKey = settings.Pins.Hold(hostName, (status & CertificateErrors.NotTrusted) == 0 ? Certificates(chain) : [certificate]);
        if (Error == NetError.None && !_hasPinnedKey)
            Error = NetError.SslPinnedKeyNotInCertChain;
    }

    /// <summary>The use that a server's certificate must allow: server authentication, RFC 5280, section 4.2.1.12.</summary>
    public static Oid ServerAuthentication => new("1.3.6.1.5.5.7.3.1");

    /// <summary>What is wrong; none when nothing is.</summary>
    public NetError Error { get; }

    /// <summary>Assesses a certificate.</summary>
    /// <param name="settings">The session's settings.</param>
    /// <param name="hostName">The host.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="chain">The chain that the platform built.</param>
    /// <param name="errors">What the platform says.</param>
    /// <returns>The assessment; the caller disposes it.</returns>
    public static CertificateAssessment Make(TrustSettings settings, string hostName, X509Certificate2 certificate, X509Chain chain, SslPolicyErrors errors)
    {
        if (settings.Authorities.Length == 0 || !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return new(settings, hostName, certificate, chain, null, errors, StatusOf(chain));

        var own = new X509Chain();
        try
        {
            X509ChainStatusFlags status = BuildOwn(own, chain, certificate, settings);
            // Only when the session's authorities know the certificate is their result the better one.
            if ((status & CertificateErrors.NotTrusted) != 0)
                return new(settings, hostName, certificate, chain, own, errors, StatusOf(chain));
            if (status == X509ChainStatusFlags.NoError)
                errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
            return new(settings, hostName, certificate, own, own, errors, status);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>What is found, for when this is gone.</summary>
    /// <returns>The finding.</returns>
    public CertificateFinding ToFinding() => new(
        _hostName,
        Error,
        Error switch
        {
            NetError.None => string.Empty,
            NetError.SslPinnedKeyNotInCertChain => ExplainPins(),
            _ => CertificateErrors.Explain(Error, _hostName, _certificate),
        },
        _hasPinnedKey ? null : ExplainPins());

    /// <summary>The question for a callback.</summary>
    /// <param name="copied">Whether the certificates are copies, which the caller disposes; the others live as long as this.</param>
    /// <returns>The request.</returns>
    public CertificateVerifyRequest ToRequest(bool copied)
    {
        IEnumerable<X509Certificate2> chain = Certificates(_chain);
        return new(
            _hostName,
            copied ? new X509Certificate2(_certificate) : _certificate,
            [.. copied ? chain.Select(static certificate => new X509Certificate2(certificate)) : chain],
            _status,
            _errors,
            Error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_own is null)
            return;
        foreach (X509ChainElement element in _own.ChainElements)
            element.Certificate.Dispose();
        _own.Dispose();
    }

    private static IEnumerable<X509Certificate2> Certificates(X509Chain chain) => chain.ChainElements.Select(static element => element.Certificate);

    private static X509ChainStatusFlags BuildOwn(X509Chain own, X509Chain platform, X509Certificate2 certificate, TrustSettings settings)
    {
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.RevocationMode = settings.Tls.RevocationMode;
        own.ChainPolicy.RevocationFlag = X509RevocationFlag.ExcludeRoot;
        // The platform's attempt has fetched the certificates that there were to fetch; lists of revoked ones are not meant by this.
        own.ChainPolicy.DisableCertificateDownloads = true;
        own.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        own.ChainPolicy.CustomTrustStore.AddRange(settings.Authorities);
        own.ChainPolicy.ExtraStore.AddRange(settings.Authorities);
        own.ChainPolicy.ExtraStore.AddRange(platform.ChainPolicy.ExtraStore);
        foreach (X509ChainElement element in platform.ChainElements)
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        own.Build(certificate);

        X509ChainStatusFlags status = StatusOf(own);
        // An intermediate was added as an authority without its root: the chain ends at it, and that is what was asked for.
        if ((status & X509ChainStatusFlags.PartialChain) != 0 && own.ChainElements.Count > 1
            && settings.Authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(own.ChainElements[^1].Certificate.RawDataMemory.Span)))
        {
            status = X509ChainStatusFlags.NoError;
            // What is missing above the authority is none of the server's faults.
            foreach (X509ChainElement element in own.ChainElements.SkipLast(1))
            {
                foreach (X509ChainStatus one in element.ChainElementStatus)
                    status |= one.Status;
            }

            status &= ~X509ChainStatusFlags.PartialChain;
            // Not every platform looks for revocations in a chain without a root, and none says whether it did.
            if (settings.Tls.RevocationMode != X509RevocationMode.NoCheck)
                status |= X509ChainStatusFlags.RevocationStatusUnknown;
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

    private string ExplainPins() =>
        $"No certificate of '{_hostName}' has a key that is pinned for it (SetCertificatePins); its keys are {string.Join(", ", Certificates(_chain).Select(CertificatePins.Of))}. Either this is not the server, or its keys have changed.";
}
