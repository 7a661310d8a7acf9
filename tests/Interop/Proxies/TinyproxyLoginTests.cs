using System.Net;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Proxies;

/// <summary>The login handler and a proxy that others wrote.</summary>
public sealed class TinyproxyLoginTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static NetSession SessionThrough(TinyproxyServer proxy, Func<LoginRequest, NetworkCredential?> handler) => new(new NetSessionOptions
    {
        CertificateAuthorities = { TestCertificates.Shared.Authority },
        Proxy = new ProxyConfig { ProxyRules = $"http://127.0.0.1:{proxy.Port}", ProxyBypassRules = "<-loopback>" },
        LoginHandler = (request, _) => ValueTask.FromResult(handler(request)),
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_login_handler_opens_its_tunnel_and_is_asked_once(bool tls)
    {
        await using TinyproxyServer proxy = await TinyproxyServer.StartAsync();
        await using KestrelServer server = await KestrelServer.StartNewAsync(new KestrelServerOptions { Certificate = tls ? TestCertificates.Shared.Localhost : null });
        var asked = new List<LoginRequest>();
        await using NetSession session = SessionThrough(proxy, request =>
        {
            asked.Add(request);
            return new NetworkCredential(TinyproxyServer.Name, TinyproxyServer.Password);
        });
        for (int i = 0; i < 2; i++)
        {
            await using var socket = new NetWebSocket(server.Uri("/echo", "localhost"), new NetWebSocketOptions { Session = session });
            await socket.Opened.WaitAsync(Guard, Token);
        }

        LoginRequest request = Assert.Single(asked);
        Assert.Equal((true, proxy.Port, "basic"), (request.IsProxy, request.Port, request.Scheme));
        Assert.NotEmpty(request.Realm);
    }

    [Fact]
    public async Task A_wrong_answer_is_forgotten_although_it_is_refused_with_401()
    {
        await using TinyproxyServer proxy = await TinyproxyServer.StartAsync();
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        int asked = 0;
        await using NetSession session = SessionThrough(proxy, _ => new NetworkCredential(TinyproxyServer.Name, asked++ == 0 ? "wr0ng" : TinyproxyServer.Password));
        await using (var refused = new NetWebSocket(server.Uri(), new NetWebSocketOptions { Session = session }))
        {
            HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => refused.Opened.WaitAsync(Guard, Token));
            Assert.Equal((NetError.TunnelConnectionFailed, HttpStatusCode.Unauthorized), (failure.Error, failure.StatusCode));
        }

        await using var socket = new NetWebSocket(server.Uri(), new NetWebSocketOptions { Session = session });
        await socket.Opened.WaitAsync(Guard, Token);
        Assert.Equal(2, asked);
    }
}
