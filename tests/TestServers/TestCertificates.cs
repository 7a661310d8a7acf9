using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.TestServers;

/// <summary>A certificate authority made in memory, and leafs of it: good ones and faulty ones. Never in any store.</summary>
public sealed class TestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly Lazy<TestCertificates> LazyShared = new(() => new TestCertificates());
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private readonly X509Certificate2 _authority;

    /// <summary>Makes an authority and its leafs.</summary>
    public TestCertificates()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=NetWebSockets Test Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(_now.AddDays(-30), _now.AddDays(365));
        Authority = X509CertificateLoader.LoadCertificate(_authority.RawData);

        Localhost = Leaf("localhost", -1, 90);
        Expired = Leaf("localhost", -3, -1);
        NotYetValid = Leaf("localhost", 10, 20);
        WrongName = Leaf("wrong.example", -1, 90, addresses: false);
        SelfSigned = Leaf("localhost", -1, 90, selfSigned: true);
        Client = Leaf("client.example", -1, 90, addresses: false, usage: ClientAuthentication);
    }

    /// <summary>One set for tests that need no set of their own.</summary>
    public static TestCertificates Shared => LazyShared.Value;

    /// <summary>The authority, without its key: what a client is told to trust.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>A good leaf for localhost, 127.0.0.1 and ::1, with its key.</summary>
    public X509Certificate2 Localhost { get; }

    /// <summary>A leaf for localhost that ended yesterday.</summary>
    public X509Certificate2 Expired { get; }

    /// <summary>A leaf for localhost that begins in ten days.</summary>
    public X509Certificate2 NotYetValid { get; }

    /// <summary>A leaf for wrong.example only.</summary>
    public X509Certificate2 WrongName { get; }

    /// <summary>A certificate for localhost that no authority signed.</summary>
    public X509Certificate2 SelfSigned { get; }

    /// <summary>A leaf for client authentication.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>A certificate as PEM.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>The text.</returns>
    public static string ToPem(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    /// <summary>A certificate's private key as PEM (PKCS#8).</summary>
    /// <param name="certificate">One of this class's leafs.</param>
    /// <returns>The text.</returns>
    public static string KeyToPem(X509Certificate2 certificate)
    {
        using ECDsa? key = certificate.GetECDsaPrivateKey();
        return key!.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>Makes a further leaf for a host name of the test's choice.</summary>
    /// <param name="host">The host name.</param>
    /// <returns>The leaf with its key; the caller disposes it.</returns>
    public X509Certificate2 LeafFor(string host) => Leaf(host, -1, 90, addresses: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (X509Certificate2 certificate in new[] { _authority, Authority, Localhost, Expired, NotYetValid, WrongName, SelfSigned, Client })
            certificate.Dispose();
    }

    private X509Certificate2 Leaf(
        string host, int fromDay, int toDay, bool addresses = true, bool selfSigned = false, string usage = ServerAuthentication)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={host}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        if (addresses)
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (selfSigned)
            return request.CreateSelfSigned(_now.AddDays(fromDay), _now.AddDays(toDay));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
        using X509Certificate2 leaf = request.Create(_authority, _now.AddDays(fromDay), _now.AddDays(toDay), RandomNumberGenerator.GetBytes(12));
        return leaf.CopyWithPrivateKey(key);
    }
}
