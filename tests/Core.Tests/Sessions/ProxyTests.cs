using System.Net;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Through real proxies. They take every host for this machine, so a made-up name shows that the proxy was asked.</summary>
public sealed class ProxyTests
{
    private static readonly byte[] Frames = [.. ServerFrame.Text("first"), .. ServerFrame.Text("second")];

    private static NetSession SessionThrough(string rules, NetworkCredential? credentials = null, Action<NetSessionOptions>? configure = null) =>
        NewSession(options =>
        {
            options.CertificateAuthorities.Add(TestCertificates.Shared.Authority);
            options.Proxy = new ProxyConfig { ProxyRules = rules, ProxyBypassRules = "<-loopback>", Credentials = credentials };
            configure?.Invoke(options);
        });

    private static async Task EchoAsync(NetSession session, ScriptedServer server, string host)
    {
        Task<ScriptedPeer> accepting = server.AcceptAsync(Token);
        Task<HandshakeResult> connecting = ConnectAsync(session, server.UriFor(host));
        using ScriptedPeer peer = await accepting.WaitAsync(Guard, Token);
        await peer.AcceptHandshakeAsync(sameWrite: Frames, cancellationToken: Token);
        HandshakeResult result = await connecting;
        await using Stream stream = result.Stream;
        Assert.Equal(Frames, await ReadAsync(result, Frames.Length));
        await stream.WriteAsync(Frames, Token);
        byte[] read = new byte[Frames.Length];
        await peer.Stream.ReadExactlyAsync(read, Token);
        Assert.Equal(Frames, read);
        Assert.DoesNotContain("Proxy", peer.Request!.Raw, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData("http", false)]
    [InlineData("http", true)]
    [InlineData("https", false)]
    [InlineData("https", true)]
    public async Task A_tunnel_through_an_http_proxy(string scheme, bool tls)
    {
        await using var server = new ScriptedServer(tls ? TestCertificates.Shared.LeafFor("server.test") : null);
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Certificate = scheme == "https" ? TestCertificates.Shared.Localhost : null };
        using NetSession session = SessionThrough($"{scheme}://localhost:{proxy.Port}");
        await EchoAsync(session, server, "server.test");

        Assert.Equal([$"server.test:{server.Port}"], proxy.Requests);
    }

    [Theory]
    [InlineData("socks5", false)]
    [InlineData("socks5", true)]
    [InlineData("socks", false)]
    [InlineData("socks4a", false)]
    [InlineData("socks4a", true)]
    public async Task A_socks_proxy_looks_the_name_up_itself(string scheme, bool tls)
    {
        await using var server = new ScriptedServer(tls ? TestCertificates.Shared.LeafFor("server.test") : null);
        await using var proxy = new LoopbackProxy(scheme == "socks4a" ? LoopbackProxyKind.Socks4 : LoopbackProxyKind.Socks5);
        using NetSession session = SessionThrough(proxy.Rule(scheme));
        await EchoAsync(session, server, "server.test");

        Assert.Equal([$"server.test:{server.Port}"], proxy.Requests);
    }

