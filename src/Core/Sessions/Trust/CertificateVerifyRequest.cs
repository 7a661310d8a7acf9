using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets;

/// <summary>A certificate to be judged. Its parts are disposed when the callback has returned: copy what must live on.</summary>
public sealed class CertificateVerifyRequest
{
    internal CertificateVerifyRequest(string hostname, X509Certificate2 certificate, X509Chain chain, SslPolicyErrors platformErrors, NetError error)
    {
        Hostname = hostname;
        Certificate = certificate;
        Chain = chain;
        PlatformErrors = platformErrors;
        Error = error;
    }

    /// <summary>The host that was asked for; the proxy's when it is a proxy reached over TLS that is being judged.</summary>
    public string Hostname { get; }

    /// <summary>The server's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The chain that was built for it.</summary>
    public X509Chain Chain { get; }

    /// <summary>What is wrong, by the platform and the session's own authorities.</summary>
    public SslPolicyErrors PlatformErrors { get; }

    /// <summary>The same as one network error; <see cref="NetError.None"/> when nothing is wrong.</summary>
    public NetError Error { get; }
}
