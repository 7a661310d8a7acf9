using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets;

/// <summary>
/// A certificate to be judged. Its certificates are disposed when the callback has decided (an asynchronous one: when its task is done): copy
/// what must live on.
/// </summary>
public sealed class CertificateVerifyRequest
{
    internal CertificateVerifyRequest(
        string hostname, X509Certificate2 certificate, IReadOnlyList<X509Certificate2> chain, X509ChainStatusFlags chainStatus, SslPolicyErrors platformErrors, NetError error)
    {
        Hostname = hostname;
        Certificate = certificate;
        Chain = chain;
        ChainStatus = chainStatus;
        PlatformErrors = platformErrors;
        Error = error;
    }

    /// <summary>The host that was asked for; the proxy's when it is a proxy reached over TLS that is being judged.</summary>
    public string Hostname { get; }

    /// <summary>The server's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>
    /// The chain that was built for it: first the server's certificate, last the authority, as far as it could be found. Nothing but the first proves
    /// anything while <see cref="Error"/> is <see cref="NetError.CertAuthorityInvalid"/>.
    /// </summary>
    public IReadOnlyList<X509Certificate2> Chain { get; }

    /// <summary>What is wrong with the chain, by the platform and the session's own authorities.</summary>
    public X509ChainStatusFlags ChainStatus { get; }

    /// <summary>What is wrong, by the platform and the session's own authorities.</summary>
    public SslPolicyErrors PlatformErrors { get; }

    /// <summary>
    /// The session's judgement without the callback, as one network error; <see cref="NetError.None"/> when nothing is wrong. Accepting does not
    /// overrule <see cref="NetError.SslPinnedKeyNotInCertChain"/>.
    /// </summary>
    public NetError Error { get; }
}