    [Fact]
    public async Task A_socks4_proxy_is_given_an_address()
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Socks4);
        using NetSession session = SessionThrough(proxy.Rule("socks4"));
        await EchoAsync(session, server, "localhost");

        Assert.Equal([$"127.0.0.1:{server.Port}"], proxy.Requests);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task Credentials_of_the_configuration_are_used(string scheme)
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(scheme == "http" ? LoopbackProxyKind.Http : LoopbackProxyKind.Socks5) { Credentials = "me:s3cret" };
        using NetSession session = SessionThrough(proxy.Rule(scheme), new NetworkCredential("me", "s3cret"));

        await EchoAsync(session, server, "server.test");
    }

    [Theory]
    [InlineData("http", NetError.ProxyAuthRequested)]
    [InlineData("socks5", NetError.SocksConnectionFailed)]
    public async Task Wrong_credentials_are_told_and_never_shown(string scheme, NetError error)
    {
        await using var proxy = new LoopbackProxy(scheme == "http" ? LoopbackProxyKind.Http : LoopbackProxyKind.Socks5) { Credentials = "me:s3cret" };
        using NetSession session = SessionThrough(proxy.Rule(scheme), new NetworkCredential("me", "wr0ng"));
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/"));

        Assert.Equal(error, failure.Error);
        Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_credentials_are_not_mixed_with_former_ones()
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Credentials = "me:s3cret" };
        using NetSession session = SessionThrough(proxy.Rule("http"), new NetworkCredential("me", "s3cret"));
        await EchoAsync(session, server, "server.test");
        await session.SetProxyAsync(new ProxyConfig { ProxyRules = proxy.Rule("http"), ProxyBypassRules = "<-loopback>" });
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/"));

        Assert.Equal(NetError.ProxyAuthRequested, failure.Error);
        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, failure.StatusCode);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    [InlineData("socks4a")]
    [InlineData("socks5")]
    public async Task A_proxy_that_does_not_listen(string scheme)
    {
        using NetSession session = SessionThrough($"{scheme}://127.0.0.1:{FreePort()}");

        Assert.Equal(NetError.ProxyConnectionFailed, (await FailAsync(session, new Uri("ws://server.test/"))).Error);
    }

    [Fact]
    public async Task A_proxy_whose_name_does_not_exist()
    {
        using NetSession session = SessionThrough("http://no-such-proxy.invalid:3128");
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/"));

        Assert.Equal(NetError.ProxyConnectionFailed, failure.Error);
        Assert.Contains("no-such-proxy.invalid", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_refuses_the_tunnel()
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno" };
        using NetSession session = SessionThrough(proxy.Rule("http"));
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/?token=secret"));

        Assert.Equal(NetError.TunnelConnectionFailed, failure.Error);
        Assert.Equal(HttpStatusCode.Forbidden, failure.StatusCode);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("socks4a")]
    [InlineData("socks5")]
    public async Task A_socks_proxy_that_cannot_reach_the_host(string scheme)
    {
        await using var proxy = new LoopbackProxy(scheme == "socks5" ? LoopbackProxyKind.Socks5 : LoopbackProxyKind.Socks4) { Answer = "no" };
        using NetSession session = SessionThrough(proxy.Rule(scheme));

        Assert.Equal(NetError.SocksConnectionFailed, (await FailAsync(session, new Uri("ws://server.test/"))).Error);
    }

    [Fact]
    public async Task An_https_proxy_with_a_certificate_that_is_not_trusted()
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Certificate = TestCertificates.Shared.SelfSigned };
        using NetSession session = SessionThrough($"https://localhost:{proxy.Port}");

        Assert.Equal(NetError.ProxyCertificateInvalid, (await FailAsync(session, new Uri("ws://server.test/"))).Error);
    }

    [Fact]
    public async Task A_server_behind_a_proxy_with_a_certificate_that_is_not_trusted()
    {
        await using var server = new ScriptedServer(TestCertificates.Shared.SelfSigned);
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough(proxy.Rule("http"));
        Task accepting = server.AcceptAsync(Token);
        HandshakeException failure = await FailAsync(session, server.UriFor("server.test"));
        _ = await Record.ExceptionAsync(() => accepting.WaitAsync(Guard, Token));

        Assert.Equal(NetError.CertAuthorityInvalid, failure.Error);
    }

    [Fact]
    public async Task Addresses_of_the_bypass_rules_and_of_this_machine_go_around_the_proxy()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession(options => options.Proxy = new ProxyConfig { ProxyRules = $"http://127.0.0.1:{FreePort()}" });

        await EchoAsync(session, server, "127.0.0.1");
    }

    [Fact]
    public async Task Direct_in_the_rules_is_no_proxy()
    {
        await using var server = new ScriptedServer();
        using NetSession session = SessionThrough("direct://");

        await EchoAsync(session, server, "localhost");
    }
}
