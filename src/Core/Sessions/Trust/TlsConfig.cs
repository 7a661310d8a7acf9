using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets;

/// <summary>How a session speaks TLS, after Electron's <c>SSLConfig</c>. See <see cref="NetSession.SetTlsConfig"/>.</summary>
public sealed class TlsConfig
{
    /// <summary>The lowest version; null, the default, for the platform's.</summary>
    public TlsVersion? MinVersion { get; set; }

    /// <summary>The highest version; null, the default, for the platform's.</summary>
    public TlsVersion? MaxVersion { get; set; }

    /// <summary>
    /// The cipher suites to offer, of all versions, best first; empty, the default, for the platform's. On Linux and macOS only: elsewhere they
    /// are the machine's to choose.
    /// </summary>
    public IList<TlsCipherSuite> CipherSuites { get; init; } = [];

    /// <summary>
    /// How to learn whether a certificate was revoked. <see cref="X509RevocationMode.NoCheck"/> by default, as in Chromium. Otherwise the platform asks where
    /// the certificates say (CRL, OCSP), around the session's proxy and hosts, during the handshake.
    /// </summary>
    public X509RevocationMode RevocationMode { get; set; } = X509RevocationMode.NoCheck;

    /// <summary>
    /// Whether a certificate is accepted when its status could not be learnt. Default <see langword="false"/>: the handshake fails with
    /// <see cref="NetError.CertUnableToCheckRevocation"/>.
    /// </summary>
    public bool AllowUnknownRevocationStatus { get; set; }
}
