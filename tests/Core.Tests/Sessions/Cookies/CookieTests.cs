using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Cookies;

/// <summary>The session's cookies on their way out and in.</summary>
public sealed class CookieTests
{
    private static async Task<HandshakeHead> SendAsync(
        NetSession session, ScriptedServer server, string[] responseLines, bool useCookies = true, string host = "localhost", string? origin = null, params KeyValuePair<string, string>[] headers)
    {
        Task<ScriptedPeer> answering = AnswerAsync(server, request => Accepted(request, responseLines));
        HandshakeResult result = await ConnectAsync(
            session, Request(server.UriFor(host)) with { UseSessionCookies = useCookies, Headers = headers, Origin = origin });
        await result.Stream.DisposeAsync();
        using ScriptedPeer peer = await answering;
        return peer.Request!;
    }

    [Fact]
    public async Task Cookies_of_a_response_are_sent_with_the_next_request()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        HandshakeHead first = await SendAsync(session, server, ["Set-Cookie: a=1; Path=/; HttpOnly", "Set-Cookie: b=2; Expires=Wed, 21 Oct 2099 07:28:00 GMT"]);
        HandshakeHead second = await SendAsync(session, server, ["Set-Cookie: a=; Max-Age=0"]);
        HandshakeHead third = await SendAsync(session, server, []);

        Assert.Null(first["Cookie"]);
        Assert.Equal("a=1; b=2", second["Cookie"]);
        Assert.Equal("b=2", third["Cookie"]);
    }

    [Fact]
    public async Task Without_being_asked_cookies_are_neither_sent_nor_stored()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        session.Cookies.Set(server.UriFor("localhost"), "a", "1");
        HandshakeHead head = await SendAsync(session, server, ["Set-Cookie: b=2"], useCookies: false);

        Assert.Null(head["Cookie"]);
        Assert.Equal(["a"], session.Cookies.GetAll().Select(cookie => cookie.Name));
    }

    [Theory]
    [InlineData("HTTP/1.1 401 No\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Bad\r\nSet-Cookie: a=1\r\nUpgrade: x\r\n\r\n")]
    public async Task Cookies_of_a_refusal_are_stored(string response)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<ScriptedPeer> answering = AnswerAsync(server, _ => response);
        await FailAsync(session, Request(server.UriFor("localhost")) with { UseSessionCookies = true });
        using ScriptedPeer peer = await answering;

        Assert.Equal("1", Assert.Single(session.Cookies.Get(server.UriFor("localhost"))).Value);
    }

    [Fact]
    public async Task A_Cookie_header_of_the_request_and_the_stores_cookies_go_in_one_line()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        session.Cookies.Set(server.UriFor("localhost"), "a", "1");
        HandshakeHead head = await SendAsync(session, server, [], headers: new KeyValuePair<string, string>("cookie", "own=x"));

        Assert.Equal(["own=x; a=1"], head.All("Cookie"));
    }

    [Fact]
    public async Task A_secure_cookie_that_came_in_the_clear_is_refused_and_logged_without_its_value()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace));
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = NewSession(options =>
        {
            options.LoggerFactory = factory;
            options.Proxy = new ProxyConfig { ProxyRules = $"http://127.0.0.1:{proxy.Port}" };
        });
        await SendAsync(session, server, ["Set-Cookie: a=hidden; SECURE", "Set-Cookie: b=2"], host: "shop.example");

        Assert.Equal(["b"], session.Cookies.GetAll().Select(cookie => cookie.Name));
        FakeLogRecord refusal = Assert.Single(logs.Collector.GetSnapshot(), record => record.Id.Id == 105);
        Assert.Contains("'shop.example' was not stored: it is Secure", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(logs.Collector.GetSnapshot(), record => record.Message.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secure_cookie_of_this_machine_needs_no_tls()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        await SendAsync(session, server, ["Set-Cookie: a=1; Secure"]);

        Assert.Equal("a=1", (await SendAsync(session, server, []))["Cookie"]);
    }

    [Fact]
    public async Task A_secure_cookie_that_came_over_tls_goes_over_tls_only()
    {
        using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = TestCertificates.Shared.LeafFor("shop.example");
        await using var secure = new ScriptedServer(certificate);
        await using var plain = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = NewSession(options =>
        {
            options.CertificateAuthorities.Add(TestCertificates.Shared.Authority);
            options.Proxy = new ProxyConfig { ProxyRules = $"http://127.0.0.1:{proxy.Port}" };
        });
        await SendAsync(session, secure, ["Set-Cookie: a=1; Secure"], host: "shop.example");

        Assert.Equal("a=1", (await SendAsync(session, secure, [], host: "shop.example"))["Cookie"]);
        Assert.Null((await SendAsync(session, plain, [], host: "shop.example"))["Cookie"]);
    }

    [Theory]
    [InlineData("a=1; Domain=other.example")]
    [InlineData("=")]
    public async Task A_cookie_that_is_not_the_servers_to_set_is_refused_and_the_others_are_stored(string cookie)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        await SendAsync(session, server, ["Set-Cookie: " + cookie, "Set-Cookie: good=1"]);

        Assert.Equal(["good"], session.Cookies.GetAll().Select(stored => stored.Name));
    }

    [Fact]
    public async Task A_value_goes_back_in_the_bytes_that_it_came_in()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        await SendAsync(session, server, ["Set-Cookie: a=" + OnTheWire("\u00E4\u20AC\U0001F36A"), "Set-Cookie: b=\"q; x"]);
        HandshakeHead head = await SendAsync(session, server, []);

        Assert.Equal("\u00E4\u20AC\U0001F36A", session.Cookies.Get(server.UriFor("localhost"))[0].Value);
        Assert.Equal($"a={OnTheWire("\u00E4\u20AC\U0001F36A")}; b=\"q", head["Cookie"]);
    }

    [Theory]
    [InlineData("https://evil.example", null)]
    [InlineData("null", null)]
    [InlineData("https://localhost", null)]
    [InlineData("http://localhost:1", "strict=1; lax=1; none=1; unsaid=1")]
    [InlineData(null, "strict=1; lax=1; none=1; unsaid=1")]
    public async Task The_Origin_is_the_site_that_SameSite_is_judged_by(string? origin, string? more)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        await SendAsync(session, server, ["Set-Cookie: strict=1; SameSite=Strict", "Set-Cookie: lax=1; SameSite=Lax", "Set-Cookie: none=1; SameSite=None; Secure", "Set-Cookie: unsaid=1"]);
        HandshakeHead head = await SendAsync(session, server, ["Set-Cookie: new=1", "Set-Cookie: newnone=1; SameSite=None; Secure"], origin: origin);

        Assert.Equal(more ?? "none=1", head["Cookie"]);
        Assert.Equal(more is null ? 5 : 6, session.Cookies.Count);
    }

    // The scripted server reads and writes bytes as Latin-1.
    private static string OnTheWire(string text) => System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
