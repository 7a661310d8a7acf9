using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace NetWebSockets;

/// <summary>What a <see cref="NetSession"/> starts with.</summary>
public sealed partial class NetSessionOptions
{
    /// <summary>Where the session logs. Nowhere by default.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The clock. Default <see cref="System.TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The User-Agent that handshakes send when their headers have none. None by default.</summary>
    public string? UserAgent { get; set; }

    /// <summary>The proxy; the machine's settings (<see cref="ProxyMode.System"/>) by default.</summary>
    public ProxyConfig? Proxy { get; set; }

    /// <summary>Authorities that are trusted besides the platform's.</summary>
    public IList<X509Certificate2> CertificateAuthorities { get; init; } = [];

    /// <summary>Judges certificates; see <see cref="NetSession.SetCertificateVerifyProc(Func{CertificateVerifyRequest, CertificateVerdict})"/>. None by default.</summary>
    public Func<CertificateVerifyRequest, CertificateVerdict>? CertificateVerifyProc { get; set; }
}
