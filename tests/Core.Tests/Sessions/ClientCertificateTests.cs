using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.Tests.Handshake.Http2Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Client certificates: who sees them, which one, and what failures are called.</summary>
public sealed class ClientCertificateTests
{
    private const string Mine = "CN=client.example";

    private static TestCertificates Certificates => TestCertificates.Shared;

    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    private static async Task OpenAsync(NetSession session, Uri uri, bool http2 = false) =>
        await (await ConnectAsync(session, http2 ? Http2Request(uri) : Request(uri))).Stream.DisposeAsync();

    [Theory]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, false)]
    [InlineData(SslProtocols.Tls13, true)]
    public async Task A_server_that_demands_one_sees_it(SslProtocols version, bool http2)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, version, demands: true);
        using NetSession session = NewTrustingSession();
        using (var passing = new X509Certificate2(Certificates.Client))
            session.SetClientCertificates([passing]);
        await OpenAsync(session, server.Uri(), http2);

        Assert.Equal([Mine], server.Clients);
    }

    [Fact]
    public async Task A_server_that_asks_for_none_is_shown_none()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost);
        using NetSession session = NewTrustingSession();
        bool asked = false;
        session.SetClientCertificateProc(_ =>
        {
            asked = true;
            return Certificates.Client;
        });
        await OpenAsync(session, server.Uri());

        Assert.False(asked);
    }

    [Fact]
    public async Task One_that_has_expired_is_shown_for_that_is_for_the_server_to_judge()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, demands: true);
        using NetSession session = NewSession(options =>
        {
            options.CertificateAuthorities.Add(Certificates.Authority);
            options.ClientCertificates.Add(Certificates.Expired);
        });
        await OpenAsync(session, server.Uri());

        Assert.Equal(["CN=localhost"], server.Clients);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_server_that_is_not_trusted_does_not_see_it(SslProtocols version)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.SelfSigned, version, asks: true);
        using NetSession session = NewTrustingSession();
        session.SetClientCertificates([Certificates.Client]);
        Assert.Equal(NetError.CertAuthorityInvalid, (await FailAsync(session, server.Uri())).Error);
        session.SetCertificateVerifyProc((_, _) => ValueTask.FromResult(CertificateVerdict.UseDefault));
        Assert.Equal(NetError.CertAuthorityInvalid, (await FailAsync(session, server.Uri())).Error);
        session.SetCertificateVerifyProc(_ => CertificateVerdict.Reject);
        Assert.Equal(NetError.CertAuthorityInvalid, (await FailAsync(session, server.Uri())).Error);

        // In TLS 1.3 the client may leave before the server has got that far.
        Assert.All(server.Clients, client => Assert.Equal("none", client));
    }

    [Theory]
    [InlineData(nameof(TestCertificates.Expired), NetError.CertDateInvalid)]
    [InlineData(nameof(TestCertificates.WrongName), NetError.CertCommonNameInvalid)]
    public async Task Nor_does_one_whose_certificate_has_another_fault(string certificate, NetError error)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(
            certificate == nameof(TestCertificates.Expired) ? Certificates.Expired : Certificates.WrongName, SslProtocols.Tls12, asks: true);
        using NetSession session = NewTrustingSession();
        session.SetClientCertificates([Certificates.Client]);

        Assert.Equal(error, (await FailAsync(session, server.Uri())).Error);
        await server.Seen.WaitAsync(Guard, Token);
        Assert.Equal(["none"], server.Clients);
    }

    [Fact]
    public async Task Nor_does_one_without_a_pinned_key()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, SslProtocols.Tls12, asks: true);
        using NetSession session = NewTrustingSession();
        session.SetClientCertificates([Certificates.Client]);
        session.SetCertificatePins("localhost", ["sha256/" + Convert.ToBase64String(new byte[32])]);

        Assert.Equal(NetError.SslPinnedKeyNotInCertChain, (await FailAsync(session, server.Uri())).Error);
        await server.Seen.WaitAsync(Guard, Token);
        Assert.Equal(["none"], server.Clients);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, false, false)]
    [InlineData(SslProtocols.Tls12, true, true)]
    [InlineData(SslProtocols.Tls13, false, true)]
    [InlineData(SslProtocols.Tls13, true, false)]
    public async Task A_server_that_only_a_callback_accepts_sees_it_on_a_second_connection(SslProtocols version, bool asynchronous, bool http2)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.SelfSigned, version, asks: true);
        using NetSession session = NewSession();
        session.SetClientCertificates([Certificates.Client]);
        int questions = 0;
        if (asynchronous)
        {
            session.SetCertificateVerifyProc(async (_, _) =>
            {
                questions++;
                await Task.Yield();
                return CertificateVerdict.Accept;
            });
        }
        else
        {
            session.SetCertificateVerifyProc(_ =>
            {
                questions++;
                return CertificateVerdict.Accept;
            });
        }

        await OpenAsync(session, server.Uri(), http2);
        Assert.Single(server.Clients, Mine);
        Assert.InRange(server.Clients.Count(client => client == "none"), 0, 1);
        Assert.Equal(2, questions);

        // From then on it is known, until the settings change.
        await OpenAsync(session, server.Uri());
        Assert.Equal([Mine, Mine], server.Clients.Where(client => client != "none"));
        session.SetCertificatePins("other.example", ["sha256/" + Convert.ToBase64String(new byte[32])]);
        await OpenAsync(session, server.Uri());
        Assert.Equal([Mine, Mine, Mine], server.Clients.Where(client => client != "none"));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_server_that_is_trusted_by_an_intermediate_which_it_sends_sees_it_on_a_second_connection(SslProtocols version)
    {
        using var root = new CertificateMaker("Root");
        using var intermediate = new CertificateMaker("Intermediate", root);
        using X509Certificate2 leaf = intermediate.Leaf("localhost");
        await using TlsKestrel server = await TlsKestrel.StartAsync(leaf, version, asks: true, intermediates: [intermediate.Certificate]);
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = NewSession();
        await session.SetProxyAsync(new ProxyConfig { ProxyRules = proxy.Rule("http"), ProxyBypassRules = "<-loopback>" });
        session.AddCertificateAuthority(root.Certificate);
        session.SetClientCertificates([Certificates.Client]);
        await OpenAsync(session, server.Uri());

        Assert.Single(server.Clients, Mine);
        Assert.Equal(2, proxy.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_callback_chooses_by_what_the_server_accepts(SslProtocols version)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, version, demands: true, acceptedIssuers: [Certificates.Authority]);
        using NetSession session = NewTrustingSession();
        ClientCertificateRequest? seen = null;
        session.SetClientCertificateProc(request =>
        {
            seen = request;
            return Certificates.Client;
        });
        await OpenAsync(session, server.Uri());

        Assert.NotNull(seen);
        Assert.Equal(("localhost", server.Port, false), (seen.Hostname, seen.Port, seen.IsProxy));
        Assert.Equal([Certificates.Client.Issuer], seen.AcceptableIssuers);
        Assert.Equal([Mine], server.Clients);
    }

    [Fact]
    public async Task Of_several_the_first_that_the_server_accepts_is_shown_and_a_single_one_always()
    {
        using var other = new CertificateMaker("Other");
        using X509Certificate2 others = other.Leaf("others.example");
        await using TlsKestrel choosy = await TlsKestrel.StartAsync(Certificates.Localhost, asks: true, acceptedIssuers: [Certificates.Authority]);
        await using TlsKestrel open = await TlsKestrel.StartAsync(Certificates.Localhost, asks: true);
        using NetSession session = NewTrustingSession();
        session.SetClientCertificates([others, Certificates.Client]);
        await OpenAsync(session, choosy.Uri());
        await OpenAsync(session, open.Uri());
        session.SetClientCertificates([others]);
        await OpenAsync(session, choosy.Uri());
        session.SetClientCertificates([others, others]);
        await OpenAsync(session, choosy.Uri());
        session.SetClientCertificates([]);
        await OpenAsync(session, choosy.Uri());

        Assert.Equal([Mine, "CN=others.example", "none", "none"], choosy.Clients);
        Assert.Equal(["CN=others.example"], open.Clients);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_server_that_hangs_up_for_want_of_one_is_named(SslProtocols version)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, version, demands: true);
        using NetSession session = NewTrustingSession();
        session.SetClientCertificateProc(_ => null);
        HandshakeException failure = await FailAsync(session, server.Uri());

        Assert.Equal(NetError.SslClientAuthCertNeeded, failure.Error);
        Assert.Contains("SetClientCertificates", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["none"], server.Clients);
    }

    [Fact]
    public void One_without_a_private_key_is_refused_at_once_and_the_former_stay()
    {
        using NetSession session = NewSession();
        ArgumentException failure = Assert.Throws<ArgumentException>("certificates", () => session.SetClientCertificates([Certificates.Client, Certificates.Authority]));

        Assert.Contains("Client certificate 2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no private key", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("options", () => NewSession(options => options.ClientCertificates.Add(Certificates.Authority)));
        Assert.Throws<ArgumentException>("options", () => NewSession(options =>
        {
            options.ClientCertificates.Add(Certificates.Client);
            options.ClientCertificateProc = _ => null;
        }));
    }

    [Fact]
    public async Task A_callback_that_throws_or_chooses_one_without_a_key_fails_the_handshake_and_is_logged()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, asks: true);
        using NetSession session = NewSession(options =>
        {
            options.LoggerFactory = factory;
            options.CertificateAuthorities.Add(Certificates.Authority);
            options.ClientCertificateProc = _ => throw new InvalidOperationException("my bug");
        });
        HandshakeException threw = await FailAsync(session, server.Uri());
        session.SetClientCertificateProc(_ => Certificates.Authority);
        HandshakeException keyless = await FailAsync(session, server.Uri());

        Assert.Equal((NetError.SslClientAuthCertNeeded, NetError.BadSslClientAuthCert), (threw.Error, keyless.Error));
        Assert.Contains("callback failed", threw.Message, StringComparison.Ordinal);
        Assert.Contains("without a private key", keyless.Message, StringComparison.Ordinal);
        Assert.Equal("my bug", Assert.Single(logs.Collector.GetSnapshot(), record => record.Id.Id == 131).Exception?.Message);
        Assert.Single(logs.Collector.GetSnapshot(), record => record.Id.Id == 132);
    }
}
