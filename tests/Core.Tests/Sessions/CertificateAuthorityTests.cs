using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Authorities of a session from files, and no longer.</summary>
public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nws-authorities-").FullName;

    private static TestCertificates Certificates => TestCertificates.Shared;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<NetError> TryAsync(NetSession session)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost);
        Exception? failure = await Record.ExceptionAsync(async () => await (await ConnectAsync(session, server.Uri())).Stream.DisposeAsync());
        return failure is null ? NetError.None : Assert.IsType<HandshakeException>(failure).Error;
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task They_come_from_files_in_PEM_and_in_DER()
    {
        using var other = new CertificateMaker("Other");
        string pem = Write("two.pem", "# ours\n" + other.Certificate.ExportCertificatePem() + "\n# theirs\n" + Certificates.Authority.ExportCertificatePem() + "\n");
        string der = Write("one.cer", Certificates.Authority.RawData);
        using NetSession session = NewSession();
        session.AddCertificateAuthoritiesFromFile(pem);
        Assert.Equal(NetError.None, await TryAsync(session));
        using NetSession second = NewSession(options => options.CertificateAuthorityFiles.Add(der));
        Assert.Equal(NetError.None, await TryAsync(second));
    }

    [Fact]
    public async Task A_file_that_will_not_do_is_named_with_its_place_and_nothing_of_it_counts()
    {
        string missing = Path.Combine(_folder, "missing.pem");
        string leaf = Write("leaf.pem", Certificates.Authority.ExportCertificatePem() + "\n" + Certificates.Localhost.ExportCertificatePem());
        string text = Write("text.pem", "hello");
        string key = Write("key.pem", TestCertificates.KeyToPem(Certificates.Localhost));
        string broken = Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        using NetSession session = NewSession();
        foreach ((string path, string part) in new[]
        {
            (missing, "could not be read"), (leaf, "Certificate 2 in"), (text, "no certificate in PEM or DER form"), (key, "holds PEM, but no certificate"),
            (broken, "or a broken one"), (_folder, "could not be read"),
        })
        {
            ArgumentException failure = Assert.Throws<ArgumentException>("path", () => session.AddCertificateAuthoritiesFromFile(path));
            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>("options", () => NewSession(options => options.CertificateAuthorityFiles.Add(path)));
        }

        Assert.Throws<ArgumentException>("path", () => session.AddCertificateAuthoritiesFromFile(" "));
        Assert.Equal(NetError.CertAuthorityInvalid, await TryAsync(session));
    }

    [Fact]
    public async Task One_that_is_removed_is_trusted_no_longer()
    {
        using var other = new CertificateMaker("Other");
        using NetSession session = NewTrustingSession();
        Assert.False(session.RemoveCertificateAuthority(other.Certificate));
        Assert.Equal(NetError.None, await TryAsync(session));
        Assert.True(session.RemoveCertificateAuthority(Certificates.Authority));
        Assert.Equal(NetError.CertAuthorityInvalid, await TryAsync(session));
        Assert.False(session.RemoveCertificateAuthority(Certificates.Authority));
    }

    [Fact]
    public async Task A_session_that_has_ended_takes_no_change()
    {
        NetSession session = NewSession();
        await session.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => session.AddCertificateAuthority(Certificates.Authority));
        Assert.Throws<ObjectDisposedException>(() => session.RemoveCertificateAuthority(Certificates.Authority));
        Assert.Throws<ObjectDisposedException>(() => session.SetClientCertificates([]));
        Assert.Throws<ObjectDisposedException>(() => session.SetClientCertificateProc(null));
        Assert.Throws<ObjectDisposedException>(() => session.SetTlsConfig(new TlsConfig()));
        Assert.Throws<ObjectDisposedException>(() => session.SetCertificatePins("a.example", []));
    }
}
