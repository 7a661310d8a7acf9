using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetWebSockets.TestServers;
using Xunit;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace NetWebSockets.InteropTests.Trust;

/// <summary>Certificates that OpenSSL made, and OpenSSL as the server.</summary>
public sealed class OpenSslTests(OpenSslFiles files) : IClassFixture<OpenSslFiles>, IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private OpenSslAuthority _authority = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _authority = await files.AuthorityAsync();

    public ValueTask DisposeAsync() => default;

    private static async Task<HandshakeException?> TryAsync(Uri uri, Action<NetSessionOptions> configure, bool http2 = false)
    {
        var options = new NetSessionOptions { Proxy = new ProxyConfig { Mode = ProxyMode.Direct } };
        configure(options);
        await using var session = new NetSession(options);
        await using var socket = new NetWebSocket(uri, new NetWebSocketOptions
        {
            Session = session,
            HttpVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        });
        Exception? failure = await Record.ExceptionAsync(() => socket.Opened.WaitAsync(Guard, Token));
        if (failure is null)
            return null;
        // What an event shows is the same.
        Assert.Equal(((HandshakeException)failure).Error, (await socket.Closed.WaitAsync(Guard, Token)).Error);
        return (HandshakeException)failure;
    }

    private void TrustRoot(NetSessionOptions options) => options.CertificateAuthorityFiles.Add(_authority.Path(OpenSslAuthority.Root));

    [Theory]
    [InlineData("good", true, null)]
    [InlineData("good", false, NetError.CertAuthorityInvalid)]
    [InlineData("expired", true, NetError.CertDateInvalid)]
    [InlineData("wrong-name", true, NetError.CertCommonNameInvalid)]
    [InlineData("self-signed", true, NetError.CertAuthorityInvalid)]
    public async Task A_certificate_has_its_fault_over_both_versions_of_HTTP(string name, bool sendsIntermediate, NetError? error)
    {
        using X509Certificate2 certificate = _authority.Load(name);
        using X509Certificate2 intermediate = X509CertificateLoader.LoadCertificateFromFile(_authority.Path(OpenSslAuthority.Intermediate));
        await using KestrelServer server = await KestrelServer.StartNewAsync(new KestrelServerOptions
        {
            Certificate = certificate,
            Protocols = HttpProtocols.Http1AndHttp2,
            ConfigureHttps = https => https.ServerCertificateChain = sendsIntermediate ? [intermediate] : [],
        });

        Assert.Equal(error, (await TryAsync(server.Uri("/echo", "localhost"), TrustRoot))?.Error);
        Assert.Equal(error, (await TryAsync(server.Uri("/echo", "localhost"), TrustRoot, http2: true))?.Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_revoked_certificate_is_named(bool http2)
    {
        byte[] list = [];
        await using KestrelServer lists = await KestrelServer.StartNewAsync(new KestrelServerOptions
        {
            Configure = application => application.MapGet("/{name}", () => Results.Bytes(list, "application/pkix-crl")),
        });
        string address = lists.HttpUri($"/{Guid.NewGuid()}").AbsoluteUri;
        string revokedName = "revoked" + http2;
        await _authority.LeafAsync(revokedName, "localhost", OpenSslAuthority.Root, revocationList: address);
        await _authority.RevokeAsync(revokedName, OpenSslAuthority.Root);
        list = await _authority.RevocationListAsync(OpenSslAuthority.Root);
        using X509Certificate2 revoked = _authority.Load(revokedName);
        await using KestrelServer server = await KestrelServer.StartNewAsync(new KestrelServerOptions { Certificate = revoked, Protocols = HttpProtocols.Http1AndHttp2 });
        HandshakeException? failure = await TryAsync(
            server.Uri("/echo", "localhost"),
            options =>
            {
                TrustRoot(options);
                options.Tls = new TlsConfig { RevocationMode = X509RevocationMode.Online };
            },
            http2);

        Assert.Equal(NetError.CertRevoked, failure?.Error);
        Assert.Null(await TryAsync(server.Uri("/echo", "localhost"), TrustRoot, http2));
    }

    [Theory]
    [InlineData("weak-key", NetError.CertWeakKey)]
    [InlineData("weak-signature", NetError.CertWeakSignatureAlgorithm)]
    public async Task A_weak_certificate_is_named_unless_a_callback_accepts_it(string name, NetError error)
    {
        await using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Path(name), _authority.KeyPath(name), "-cipher", "ALL:@SECLEVEL=0");
        Assert.Equal(error, (await TryAsync(server.Uri, TrustRoot))?.Error);
        // The answer is no WebSocket, but TLS has got this far.
        HandshakeException? answered = await TryAsync(server.Uri, options => options.CertificateVerifyProc = _ => CertificateVerdict.Accept);
        Assert.Equal((NetError.InvalidResponse, HttpStatusCode.OK), (answered?.Error, answered?.StatusCode));
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Whoever_demands_a_client_certificate_says_what_is_wrong_with_it(string version)
    {
        await using OpenSslServer server = await OpenSslServer.StartAsync(
            _authority.Path("root-leaf"), _authority.KeyPath("root-leaf"), version, "-Verify", "3", "-verify_return_error", "-CAfile", _authority.Path(OpenSslAuthority.Root));
        HandshakeException? none = await TryAsync(server.Uri, TrustRoot);
        Assert.Equal(NetError.SslClientAuthCertNeeded, none?.Error);
        Assert.Contains("SetClientCertificates", none!.Message, StringComparison.Ordinal);
        Assert.Equal(NetError.SslClientAuthCertNeeded, (await ShowAsync(null))?.Error);
        Assert.Equal(NetError.BadSslClientAuthCert, (await ShowAsync("self-signed"))?.Error);
        Assert.Equal(NetError.BadSslClientAuthCert, (await ShowAsync("root-expired"))?.Error);

        HandshakeException? answered = await ShowAsync("root-client");
        Assert.Equal((NetError.InvalidResponse, HttpStatusCode.OK), (answered?.Error, answered?.StatusCode));
        Assert.Contains("client.example", Encoding.UTF8.GetString(answered!.Body.Span), StringComparison.Ordinal);

        Task<HandshakeException?> ShowAsync(string? name) => TryAsync(server.Uri, options =>
        {
            TrustRoot(options);
            options.ClientCertificateProc = _ => name is null ? null : _authority.Load(name);
        });
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Over_HTTP2_it_has_the_same_names(string version)
    {
        await using OpenSslServer server = await OpenSslServer.StartAsync(
            _authority.Path("root-leaf"), _authority.KeyPath("root-leaf"), version, "-alpn", "h2", "-Verify", "3", "-verify_return_error", "-CAfile", _authority.Path(OpenSslAuthority.Root));

        Assert.Equal(NetError.SslClientAuthCertNeeded, (await TryAsync(server.Uri, TrustRoot, http2: true))?.Error);
        Assert.Equal(NetError.BadSslClientAuthCert, (await TryAsync(
            server.Uri,
            options =>
            {
                TrustRoot(options);
                options.ClientCertificateProc = _ => _authority.Load("self-signed");
            },
            http2: true))?.Error);
    }

    [Fact]
    public async Task In_TLS_1_2_a_server_that_cannot_be_verified_by_itself_is_shown_no_client_certificate_until_its_authority_is_known()
    {
        await using OpenSslServer server = await OpenSslServer.StartAsync(
            _authority.Path("good"), _authority.KeyPath("good"), "-tls1_2", "-cert_chain", _authority.Path(OpenSslAuthority.Intermediate),
            "-Verify", "3", "-verify_return_error", "-CAfile", _authority.Path(OpenSslAuthority.Root));
        HandshakeException? withheld = await TryAsync(server.Uri, Show);
        Assert.Equal(NetError.SslClientAuthCertNeeded, withheld?.Error);
        Assert.Contains("AddCertificateAuthority", withheld!.Message, StringComparison.Ordinal);

        HandshakeException? answered = await TryAsync(server.Uri, options =>
        {
            Show(options);
            options.CertificateAuthorityFiles.Add(_authority.Path(OpenSslAuthority.Intermediate));
        });
        Assert.Equal((NetError.InvalidResponse, HttpStatusCode.OK), (answered?.Error, answered?.StatusCode));

        void Show(NetSessionOptions options)
        {
            TrustRoot(options);
            options.ClientCertificateProc = _ => _authority.Load("root-client");
        }
    }

    [Fact]
    public async Task Ciphers_that_do_not_meet_are_not_taken_for_a_missing_client_certificate()
    {
        await using OpenSslServer server = await OpenSslServer.StartAsync(
            _authority.Path("root-leaf"), _authority.KeyPath("root-leaf"), "-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0", "-Verify", "3", "-verify_return_error");
        HandshakeException? failure = await TryAsync(server.Uri, TrustRoot);

        Assert.Equal(NetError.SslVersionOrCipherMismatch, failure?.Error);
    }
}
