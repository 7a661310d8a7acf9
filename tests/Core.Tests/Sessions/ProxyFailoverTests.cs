using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>
/// Lists of proxies: which failures lead to the next one, and which are final. What is expected was seen in Chromium with the same proxies.
/// </summary>
public sealed class ProxyFailoverTests
{
    private static readonly Uri Address = new("ws://server.test/");

    private static ProxyConfig Config(string rules) => new() { ProxyRules = rules, ProxyBypassRules = "<-loopback>" };

    private static NetSession SessionThrough(string rules, Action<NetSessionOptions>? configure = null) => NewSession(options =>
    {
        options.CertificateAuthorities.Add(TestCertificates.Shared.Authority);
        options.Proxy = Config(rules);
        configure?.Invoke(options);
    });

    private static string Closed(string scheme = "http") => $"{scheme}://127.0.0.1:{FreePort()}";

    private static async Task ConnectThroughAsync(NetSession session, ScriptedServer server, string host = "server.test")
    {
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        await using Stream stream = (await ConnectAsync(session, server.UriFor(host))).Stream;
        using ScriptedPeer peer = await accepting.WaitAsync(Guard, Token);
    }

    [Theory]
    [InlineData("http", "http")]
    [InlineData("https", "socks5")]
    [InlineData("socks4", "http")]
    [InlineData("socks4a", "socks5")]
    [InlineData("socks5", "socks4a")]
    public async Task The_next_proxy_is_tried_when_one_does_not_listen(string first, string second)
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(second switch { "http" => LoopbackProxyKind.Http, "socks5" => LoopbackProxyKind.Socks5, _ => LoopbackProxyKind.Socks4 });
        using NetSession session = SessionThrough($"{Closed(first)},{proxy.Rule(second)}");
        await ConnectThroughAsync(session, server, first == "socks4" ? "localhost" : "server.test");

