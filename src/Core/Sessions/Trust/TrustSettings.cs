using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Sessions;

/// <summary>The trust settings of a session, checked. Immutable: a change makes new ones.</summary>
internal sealed record TrustSettings
{
    /// <summary>Authorities besides the platform's.</summary>
    public X509Certificate2[] Authorities { get; init; } = [];

    /// <summary>The callback that judges within the TLS handshake; null for none.</summary>
    public Func<CertificateVerifyRequest, CertificateVerdict>? Callback { get; init; }

    /// <summary>The callback that judges after it; null for none.</summary>
    public Func<CertificateVerifyRequest, CancellationToken, ValueTask<CertificateVerdict>>? AsyncCallback { get; init; }

    /// <summary>Client certificates with their keys.</summary>
    public X509Certificate2[] ClientCertificates { get; init; } = [];

    /// <summary>The callback that chooses a client certificate in their stead; null for none.</summary>
    public Func<ClientCertificateRequest, X509Certificate2?>? ClientCertificateCallback { get; init; }

    /// <summary>Versions, cipher suites, revocation.</summary>
    public TlsRules Tls { get; init; } = TlsRules.Platform;

    /// <summary>The keys that servers must have.</summary>
    public CertificatePins Pins { get; init; } = CertificatePins.None;

    /// <summary>Whether there may be a client certificate.</summary>
    public bool HasClientCertificates => ClientCertificates.Length > 0 || ClientCertificateCallback is not null;

    /// <summary>Checks what a session starts with.</summary>
    /// <param name="options">Its options.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    public static TrustSettings Create(NetSessionOptions options)
    {
        if (options.CertificateVerifyProc is not null && options.AsyncCertificateVerifyProc is not null)
            throw new ArgumentException("CertificateVerifyProc and AsyncCertificateVerifyProc are both set; a session has one of them.", nameof(options));
        if (options.ClientCertificates.Count > 0 && options.ClientCertificateProc is not null)
            throw new ArgumentException("ClientCertificates and ClientCertificateProc are both set; let the callback choose, or leave it out.", nameof(options));
        CertificatePins pins = CertificatePins.None;
        foreach ((string pattern, IList<string> ofPattern) in options.CertificatePins)
        {
            if (ofPattern is not { Count: > 0 })
                throw new ArgumentException($"CertificatePins has no pin for '{pattern}', which would keep nothing out; add one, or leave the pattern out.", nameof(options));
            pins = pins.With(pattern, ofPattern, nameof(options), nameof(options));
        }

        return new()
        {
            Authorities =
            [
                .. TrustPolicy.CopyAuthorities(options.CertificateAuthorities, nameof(options)),
                .. options.CertificateAuthorityFiles.SelectMany(path => CertificateFiles.ReadAuthorities(path, nameof(options))),
            ],
            Callback = options.CertificateVerifyProc,
            AsyncCallback = options.AsyncCertificateVerifyProc,
            ClientCertificates = Sessions.ClientCertificates.Copy(options.ClientCertificates, nameof(options)),
            ClientCertificateCallback = options.ClientCertificateProc,
            Tls = options.Tls is null ? TlsRules.Platform : TlsRules.Create(options.Tls, nameof(options)),
            Pins = pins,
        };
    }
}
