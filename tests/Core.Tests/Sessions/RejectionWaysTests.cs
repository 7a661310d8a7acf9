using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.Tests.Handshake.Http2Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Every way in which a session rejects a certificate, on every way to the server: always the same name.</summary>
public sealed class RejectionWaysTests
{
    private static readonly Dictionary<string, (Action<NetSession> Reject, NetError Error)> Rejections = new()
    {
        ["callback"] = (session => session.SetCertificateVerifyProc(request => request.Hostname == "localhost" ? CertificateVerdict.Reject : CertificateVerdict.UseDefault), NetError.CertInvalid),
        ["asynchronous callback"] = (session => session.SetCertificateVerifyProc(async (request, _) =>
        {
            await Task.Yield();
            return request.Hostname == "localhost" ? CertificateVerdict.Reject : CertificateVerdict.UseDefault;
        }), NetError.CertInvalid),
        ["asynchronous default"] = (session =>
        {
            session.RemoveCertificateAuthority(TestCertificates.Shared.Authority);
            session.SetCertificateVerifyProc(async (request, _) =>
            {
                await Task.Yield();
                return request.Hostname == "localhost" ? CertificateVerdict.UseDefault : CertificateVerdict.Accept;
            });
        }, NetError.CertAuthorityInvalid),
        ["pin"] = (session => session.SetCertificatePins("localhost", ["sha256/" + Convert.ToBase64String(new byte[32])]), NetError.SslPinnedKeyNotInCertChain),
        ["pin with asynchronous callback"] = (session =>
        {
            session.SetCertificatePins("localhost", ["sha256/" + Convert.ToBase64String(new byte[32])]);
            session.SetCertificateVerifyProc((_, _) => ValueTask.FromResult(CertificateVerdict.Accept));
        }, NetError.SslPinnedKeyNotInCertChain),
    };

    public static MatrixTheoryData<string, string, bool> Ways => new([.. Rejections.Keys], ["direct", "http", "https", "socks5"], [false, true]);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_rejection_has_its_name(string rejection, string way, bool http2)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(TestCertificates.Shared.Localhost);
        await using var proxy = new LoopbackProxy(way == "socks5" ? LoopbackProxyKind.Socks5 : LoopbackProxyKind.Http)
        {
            Certificate = way == "https" ? TestCertificates.Shared.Localhost : null,
        };
        using NetSession session = NewTrustingSession();
        if (way != "direct")
            await session.SetProxyAsync(new ProxyConfig { ProxyRules = proxy.Rule(way), ProxyBypassRules = "<-loopback>" });
        Rejections[rejection].Reject(session);
        HandshakeException failure = await FailAsync(session, http2 ? Http2Request(server.Uri()) : Request(server.Uri()));

        Assert.Equal(Rejections[rejection].Error, failure.Error);
        Assert.Contains("'localhost'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(way == "direct" ? 0 : 1, proxy.Requests.Count);
    }

    [Theory]
    [InlineData("callback")]
    [InlineData("asynchronous callback")]
    [InlineData("asynchronous default")]
    [InlineData("pin")]
    public async Task Of_a_proxy_it_has_the_proxys_name_and_no_CONNECT_goes_out(string rejection)
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Certificate = TestCertificates.Shared.Localhost };
        using NetSession session = NewTrustingSession();
        await session.SetProxyAsync(new ProxyConfig { ProxyRules = $"https://localhost:{proxy.Port}", ProxyBypassRules = "<-loopback>" });
        Rejections[rejection].Reject(session);
        HandshakeException failure = await FailAsync(session, new Uri("wss://127.0.0.1:12345/"));

        Assert.Equal(NetError.ProxyCertificateInvalid, failure.Error);
        Assert.Empty(proxy.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_with_the_name_of_its_proxy_is_not_taken_for_it(bool asynchronous)
    {
        await using var server = new ScriptedServer(TestCertificates.Shared.SelfSigned);
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Certificate = TestCertificates.Shared.Localhost };
        using NetSession session = NewTrustingSession();
        if (asynchronous)
            session.SetCertificateVerifyProc((_, _) => ValueTask.FromResult(CertificateVerdict.UseDefault));
        await session.SetProxyAsync(new ProxyConfig { ProxyRules = proxy.Rule("https"), ProxyBypassRules = "<-loopback>" });
        Task accepting = server.AcceptAsync(Token);
        HandshakeException failure = await FailAsync(session, server.Uri);
        _ = await Record.ExceptionAsync(() => accepting.WaitAsync(Guard, Token));

        Assert.Equal(NetError.CertAuthorityInvalid, failure.Error);
        Assert.Single(proxy.Requests);
    }

    [Fact]
    public async Task A_change_counts_for_the_next_socket_although_an_open_HTTP2_connection_could_carry_it()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(TestCertificates.Shared.Localhost);
        using NetSession session = NewTrustingSession();
        await using Stream open = (await ConnectAsync(session, Http2Request(server.Uri()))).Stream;
        Assert.NotEmpty(Rejections);
        foreach ((Action<NetSession> reject, NetError error) in Rejections.Values)
        {
            session.SetCertificateVerifyProc(null);
            session.SetCertificatePins("localhost", []);
            session.AddCertificateAuthority(TestCertificates.Shared.Authority);
            await (await ConnectAsync(session, Http2Request(server.Uri()))).Stream.DisposeAsync();
            reject(session);
            Assert.Equal(error, (await FailAsync(session, Http2Request(server.Uri()))).Error);
        }

    }
}
