using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.Sessions;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

public sealed partial class NetSession
{
    private readonly TrustPolicy _trust;

    /// <summary>
    /// Sets what judges servers' certificates; it is asked for every TLS connection, valid certificates included. When it throws, the
    /// certificate is rejected and the exception logged. It runs within the TLS handshake and must be quick and safe from many threads.
    /// </summary>
    /// <param name="callback">The callback, in place of any other; null to leave it to the platform and the session's authorities.</param>
    // Null means this one.
    [OverloadResolutionPriority(1)]
    public void SetCertificateVerifyProc(Func<CertificateVerifyRequest, CertificateVerdict>? callback) =>
        ChangeTrust("the verify callback", settings => settings with { Callback = callback, AsyncCallback = null });

    /// <summary>
    /// Sets what judges servers' certificates and takes its time for it; it is asked for every TLS connection, valid certificates included, after the TLS
    /// handshake and before anything else is sent. When it throws, the certificate is rejected and the exception logged. Its token is cancelled when nobody
    /// waits for the verdict any more: the socket was closed, or its <c>HandshakeTimeout</c> is over. It must be safe from many threads.
    /// </summary>
    /// <param name="callback">The callback, in place of any other; null to leave it to the platform and the session's authorities.</param>
    public void SetCertificateVerifyProc(Func<CertificateVerifyRequest, CancellationToken, ValueTask<CertificateVerdict>>? callback) =>
        ChangeTrust("the verify callback", settings => settings with { Callback = null, AsyncCallback = callback });

    /// <summary>Trusts an authority besides the platform's. A root, or an intermediate that is to be trusted without its root.</summary>
    /// <param name="certificate">The authority's certificate; copied, without its private key.</param>
    /// <exception cref="ArgumentException">The certificate is not that of an authority.</exception>
    public void AddCertificateAuthority(X509Certificate2 certificate) =>
        AddAuthorities(TrustPolicy.CopyAuthorities([certificate], nameof(certificate)));

    /// <summary>Trusts authorities besides the platform's: all of them, or none when one is refused.</summary>
    /// <param name="certificates">The authorities' certificates; copied, without private keys.</param>
    /// <exception cref="ArgumentException">One is not that of an authority.</exception>
    public void AddCertificateAuthorities(X509Certificate2Collection certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        AddAuthorities(TrustPolicy.CopyAuthorities(certificates, nameof(certificates)));
    }

    /// <summary>Trusts the authorities in a file besides the platform's: all of them, or none when one is refused.</summary>
    /// <param name="path">A PEM file with one or more certificates, or a DER file with one; read now.</param>
    /// <exception cref="ArgumentException">The file cannot be read, or holds something else; the message names file and place.</exception>
    public void AddCertificateAuthoritiesFromFile(string path) => AddAuthorities(CertificateFiles.ReadAuthorities(path, nameof(path)));

    /// <summary>Trusts an authority of this session no longer. What the platform trusts stays.</summary>
    /// <param name="certificate">The authority's certificate.</param>
    /// <returns>Whether it was one of this session's.</returns>
    public bool RemoveCertificateAuthority(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return ChangeTrust("an authority less", settings =>
        {
            X509Certificate2[] left = [.. settings.Authorities.Where(authority => !authority.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span))];
            return left.Length == settings.Authorities.Length ? settings : settings with { Authorities = left };
        });
    }

    /// <summary>
    /// Sets the client certificates. A server that asks for one is shown the only one there is, or of several the first whose issuer it accepts. It is shown
    /// to servers only whose own certificate has been accepted.
    /// </summary>
    /// <param name="certificates">The certificates with their private keys; copied. Empty for none. An expired one is shown all the same.</param>
    /// <exception cref="ArgumentException">One has no private key.</exception>
    public void SetClientCertificates(IEnumerable<X509Certificate2> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        X509Certificate2[] copies = ClientCertificates.Copy(certificates, nameof(certificates));
        ChangeTrust("the client certificates", settings => settings with { ClientCertificates = copies, ClientCertificateCallback = null });
    }

    /// <summary>
    /// Sets what chooses a client certificate when a server asks for one, in place of <see cref="SetClientCertificates"/>. It runs within the TLS handshake, may
    /// be asked twice for one socket, and must be quick and safe from many threads. When it throws, the handshake fails and the exception is logged.
    /// </summary>
    /// <param name="callback">Gives the certificate with its private key, which stays the callback's; null to show none. Null for no callback.</param>
    public void SetClientCertificateProc(Func<ClientCertificateRequest, X509Certificate2?>? callback) =>
        ChangeTrust("the client certificate callback", settings => settings with { ClientCertificates = [], ClientCertificateCallback = callback });

    /// <summary>Sets TLS versions, cipher suites and revocation.</summary>
    /// <param name="config">The settings; read now, later changes do nothing.</param>
    /// <exception cref="ArgumentException">A part of it is wrong; the message names it.</exception>
    /// <exception cref="PlatformNotSupportedException">It names cipher suites, and the platform does not let them be chosen.</exception>
    public void SetTlsConfig(TlsConfig config)
    {
        TlsRules rules = TlsRules.Create(config, nameof(config));
        ChangeTrust("the TLS settings", settings => settings with { Tls = rules });
    }

    /// <summary>
    /// Pins the keys of a host: its certificate, or one above it, must have one of them, besides being valid. Accepting in a verify callback does not overrule
    /// pins; of a chain without a trusted authority only the server's own key counts then.
    /// </summary>
    /// <param name="hostPattern">A host name or address, or <c>*.</c> and a suffix for every host below it. The pattern closest to a host counts for it.</param>
    /// <param name="pins">The pins, each <c>sha256/</c> and the SHA-256 of a SubjectPublicKeyInfo in base64 (RFC 7469, section 2.4); empty to have none for the pattern.</param>
    /// <exception cref="ArgumentException">The pattern or a pin is malformed; the message names its place.</exception>
    public void SetCertificatePins(string hostPattern, IEnumerable<string> pins)
    {
        ArgumentNullException.ThrowIfNull(pins);
        string[] given = [.. pins];
        ChangeTrust("the pins", settings => settings with { Pins = settings.Pins.With(hostPattern, given, nameof(hostPattern), nameof(pins)) });
    }

    private void AddAuthorities(X509Certificate2[] authorities) =>
        ChangeTrust("further authorities", settings => settings with { Authorities = [.. settings.Authorities, .. authorities] });

    private bool ChangeTrust(string what, Func<TrustSettings, TrustSettings> change)
    {
        ThrowIfDisposed();
        if (!_trust.Change(change))
            return false;
        // An idle connection that the former settings let in must not be used again.
        _handlers.Reset();
        Log.TrustChanged(_logger, what);
        return true;
    }
}
