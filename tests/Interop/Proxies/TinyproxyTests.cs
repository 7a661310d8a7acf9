using System.Net;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Proxies;

/// <summary>Sockets through a proxy that others wrote.</summary>
public sealed class TinyproxyTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private static NetSession SessionThrough(TinyproxyServer proxy, string password) => new(new NetSessionOptions
    {
        CertificateAuthorities = { TestCertificates.Shared.Authority },
        Proxy = new ProxyConfig
        {
            ProxyRules = $"http://127.0.0.1:{proxy.Port}",
            ProxyBypassRules = "<-loopback>",
            Credentials = new NetworkCredential(TinyproxyServer.Name, password),
        },
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_go_both_ways_through_its_tunnel(bool tls)
    {
        await using TinyproxyServer proxy = await TinyproxyServer.StartAsync();
        await using KestrelServer server = await KestrelServer.StartNewAsync(
            new KestrelServerOptions { Certificate = tls ? TestCertificates.Shared.Localhost : null });
        await using NetSession session = SessionThrough(proxy, TinyproxyServer.Password);
        await using var socket = new NetWebSocket(server.Uri("/echo", "localhost"), new NetWebSocketOptions { Session = session });
        string text = new('x', 100_000);
        await socket.Opened.WaitAsync(Guard, TestContext.Current.CancellationToken);
        await socket.SendAsync(text).AsTask().WaitAsync(Guard, TestContext.Current.CancellationToken);
        await foreach (WebSocketMessage message in socket.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(text, message.Text);
            break;
        }

        await socket.CloseAsync(1000).WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.Contains(await proxy.StopAsync(), line => line.Contains($"CONNECT localhost:{server.Port}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_is_named()
    {
        await using TinyproxyServer proxy = await TinyproxyServer.StartAsync();
        await using NetSession session = SessionThrough(proxy, "wr0ng");
        await using var socket = new NetWebSocket(new Uri("ws://localhost:12345/"), new NetWebSocketOptions { Session = session });
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, TestContext.Current.CancellationToken));
        CloseEvent closed = await socket.Closed.WaitAsync(Guard, TestContext.Current.CancellationToken);

        // tinyproxy answers a wrong password with 401 instead of 407; Chromium calls that a failed tunnel, too.
        Assert.Equal((NetError.TunnelConnectionFailed, HttpStatusCode.Unauthorized), (failure.Error, failure.StatusCode));
        Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal((1006, NetError.TunnelConnectionFailed), (closed.Code, closed.Error));
        Assert.Contains("net::ERR_TUNNEL_CONNECTION_FAILED", closed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_password_is_asked_for()
    {
        await using TinyproxyServer proxy = await TinyproxyServer.StartAsync();
        await using var session = new NetSession(new NetSessionOptions
        {
            Proxy = new ProxyConfig { ProxyRules = $"http://127.0.0.1:{proxy.Port}", ProxyBypassRules = "<-loopback>" },
        });
        await using var socket = new NetWebSocket(new Uri("ws://localhost:12345/"), new NetWebSocketOptions { Session = session });
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, TestContext.Current.CancellationToken));

        Assert.Equal((NetError.ProxyAuthRequested, HttpStatusCode.ProxyAuthenticationRequired), (failure.Error, failure.StatusCode));
    }

    [Fact]
    public async Task A_tunnel_to_nowhere_is_named()
    {
        await using TinyproxyServer proxy = await TinyproxyServer.StartAsync();
        await using NetSession session = SessionThrough(proxy, TinyproxyServer.Password);
        await using var socket = new NetWebSocket(new Uri("ws://no-such-host.invalid/"), new NetWebSocketOptions { Session = session });
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, TestContext.Current.CancellationToken));

        Assert.Equal(NetError.TunnelConnectionFailed, failure.Error);
        Assert.NotNull(failure.StatusCode);
    }
}
