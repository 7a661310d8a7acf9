using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets;

public sealed partial class NetSessionOptions
{
    /// <summary>Files with authorities that are trusted besides the platform's: PEM with one or more certificates, or DER. Read when the session is made.</summary>
    public IList<string> CertificateAuthorityFiles { get; init; } = [];

    /// <summary>Judges certificates asynchronously; see <see cref="NetSession.SetCertificateVerifyProc(Func{CertificateVerifyRequest, CancellationToken, ValueTask{CertificateVerdict}})"/>. None by default.</summary>
    public Func<CertificateVerifyRequest, CancellationToken, ValueTask<CertificateVerdict>>? AsyncCertificateVerifyProc { get; set; }

    /// <summary>Client certificates with their private keys; see <see cref="NetSession.SetClientCertificates"/>.</summary>
    public IList<X509Certificate2> ClientCertificates { get; init; } = [];

    /// <summary>Chooses client certificates; see <see cref="NetSession.SetClientCertificateProc"/>. None by default.</summary>
    public Func<ClientCertificateRequest, X509Certificate2?>? ClientCertificateProc { get; set; }

    /// <summary>TLS versions, cipher suites and revocation; the platform's by default.</summary>
    public TlsConfig? Tls { get; set; }

    /// <summary>Keys that servers must have, by host pattern; see <see cref="NetSession.SetCertificatePins"/>.</summary>
    public IDictionary<string, IList<string>> CertificatePins { get; init; } = new Dictionary<string, IList<string>>();
}
