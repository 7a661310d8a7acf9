using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Whom a session trusts.</summary>
public sealed class CertificateTests
{
    private static TestCertificates Certificates => TestCertificates.Shared;

    public static TheoryData<string, NetError> BadCertificates => new()
    {
        { nameof(TestCertificates.Expired), NetError.CertDateInvalid },
        { nameof(TestCertificates.NotYetValid), NetError.CertDateInvalid },
        { nameof(TestCertificates.WrongName), NetError.CertCommonNameInvalid },
        { nameof(TestCertificates.SelfSigned), NetError.CertAuthorityInvalid },
    };

    private static X509Certificate2 Named(string name) => name switch
    {
        nameof(TestCertificates.Localhost) => Certificates.Localhost,
        nameof(TestCertificates.Expired) => Certificates.Expired,
        nameof(TestCertificates.NotYetValid) => Certificates.NotYetValid,
        nameof(TestCertificates.WrongName) => Certificates.WrongName,
        _ => Certificates.SelfSigned,
    };

    private static async Task<HandshakeException> FailWithAsync(NetSession session, X509Certificate2 certificate)
    {
        await using var server = new ScriptedServer(certificate);
        Task accepting = server.AcceptAsync(Token);
        HandshakeException failure = await FailAsync(session, server.UriFor("localhost"));
        // The server's side fails too, or sees an end; only the client's verdict matters here.
        _ = await Record.ExceptionAsync(() => accepting.WaitAsync(Guard, Token));
        Assert.Equal(1, server.ConnectionCount);
        return failure;
    }

    private static async Task SucceedWithAsync(NetSession session, X509Certificate2 certificate)
    {
        await using var server = new ScriptedServer(certificate);
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        HandshakeResult result = await ConnectAsync(session, server.UriFor("localhost"));
        Assert.IsType<SslStream>(Transport(result.Stream));
        await result.Stream.DisposeAsync();
        await accepting;
    }

