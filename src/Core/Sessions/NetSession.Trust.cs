using System.Security.Cryptography.X509Certificates;
using NetWebSockets.Sessions;

namespace NetWebSockets;

public sealed partial class NetSession
{
    private readonly TrustPolicy _trust;

    /// <summary>
    /// Sets what judges servers' certificates; it is asked for every TLS connection, valid certificates included. When it throws, the
    /// certificate is rejected and the exception logged. It runs within the TLS handshake and must be quick and safe from many threads.
    /// </summary>
    /// <param name="callback">The callback; null to leave it to the platform and the session's authorities.</param>
    public void SetCertificateVerifyProc(Func<CertificateVerifyRequest, CertificateVerdict>? callback)
    {
        ThrowIfDisposed();
        _trust.Callback = callback;
        // An idle connection that the former callback let in must not be used again.
        _handlers.Reset();
    }

    /// <summary>Trusts an authority besides the platform's. A root, or an intermediate that is to be trusted without its root.</summary>
    /// <param name="certificate">The authority's certificate; copied, without its private key.</param>
    /// <exception cref="ArgumentException">The certificate is not that of an authority.</exception>
    public void AddCertificateAuthority(X509Certificate2 certificate)
    {
        ThrowIfDisposed();
        TrustPolicy.ValidateAuthority(certificate, nameof(certificate));
        _trust.AddAuthority(certificate);
        _handlers.Reset();
    }

    /// <summary>Trusts authorities besides the platform's: all of them, or none when one is refused.</summary>
    /// <param name="certificates">The authorities' certificates; copied, without private keys.</param>
    /// <exception cref="ArgumentException">One is not that of an authority.</exception>
    public void AddCertificateAuthorities(X509Certificate2Collection certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ThrowIfDisposed();
        foreach (X509Certificate2 certificate in certificates)
            TrustPolicy.ValidateAuthority(certificate, nameof(certificates));
        foreach (X509Certificate2 certificate in certificates)
            _trust.AddAuthority(certificate);
        _handlers.Reset();
    }
}
