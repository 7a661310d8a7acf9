using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>Real sockets that the rules lead elsewhere.</summary>
public sealed class HostRuleConnectionTests
{
    private static NetSession Session(string rules, Action<NetSessionOptions>? configure = null) => NewSession(options =>
    {
        options.CertificateAuthorities.Add(TestCertificates.Shared.Authority);
        options.HostResolverRules = rules;
        configure?.Invoke(options);
    });

    private static async Task<string> FirstMessageAsync(NetWebSocket socket)
    {
        await socket.Opened.WaitAsync(Guard, Token);
        await foreach (WebSocketMessage message in socket.ReadAllAsync(Token))
            return message.Text;
        throw new InvalidOperationException("Closed without a message.");
    }

    [Fact]
    public async Task A_socket_goes_where_the_rule_says_with_the_certificate_host_header_and_cookies_of_its_address()
    {
        using X509Certificate2 certificate = TestCertificates.Shared.LeafFor("feed.example");
        await using KestrelServer server = await KestrelServer.StartNewAsync(new() { Certificate = certificate });
        using NetSession session = Session($"MAP feed.example 127.0.0.1:{server.Port}");
        session.Cookies.Set(new Uri("https://feed.example/"), "a", "1");
        await using var socket = new NetWebSocket("wss://feed.example/headers", new NetWebSocketOptions { Session = session, UseSessionCookies = true });
        string headers = await FirstMessageAsync(socket);

        Assert.Contains("[\"Host\",\"feed.example\"]", headers, StringComparison.Ordinal);
        Assert.Contains("[\"Cookie\",\"a=1\"]", headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_is_told_the_name_of_the_address_in_TLS()
    {
        var told = new TaskCompletionSource<string>();
        using X509Certificate2 certificate = TestCertificates.Shared.LeafFor("feed.example");
        var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using NetSession session = Session($"MAP feed.example localhost:{((IPEndPoint)listener.LocalEndpoint).Port}");
        Task<HandshakeException> failing = FailAsync(session, new Uri("wss://feed.example/"));
        using System.Net.Sockets.TcpClient client = await listener.AcceptTcpClientAsync(Token);
        await using (var tls = new SslStream(client.GetStream()))
        {
            await tls.AuthenticateAsServerAsync(
                (_, hello, _, _) =>
                {
                    told.TrySetResult(hello.ServerName);
                    return new(new SslServerAuthenticationOptions { ServerCertificate = certificate });
                },
                null,
                Token);
        }

        await failing;
        listener.Stop();
        Assert.Equal("feed.example", await told.Task.WaitAsync(Guard, Token));
    }

    [Fact]
    public async Task A_certificate_for_where_the_rule_leads_is_wrong()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync(new() { Certificate = TestCertificates.Shared.Localhost });
        using NetSession session = Session($"MAP feed.example localhost:{server.Port}");

        Assert.Equal(NetError.CertCommonNameInvalid, (await FailAsync(session, new Uri("wss://feed.example/echo"))).Error);
    }

    [Fact]
    public async Task Over_http_2_the_rules_hold_too()
    {
        using X509Certificate2 certificate = TestCertificates.Shared.LeafFor("feed.example");
        await using KestrelServer server = await KestrelServer.StartNewAsync(
            new() { Certificate = certificate, Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2 });
        using NetSession session = Session($"MAP feed.example 127.0.0.1:{server.Port}");
        HandshakeRequest request = Request(new Uri("wss://feed.example/echo")) with { HttpVersion = HttpVersion.Version20, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        await using Stream stream = (await ConnectAsync(session, request)).Stream;

        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData("MAP feed.example ~NOTFOUND", "ws://feed.example/")]
    [InlineData("MAP * ~NOTFOUND", "ws://127.0.0.1/")]
    [InlineData("MAP * ~NOTFOUND", "ws://[::1]/")]
    [InlineData("MAP localhost ~NOTFOUND", "wss://localhost/")]
    public async Task A_host_that_the_rules_hide_is_not_resolved(string rules, string uri)
    {
        using NetSession session = Session(rules);
        HandshakeException failure = await FailAsync(session, new Uri(uri));

        Assert.Equal(NetError.NameNotResolved, failure.Error);
        Assert.Equal("net::ERR_NAME_NOT_RESOLVED", failure.Error.ToChromiumName());
    }

    [Theory]
    [InlineData("127.0.0.9")]
    [InlineData("[::1]")]
    [InlineData("[::FFFF:1]")]
    public async Task Addresses_are_mapped_like_names(string host)
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        using NetSession session = Session($"MAP * 127.0.0.1:{server.Port}");
        await using Stream stream = (await ConnectAsync(session, new Uri($"ws://{host}/echo"))).Stream;

        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData(LoopbackProxyKind.Http, "http")]
    [InlineData(LoopbackProxyKind.Socks5, "socks5")]
    public async Task A_proxy_is_reached_by_rule_and_is_given_the_hosts_of_addresses_as_they_are(LoopbackProxyKind kind, string scheme)
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using var proxy = new LoopbackProxy(kind);
        using NetSession session = Session(
            $"MAP proxy.example 127.0.0.1:{proxy.Port}, MAP feed.example 127.0.0.1:1",
            options => options.Proxy = new ProxyConfig { ProxyRules = $"{scheme}://proxy.example:3128" });
        await using Stream stream = (await ConnectAsync(session, server.Uri("/echo", "feed.example"))).Stream;

        Assert.Equal([$"feed.example:{server.Port}"], proxy.Requests);
    }

    [Fact]
    public async Task A_proxy_that_the_rules_hide_cannot_be_reached()
    {
        using NetSession session = Session("MAP proxy.example ~NOTFOUND", options => options.Proxy = new ProxyConfig { ProxyRules = "http://proxy.example:3128" });

        Assert.Equal(NetError.ProxyConnectionFailed, (await FailAsync(session, new Uri("ws://feed.example/"))).Error);
    }

    [Fact]
    public async Task A_change_counts_for_the_next_socket_also_over_a_shared_connection()
    {
        using X509Certificate2 certificate = TestCertificates.Shared.LeafFor("feed.example");
        var options = new KestrelServerOptions { Certificate = certificate, Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2 };
        await using KestrelServer first = await KestrelServer.StartNewAsync(options);
        await using KestrelServer second = await KestrelServer.StartNewAsync(options);
        using NetSession session = Session($"MAP feed.example 127.0.0.1:{first.Port}");
        HandshakeRequest request = Request(new Uri("wss://feed.example/echo")) with { HttpVersion = HttpVersion.Version20, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        await using Stream before = (await ConnectAsync(session, request)).Stream;
        session.SetHostResolverRules($"MAP feed.example 127.0.0.1:{second.Port}");
        await using Stream after = (await ConnectAsync(session, request)).Stream;

        Assert.Equal((1, 1), (first.ConnectionCount, second.ConnectionCount));
    }
}
