using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Handshake;

/// <summary>Chooses a client certificate, when a server asks for one.</summary>
/// <param name="hostName">The server's host, or the proxy's.</param>
/// <param name="port">Its port.</param>
/// <param name="isProxy">Whether it is a proxy.</param>
/// <param name="acceptableIssuers">The distinguished names of the authorities that it accepts; empty when it does not say.</param>
/// <returns>The certificate with its private key; null to send none.</returns>
/// <exception cref="CertificateRejectedException">None can be chosen.</exception>
internal delegate X509Certificate2? ClientCertificateSelector(string hostName, int port, bool isProxy, IReadOnlyList<string> acceptableIssuers);

/// <summary>What TLS connections are made with.</summary>
internal sealed record TlsSettings
{
    /// <summary>What judges certificates.</summary>
    public required CertificatePolicy Policy { get; init; }

    /// <summary>The versions; <see cref="SslProtocols.None"/> for those of the platform.</summary>
    public SslProtocols Protocols { get; init; }

    /// <summary>The cipher suites; null for those of the platform. Not for every platform.</summary>
    public CipherSuitesPolicy? CipherSuites { get; init; }

    /// <summary>How the platform learns whether certificates were revoked.</summary>
    public X509RevocationMode RevocationMode { get; init; }

    /// <summary>Chooses client certificates; null when there are none.</summary>
    public ClientCertificateSelector? SelectClientCertificate { get; init; }

    /// <summary>
    /// Whether a server's certificate is known to be good (host name, certificate) without what the server sent besides it. Asked before a client
    /// certificate is shown to a server that has not been judged before.
    /// </summary>
    public Func<string, X509Certificate2, bool>? IsTrustedAlone { get; init; }
}