    private static X509Certificate2 NewAuthority(string name, X509Certificate2? issuer)
    {
        using ECDsa key = ECDsa.Create();
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null)
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        using X509Certificate2 certificate = request.Create(issuer, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
        return certificate.CopyWithPrivateKey(key);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_rejected()
    {
        using NetSession session = NewSession();
        HandshakeException failure = await FailWithAsync(session, Certificates.Localhost);

        Assert.Equal(NetError.CertAuthorityInvalid, failure.Error);
        Assert.Contains("AddCertificateAuthority", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_an_authority_of_the_session_is_accepted_in_this_session_only()
    {
        using NetSession trusting = NewSession();
        using NetSession other = NewSession();
        trusting.AddCertificateAuthority(Certificates.Authority);

        await SucceedWithAsync(trusting, Certificates.Localhost);
        Assert.Equal(NetError.CertAuthorityInvalid, (await FailWithAsync(other, Certificates.Localhost)).Error);
    }

    [Theory]
    [MemberData(nameof(BadCertificates))]
    public async Task An_authority_does_not_make_a_bad_certificate_good(string certificate, NetError error)
    {
        using NetSession session = NewTrustingSession();

        Assert.Equal(error, (await FailWithAsync(session, Named(certificate))).Error);
    }

    [Fact]
    public async Task An_intermediate_can_be_trusted_without_its_root()
    {
        using X509Certificate2 root = NewAuthority("CN=Root", issuer: null);
        using X509Certificate2 intermediate = NewAuthority("CN=Intermediate", root);
        using ECDsa leafKey = ECDsa.Create();
        var leafRequest = new CertificateRequest("CN=localhost", leafKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        leafRequest.CertificateExtensions.Add(names.Build());
        using X509Certificate2 leaf = leafRequest
            .Create(intermediate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [4, 5, 6])
            .CopyWithPrivateKey(leafKey);
        using NetSession session = NewSession();
        session.AddCertificateAuthority(intermediate);

        await SucceedWithAsync(session, leaf);
    }

    [Fact]
    public void A_certificate_that_is_no_authority_is_refused_and_nothing_changes()
    {
        using NetSession session = NewSession();
        ArgumentException failure = Assert.Throws<ArgumentException>("certificate", () => session.AddCertificateAuthority(Certificates.Localhost));

        Assert.Contains("not that of an authority", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            "certificates", () => session.AddCertificateAuthorities([Certificates.Authority, Certificates.Localhost]));
        Assert.Throws<ArgumentException>(() => NewSession(options => options.CertificateAuthorities.Add(Certificates.Localhost)));
    }

    [Fact]
    public async Task Of_several_authorities_none_is_added_when_one_is_refused()
    {
        using NetSession session = NewSession();
        Assert.Throws<ArgumentException>(() => session.AddCertificateAuthorities([Certificates.Authority, Certificates.Localhost]));

        Assert.Equal(NetError.CertAuthorityInvalid, (await FailWithAsync(session, Certificates.Localhost)).Error);
    }

    [Theory]
    [InlineData(nameof(TestCertificates.Localhost))]
    [InlineData(nameof(TestCertificates.Expired))]
    [InlineData(nameof(TestCertificates.WrongName))]
    [InlineData(nameof(TestCertificates.SelfSigned))]
    public async Task A_callback_that_accepts_lets_any_certificate_in(string certificate)
    {
        using NetSession session = NewSession();
        session.SetCertificateVerifyProc(_ => CertificateVerdict.Accept);

        await SucceedWithAsync(session, Named(certificate));
    }

    [Fact]
    public async Task A_callback_that_rejects_keeps_a_good_certificate_out()
    {
        using NetSession session = NewTrustingSession();
        session.SetCertificateVerifyProc(_ => CertificateVerdict.Reject);
        HandshakeException failure = await FailWithAsync(session, Certificates.Localhost);

        Assert.Equal(NetError.CertInvalid, failure.Error);
        Assert.Contains("verify callback rejected", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_sees_host_certificate_chain_and_what_is_wrong()
    {
        using NetSession session = NewTrustingSession();
        (string Host, string Thumbprint, int ChainLength, SslPolicyErrors Errors, NetError Error)? seen = null;
        session.SetCertificateVerifyProc(request =>
        {
            seen = (request.Hostname, request.Certificate.Thumbprint, request.Chain.Count, request.PlatformErrors, request.Error);
            return CertificateVerdict.UseDefault;
        });
        HandshakeException failure = await FailWithAsync(session, Certificates.WrongName);

        Assert.Equal(NetError.CertCommonNameInvalid, failure.Error);
        Assert.Equal(("localhost", Certificates.WrongName.Thumbprint, 2, SslPolicyErrors.RemoteCertificateNameMismatch, NetError.CertCommonNameInvalid), seen);
    }

    [Fact]
    public async Task A_callback_that_throws_rejects_and_is_logged()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        using NetSession session = NewSession(options =>
        {
            options.LoggerFactory = factory;
            options.CertificateAuthorities.Add(Certificates.Authority);
            options.CertificateVerifyProc = _ => throw new InvalidOperationException("my bug");
        });
        HandshakeException failure = await FailWithAsync(session, Certificates.Localhost);

        Assert.Equal(NetError.CertInvalid, failure.Error);
        FakeLogRecord record = Assert.Single(logs.Collector.GetSnapshot(), record => record.Id.Id == 104);
        Assert.Equal("my bug", record.Exception?.Message);
    }

    [Fact]
    public async Task Setting_the_callback_counts_for_the_next_connection_even_when_one_is_kept_alive()
    {
        await using var server = new ScriptedServer(Certificates.SelfSigned);
        using NetSession session = NewSession();
        session.SetCertificateVerifyProc(_ => CertificateVerdict.Accept);
        Task<ScriptedPeer> answering = AnswerAsync(server, _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        await FailAsync(session, server.UriFor("localhost"));
        using ScriptedPeer idle = await answering;
        session.SetCertificateVerifyProc(null);
        Task second = server.AcceptAsync(Token);
        HandshakeException failure = await FailAsync(session, server.UriFor("localhost"));
        _ = await Record.ExceptionAsync(() => second.WaitAsync(Guard, Token));

        Assert.Equal(NetError.CertAuthorityInvalid, failure.Error);
        Assert.Equal(2, server.ConnectionCount);
    }
}