        Assert.Single(proxy.Requests);
    }

    [Fact]
    public async Task The_next_proxy_is_tried_when_the_name_of_one_does_not_exist()
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"no-such-proxy.invalid,{proxy.Rule("http")}");

        await ConnectThroughAsync(session, server);
    }

    [Fact]
    public async Task The_next_proxy_is_tried_when_one_resets_the_connection()
    {
        await using var server = new ScriptedServer();
        await using var first = new LoopbackProxy(LoopbackProxyKind.Http) { Resets = true };
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{first.Rule("http")},{second.Rule("http")}");
        await ConnectThroughAsync(session, server);

        Assert.NotEmpty(first.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_proxy_is_tried_when_TLS_with_one_fails(bool hasCertificate)
    {
        await using var server = new ScriptedServer();
        // Without a certificate it waits for CONNECT, and takes the client's hello for it.
        await using var first = new LoopbackProxy(LoopbackProxyKind.Socks4) { Certificate = hasCertificate ? TestCertificates.Shared.SelfSigned : null, Answer = "no" };
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"https://localhost:{first.Port},{second.Rule("http")}");

        await ConnectThroughAsync(session, server);
    }

    [Theory]
    [InlineData("socks4a", (byte)0x5B)]
    [InlineData("socks5", (byte)1)]
    [InlineData("socks5", (byte)4)]
    public async Task The_next_proxy_is_tried_when_a_socks_proxy_cannot_connect(string scheme, byte refusal)
    {
        await using var server = new ScriptedServer();
        await using var first = new LoopbackProxy(scheme == "socks5" ? LoopbackProxyKind.Socks5 : LoopbackProxyKind.Socks4) { RefusalCode = refusal };
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{first.Rule(scheme)},{second.Rule("http")}");
        await ConnectThroughAsync(session, server);

        Assert.Single(first.Requests);
    }

    [Fact]
    public async Task Direct_may_stand_last_or_first()
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession last = SessionThrough($"{Closed()},direct://");
        using NetSession first = SessionThrough($"direct://,{proxy.Rule("http")}");
        await ConnectThroughAsync(last, server, "127.0.0.1");
        await ConnectThroughAsync(first, server, "no-such-server.invalid");

        Assert.Single(proxy.Requests);
        Assert.StartsWith("DIRECT;", await first.ResolveProxyAsync(Address, Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", NetError.TunnelConnectionFailed)]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", NetError.TunnelConnectionFailed)]
    [InlineData("HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n", NetError.TunnelConnectionFailed)]
    [InlineData("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", NetError.ProxyAuthRequested)]
    [InlineData("nonsense\r\n\r\n", NetError.InvalidHttpResponse)]
    [InlineData("", NetError.EmptyResponse)]
    public async Task What_a_proxy_says_of_the_tunnel_is_final(string answer, NetError error)
    {
        await using var first = new LoopbackProxy(LoopbackProxyKind.Http) { Answer = answer };
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{first.Rule("http")},{second.Rule("http")}");

        Assert.Equal(error, (await FailAsync(session, Address)).Error);
        Assert.Empty(second.Requests);
    }

    [Fact]
    public async Task That_a_socks4_proxy_finds_no_way_to_the_server_is_final()
    {
        await using var first = new LoopbackProxy(LoopbackProxyKind.Socks4) { RefusalCode = 0x5C };
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{first.Rule("socks4a")},{second.Rule("http")}");

        Assert.Equal(NetError.SocksConnectionHostUnreachable, (await FailAsync(session, Address)).Error);
        Assert.Empty(second.Requests);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    [InlineData("direct")]
    public async Task TLS_with_the_server_is_the_servers_and_final(string scheme)
    {
        await using var server = new ScriptedServer();
        server.AcceptAndDrop = true;
        await using var first = new LoopbackProxy(scheme == "http" ? LoopbackProxyKind.Http : LoopbackProxyKind.Socks5);
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{(scheme == "direct" ? "direct://" : first.Rule(scheme))},{second.Rule("http")}");
        HandshakeException failure = await FailAsync(session, new Uri($"wss://127.0.0.1:{server.Port}/"));

        Assert.Contains(failure.Error, new[] { NetError.ConnectionClosed, NetError.ConnectionReset });
        Assert.Empty(second.Requests);
    }

    [Fact]
    public async Task What_the_server_answers_is_final_and_shows_that_the_proxy_works()
    {
        await using var server = new ScriptedServer();
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        await using var third = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"127.0.0.1:{FreePort()},{second.Rule("http")},{third.Rule("http")}");
        Task<ScriptedPeer> answering = AnswerAsync(server, _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nX-Why: gone\r\n\r\nnone");
        HandshakeException failure = await FailAsync(session, server.UriFor("server.test"));
        using ScriptedPeer peer = await answering;

        Assert.Equal((NetError.InvalidResponse, HttpStatusCode.NotFound), (failure.Error, failure.StatusCode));
        Assert.Equal("none"u8.ToArray(), failure.Body.ToArray());
        Assert.Contains(failure.Headers, header => header is { Key: "X-Why", Value: "gone" });
        Assert.Empty(third.Requests);
        Assert.StartsWith($"PROXY 127.0.0.1:{second.Port};", await session.ResolveProxyAsync(Address, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_all_fail_the_last_error_is_named_and_what_was_tried_is_listed_without_secrets()
    {
        int first = FreePort();
        await using var second = new LoopbackProxy(LoopbackProxyKind.Socks5) { Credentials = "me:s3cret" };
        using NetSession session = NewSession(options =>
        {
            options.Proxy = Config($"127.0.0.1:{first},{second.Rule("socks5")}");
            options.Proxy.Credentials = new NetworkCredential("me", "wr0ng");
        });
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/?token=hush"));

        Assert.Equal(NetError.SocksConnectionFailed, failure.Error);
        Assert.Contains(
            $"Tried in this order: http://127.0.0.1:{first} (net::ERR_PROXY_CONNECTION_FAILED), socks5://127.0.0.1:{second.Port} (net::ERR_SOCKS_CONNECTION_FAILED).",
            failure.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", failure.ToString(), StringComparison.Ordinal);
        // The network may have been at fault, so nothing is held against the first one.
        Assert.Equal($"PROXY 127.0.0.1:{first};SOCKS5 127.0.0.1:{second.Port}", await session.ResolveProxyAsync(Address, Token));
    }

    [Fact]
    public async Task A_single_proxy_that_fails_is_told_plainly()
    {
        using NetSession session = SessionThrough(Closed());

        Assert.DoesNotContain("Tried", (await FailAsync(session, Address)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_proxy_is_left_alone_for_five_minutes()
    {
        var time = new FakeTimeProvider();
        await using var server = new ScriptedServer();
        await using var bad = new LoopbackProxy(LoopbackProxyKind.Socks5) { RefusalCode = 1 };
        await using var good = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{bad.Rule("socks5")},{good.Rule("http")}", options => options.TimeProvider = time);
        await ConnectThroughAsync(session, server);
        await ConnectThroughAsync(session, server);

        Assert.Single(bad.Requests);
        Assert.Equal($"PROXY 127.0.0.1:{good.Port};SOCKS5 127.0.0.1:{bad.Port}", await session.ResolveProxyAsync(Address, Token));
        time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromMilliseconds(1));
        Assert.Equal($"SOCKS5 127.0.0.1:{bad.Port};PROXY 127.0.0.1:{good.Port}", await session.ResolveProxyAsync(Address, Token));
        await ConnectThroughAsync(session, server);
        Assert.Equal(2, bad.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_of_the_settings_and_a_reload_forget_bad_proxies(bool reload)
    {
        await using var server = new ScriptedServer();
        await using var good = new LoopbackProxy(LoopbackProxyKind.Http);
        string rules = $"127.0.0.1:{FreePort()},{good.Rule("http")}";
        using NetSession session = SessionThrough(rules);
        string before = await session.ResolveProxyAsync(Address, Token);
        await ConnectThroughAsync(session, server);
        Assert.NotEqual(before, await session.ResolveProxyAsync(Address, Token));
        await (reload ? session.ForceReloadProxyConfigAsync(Token) : session.SetProxyAsync(Config(rules), Token));

        Assert.Equal(before, await session.ResolveProxyAsync(Address, Token));
    }

    [Fact]
    public async Task Sessions_do_not_know_each_others_bad_proxies()
    {
        await using var server = new ScriptedServer();
        await using var good = new LoopbackProxy(LoopbackProxyKind.Http);
        string rules = $"127.0.0.1:{FreePort()},{good.Rule("http")}";
        using NetSession one = SessionThrough(rules);
        using NetSession other = SessionThrough(rules);
        await ConnectThroughAsync(one, server);

        Assert.NotEqual(await one.ResolveProxyAsync(Address, Token), await other.ResolveProxyAsync(Address, Token));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task A_proxy_that_hangs_is_left_after_its_time(string scheme)
    {
        var time = new FakeTimeProvider();
        await using var server = new ScriptedServer();
        await using var hanging = new LoopbackProxy(scheme == "http" ? LoopbackProxyKind.Http : LoopbackProxyKind.Socks5) { NeverAnswers = true };
        await using var good = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{hanging.Rule(scheme)},{good.Rule("http")}", options => options.TimeProvider = time);
        Task connecting = ConnectThroughAsync(session, server);
        await hanging.Asked.Task.WaitAsync(Guard, Token);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(good.Requests);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await connecting;

        await hanging.ClientLeft.Task.WaitAsync(Guard, Token);
        Assert.StartsWith("PROXY 127.0.0.1:" + good.Port, await session.ResolveProxyAsync(Address, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_proxy_has_all_the_time()
    {
        var time = new FakeTimeProvider();
        await using var first = new LoopbackProxy(LoopbackProxyKind.Http) { NeverAnswers = true };
        await using var last = new LoopbackProxy(LoopbackProxyKind.Http) { NeverAnswers = true };
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using NetSession session = SessionThrough($"{first.Rule("http")},{last.Rule("http")}", options => options.TimeProvider = time);
        Task<HandshakeResult> connecting = ConnectAsync(session, Request(Address), giveUp.Token);
        await first.Asked.Task.WaitAsync(Guard, Token);
        time.Advance(TimeSpan.FromSeconds(10));
        await last.Asked.Task.WaitAsync(Guard, Token);
        time.Advance(TimeSpan.FromHours(1));
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await last.ClientLeft.Task.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task What_the_server_takes_to_answer_is_not_the_proxys_time()
    {
        var time = new FakeTimeProvider();
        await using var server = new ScriptedServer();
        await using var first = new LoopbackProxy(LoopbackProxyKind.Http);
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{first.Rule("http")},{second.Rule("http")}", options => options.TimeProvider = time);
        Task<ScriptedPeer> accepting = server.AcceptAsync(Token);
        Task<HandshakeResult> connecting = ConnectAsync(session, server.UriFor("server.test"));
        using ScriptedPeer peer = await accepting.WaitAsync(Guard, Token);
        HandshakeHead request = await peer.ReadRequestAsync(Token);
        time.Advance(TimeSpan.FromHours(1));
        await peer.WriteAsync(Accepted(request), Token);

        await (await connecting).Stream.DisposeAsync();
        Assert.Empty(second.Requests);
    }

    [Fact]
    public async Task The_time_of_a_proxy_can_be_set_or_left_out()
    {
        var time = new FakeTimeProvider();
        await using var server = new ScriptedServer();
        await using var hanging = new LoopbackProxy(LoopbackProxyKind.Http) { NeverAnswers = true };
        await using var good = new LoopbackProxy(LoopbackProxyKind.Http);
        string rules = $"{hanging.Rule("http")},{good.Rule("http")}";
        using NetSession session = SessionThrough(rules, options =>
        {
            options.TimeProvider = time;
            options.Proxy!.ConnectTimeout = TimeSpan.FromSeconds(2);
        });
        Task connecting = ConnectThroughAsync(session, server);
        await hanging.Asked.Task.WaitAsync(Guard, Token);
        time.Advance(TimeSpan.FromSeconds(2));
        await connecting;
        ProxyConfig endless = Config(rules);
        endless.ConnectTimeout = Timeout.InfiniteTimeSpan;
        await session.SetProxyAsync(endless, Token);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<HandshakeResult> waiting = ConnectAsync(session, Request(server.UriFor("server.test")), giveUp.Token);
        await hanging.ClientLeft.Task.WaitAsync(Guard, Token);
        while (hanging.Requests.Count < 2)
            await Task.Yield();
        time.Advance(TimeSpan.FromHours(1));
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Single(good.Requests);
    }

    [Fact]
    public async Task Cancellation_ends_the_whole_list()
    {
        await using var first = new LoopbackProxy(LoopbackProxyKind.Http) { NeverAnswers = true };
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{first.Rule("http")},{second.Rule("http")}");
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<HandshakeResult> connecting = ConnectAsync(session, Request(Address), giveUp.Token);
        await first.Asked.Task.WaitAsync(Guard, Token);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Empty(second.Requests);
    }

    [Fact]
    public async Task The_handshakes_time_out_ends_the_whole_list()
    {
        var time = new FakeTimeProvider();
        await using var first = new LoopbackProxy(LoopbackProxyKind.Http) { NeverAnswers = true };
        await using var second = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = SessionThrough($"{first.Rule("http")},{second.Rule("http")}");
        await using var socket = new NetWebSocket(
            Address, new NetWebSocketOptions { Session = session, TimeProvider = time, HandshakeTimeout = TimeSpan.FromSeconds(5) });
        await first.Asked.Task.WaitAsync(Guard, Token);
        time.Advance(TimeSpan.FromSeconds(5));
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, Token));

        Assert.Equal(NetError.TimedOut, failure.Error);
        Assert.Contains("HandshakeTimeout", failure.Message, StringComparison.Ordinal);
        Assert.Empty(second.Requests);
    }

    [Fact]
    public async Task Each_step_to_the_next_proxy_is_logged()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        await using var server = new ScriptedServer();
        await using var good = new LoopbackProxy(LoopbackProxyKind.Http);
        (int first, int second) = (FreePort(), FreePort());
        using NetSession session = SessionThrough($"127.0.0.1:{first},socks5://127.0.0.1:{second},{good.Rule("http")}", options => options.LoggerFactory = factory);
        await ConnectThroughAsync(session, server);

        Assert.Equal(
            [
                $"The proxy http://127.0.0.1:{first} failed with net::ERR_PROXY_CONNECTION_FAILED; socks5://127.0.0.1:{second} is tried next.",
                $"The proxy socks5://127.0.0.1:{second} failed with net::ERR_PROXY_CONNECTION_FAILED; http://127.0.0.1:{good.Port} is tried next.",
            ],
            logs.Collector.GetSnapshot().Where(record => record.Id.Id == 110).Select(record => record.Message));
    }
}
