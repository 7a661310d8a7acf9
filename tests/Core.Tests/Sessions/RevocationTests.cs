using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Revoked certificates: the platform fetches a real list from where the certificate says.</summary>
public sealed class RevocationTests
{
    private static async Task<NetError> TryAsync(X509Certificate2 leaf, Action<NetSession> configure, X509Certificate2Collection? intermediates = null)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(leaf, intermediates: intermediates);
        using NetSession session = NewSession();
        configure(session);
        Exception? failure = await Record.ExceptionAsync(async () => await (await ConnectAsync(session, server.Uri())).Stream.DisposeAsync());
        return failure is null ? NetError.None : Assert.IsType<HandshakeException>(failure).Error;
    }

    private static async Task<KestrelServer> ServeAsync(Func<string, byte[]?> list) => await KestrelServer.StartNewAsync(new KestrelServerOptions
    {
        Configure = application => application.MapGet("/lists/{name}", (string name) =>
            list(name) is { } bytes ? Results.Bytes(bytes, "application/pkix-crl") : Results.NotFound()),
    });

    [Fact]
    public async Task A_revoked_certificate_is_named_when_revocation_is_checked()
    {
        using var root = new CertificateMaker("Root");
        X509Certificate2[] revoked = [];
        await using KestrelServer lists = await ServeAsync(_ => root.RevocationList(revoked));
        string list = lists.HttpUri($"/lists/{Guid.NewGuid()}").AbsoluteUri;
        using X509Certificate2 bad = root.Leaf("localhost", list);
        using X509Certificate2 good = root.Leaf("localhost", list);
        revoked = [bad];

        void Checking(NetSession session)
        {
            session.AddCertificateAuthority(root.Certificate);
            session.SetTlsConfig(new TlsConfig { RevocationMode = X509RevocationMode.Online });
        }

        Assert.Equal(NetError.None, await TryAsync(good, Checking));
        Assert.Equal(NetError.CertRevoked, await TryAsync(bad, Checking));
        Assert.Equal(NetError.CertRevoked, await TryAsync(bad, session =>
        {
            Checking(session);
            session.SetTlsConfig(new TlsConfig { RevocationMode = X509RevocationMode.Online, AllowUnknownRevocationStatus = true });
        }));
        // As by default.
        Assert.Equal(NetError.None, await TryAsync(bad, session => session.AddCertificateAuthority(root.Certificate)));
    }

    [Fact]
    public async Task A_status_that_cannot_be_learnt_fails_unless_it_is_allowed()
    {
        using var root = new CertificateMaker("Root");
        await using KestrelServer lists = await ServeAsync(_ => null);
        using X509Certificate2 unknown = root.Leaf("localhost", lists.HttpUri($"/lists/{Guid.NewGuid()}").AbsoluteUri);
        using X509Certificate2 silent = root.Leaf("localhost");
        foreach (X509Certificate2 leaf in new[] { unknown, silent })
        {
            foreach (X509RevocationMode mode in new[] { X509RevocationMode.Online, X509RevocationMode.Offline })
            {
                Assert.Equal(NetError.CertUnableToCheckRevocation, await TryAsync(leaf, session => Check(session, root, mode, allow: false)));
                Assert.Equal(NetError.None, await TryAsync(leaf, session => Check(session, root, mode, allow: true)));
            }
        }

        // What is allowed is only that.
        Assert.Equal(NetError.CertAuthorityInvalid, await TryAsync(
            unknown, session => session.SetTlsConfig(new TlsConfig { RevocationMode = X509RevocationMode.Online, AllowUnknownRevocationStatus = true })));

        static void Check(NetSession session, CertificateMaker root, X509RevocationMode mode, bool allow)
        {
            session.AddCertificateAuthority(root.Certificate);
            session.SetTlsConfig(new TlsConfig { RevocationMode = mode, AllowUnknownRevocationStatus = allow });
        }
    }

    [Fact]
    public async Task Below_an_intermediate_it_is_learnt_only_when_the_root_is_trusted_too()
    {
        using var root = new CertificateMaker("Root");
        CertificateMaker? issuing = null;
        X509Certificate2[] revoked = [];
        await using KestrelServer lists = await ServeAsync(name => name.StartsWith("root", StringComparison.Ordinal) ? root.RevocationList() : issuing?.RevocationList(revoked));
        string list = lists.HttpUri($"/lists/{Guid.NewGuid()}").AbsoluteUri;
        using var intermediate = new CertificateMaker("Intermediate", root, lists.HttpUri($"/lists/root{Guid.NewGuid()}").AbsoluteUri);
        issuing = intermediate;
        using X509Certificate2 bad = intermediate.Leaf("localhost", list);
        using X509Certificate2 good = intermediate.Leaf("localhost", list);
        revoked = [bad];

        Action<NetSession> Checking(bool withRoot, bool allow = false) => session =>
        {
            session.AddCertificateAuthority(intermediate.Certificate);
            if (withRoot)
                session.AddCertificateAuthority(root.Certificate);
            session.SetTlsConfig(new TlsConfig { RevocationMode = X509RevocationMode.Online, AllowUnknownRevocationStatus = allow });
        };

        Assert.Equal(NetError.None, await TryAsync(good, Checking(withRoot: true)));
        Assert.Equal(NetError.CertRevoked, await TryAsync(bad, Checking(withRoot: true)));
        Assert.Equal(NetError.CertUnableToCheckRevocation, await TryAsync(good, Checking(withRoot: false)));
        Assert.Equal(NetError.None, await TryAsync(good, Checking(withRoot: false, allow: true)));
        Assert.Equal(NetError.CertUnableToCheckRevocation, await TryAsync(bad, Checking(withRoot: false)));
    }
}
