using System.Net;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Proxies;

/// <summary>Sockets through SOCKS proxies that others wrote, and lists of them.</summary>
public sealed class DanteTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static NetSession SessionThrough(string rules, NetworkCredential? credentials = null) => new(new NetSessionOptions
    {
        CertificateAuthorities = { TestCertificates.Shared.Authority },
        Proxy = new ProxyConfig { ProxyRules = rules, ProxyBypassRules = "<-loopback>", Credentials = credentials },
    });

    private static Task<KestrelServer> StartServerAsync(bool tls) =>
        KestrelServer.StartNewAsync(new KestrelServerOptions { Certificate = tls ? TestCertificates.Shared.Localhost : null });

    private static async Task EchoAsync(NetSession session, KestrelServer server, string host = "localhost")
    {
        await using var socket = new NetWebSocket(server.Uri("/echo", host), new NetWebSocketOptions { Session = session });
        string text = new('x', 100_000);
        await socket.Opened.WaitAsync(Guard, Token);
        await socket.SendAsync(text).AsTask().WaitAsync(Guard, Token);
        await foreach (WebSocketMessage message in socket.ReadAllAsync(Token))
        {
            Assert.Equal(text, message.Text);
            break;
        }

        await socket.CloseAsync(1000).WaitAsync(Guard, Token);
    }

    private static async Task<HandshakeException> FailAsync(NetSession session, Uri uri)
    {
        await using var socket = new NetWebSocket(uri, new NetWebSocketOptions { Session = session });
        return await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, Token));
    }

    [Theory]
    [InlineData("socks4", false)]
    [InlineData("socks4", true)]
    [InlineData("socks4a", false)]
    [InlineData("socks5", false)]
    [InlineData("socks5", true)]
    public async Task Messages_go_both_ways_through_it(string scheme, bool tls)
    {
        await using DanteServer proxy = await DanteServer.StartAsync();
        await using KestrelServer server = await StartServerAsync(tls);
        await using NetSession session = SessionThrough($"{scheme}://127.0.0.1:{proxy.Port}");
        // Debian's danted takes the marker of 4A for an address, from others' clients too; names are tested with the proxy of the tests.
        await EchoAsync(session, server, scheme == "socks4a" ? "127.0.0.1" : "localhost");

        Assert.Contains(await proxy.StopAsync(), line => line.Contains("pass(1): tcp/connect", StringComparison.Ordinal) && line.Contains($".{server.Port}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_go_both_ways_with_a_password(bool tls)
    {
        await using DanteServer proxy = await DanteServer.StartAsync(asksForPassword: true);
        await using KestrelServer server = await StartServerAsync(tls);
        await using NetSession session = SessionThrough($"socks5://127.0.0.1:{proxy.Port}", new NetworkCredential(proxy.User, DanteServer.Password));
        await EchoAsync(session, server);

        Assert.Contains(await proxy.StopAsync(), line => line.Contains($"username%{proxy.User}@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_and_a_missing_one_are_named()
    {
        await using DanteServer proxy = await DanteServer.StartAsync(asksForPassword: true);
        await using NetSession wrong = SessionThrough($"socks5://127.0.0.1:{proxy.Port}", new NetworkCredential(proxy.User, "wr0ng"));
        await using NetSession missing = SessionThrough($"socks5://127.0.0.1:{proxy.Port}");
        HandshakeException first = await FailAsync(wrong, new Uri("ws://localhost:12345/"));
        HandshakeException second = await FailAsync(missing, new Uri("ws://localhost:12345/"));

        Assert.Equal((NetError.SocksConnectionFailed, NetError.SocksConnectionFailed), (first.Error, second.Error));
        Assert.Contains("refused the credentials", first.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", first.ToString(), StringComparison.Ordinal);
        Assert.Contains("asks for credentials", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_listen_is_named()
    {
        await using DanteServer proxy = await DanteServer.StartAsync();
        await using NetSession session = SessionThrough($"socks5://127.0.0.1:{proxy.Port}");
        HandshakeException failure = await FailAsync(session, new Uri($"ws://localhost:{FreePort.Next()}/"));

        Assert.Equal(NetError.SocksConnectionFailed, failure.Error);
        Assert.Contains("the connection was refused", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_goes_on_to_it_and_comes_back_when_it_has_ended()
    {
        await using DanteServer socks = await DanteServer.StartAsync();
        await using TinyproxyServer http = await TinyproxyServer.StartAsync();
        await using KestrelServer server = await StartServerAsync(tls: true);
        var credentials = new NetworkCredential(TinyproxyServer.Name, TinyproxyServer.Password);
        int closed = FreePort.Next();
        await using NetSession session = SessionThrough($"http://127.0.0.1:{closed},socks5://127.0.0.1:{socks.Port},http://127.0.0.1:{http.Port}", credentials);
        await EchoAsync(session, server);
        Assert.Equal(
            $"SOCKS5 127.0.0.1:{socks.Port};PROXY 127.0.0.1:{http.Port};PROXY 127.0.0.1:{closed}", await session.ResolveProxyAsync(server.Uri("/echo", "localhost"), Token));
        await socks.StopAsync();
        await EchoAsync(session, server);

        Assert.Equal(
            $"PROXY 127.0.0.1:{http.Port};PROXY 127.0.0.1:{closed};SOCKS5 127.0.0.1:{socks.Port}", await session.ResolveProxyAsync(server.Uri("/echo", "localhost"), Token));
        Assert.Contains(await http.StopAsync(), line => line.Contains($"CONNECT localhost:{server.Port}", StringComparison.Ordinal));
    }
}
