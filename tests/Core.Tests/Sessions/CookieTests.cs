using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>The session's cookies: its store, and their way out and in.</summary>
public sealed class CookieTests
{
    private static readonly Uri Secure = new("wss://shop.example/");
    private static readonly Uri Plain = new("ws://shop.example/");

    private static async Task<HandshakeHead> SendAsync(
        NetSession session, ScriptedServer server, string[] responseLines, bool useCookies = true, params KeyValuePair<string, string>[] headers)
    {
        Task<ScriptedPeer> answering = AnswerAsync(server, request => Accepted(request, responseLines));
        HandshakeResult result = await ConnectAsync(
            session, Request(server.UriFor("localhost")) with { UseSessionCookies = useCookies, Headers = headers });
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
        session.Cookies.Set(server.UriFor("localhost"), new Cookie("a", "1"));
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
        session.Cookies.Set(server.UriFor("localhost"), new Cookie("a", "1"));
        HandshakeHead head = await SendAsync(session, server, [], useCookies: true, new KeyValuePair<string, string>("cookie", "own=x"));

        Assert.Equal(["own=x; a=1"], head.All("Cookie"));
    }

    [Fact]
    public async Task A_secure_cookie_that_came_in_the_clear_is_refused_and_logged_without_its_value()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace));
        await using var server = new ScriptedServer();
        using NetSession session = NewSession(options => options.LoggerFactory = factory);
        await SendAsync(session, server, ["Set-Cookie: a=hidden; SECURE", "Set-Cookie: b=2"]);

        Assert.Equal(["b"], session.Cookies.GetAll().Select(cookie => cookie.Name));
        Assert.Single(logs.Collector.GetSnapshot(), record => record.Id.Id == 105);
        Assert.DoesNotContain(logs.Collector.GetSnapshot(), record => record.Message.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secure_cookie_that_came_over_tls_goes_over_tls_only()
    {
        await using var secure = new ScriptedServer(TestCertificates.Shared.Localhost);
        await using var plain = new ScriptedServer();
        using NetSession session = NewTrustingSession();
        await SendAsync(session, secure, ["Set-Cookie: a=1; Secure"]);

        Assert.Equal("a=1", (await SendAsync(session, secure, []))["Cookie"]);
        Assert.Null((await SendAsync(session, plain, []))["Cookie"]);
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
    public void The_store_sets_gets_replaces_and_removes()
    {
        using NetSession session = NewSession();
        session.Cookies.Set(Secure, new Cookie("a", "1") { Secure = true });
        session.Cookies.Set(Secure, new Cookie("b", "2"));
        session.Cookies.Set(Secure, new Cookie("b", "3"));

        Assert.Equal(["a=1", "b=3"], session.Cookies.Get(Secure).Select(cookie => cookie.ToString()).Order());
        Assert.Equal(["b=3"], session.Cookies.Get(Plain).Select(cookie => cookie.ToString()));
        Assert.Equal(["a=1", "b=3"], session.Cookies.Get(new Uri("https://shop.example/x")).Select(cookie => cookie.ToString()).Order());
        Assert.Empty(session.Cookies.Get(new Uri("wss://other.example/")));
        Assert.Equal(2, session.Cookies.Count);

        Assert.False(session.Cookies.Remove(Secure, "A"));
        Assert.True(session.Cookies.Remove(Secure, "a"));
        Assert.False(session.Cookies.Remove(Secure, "a"));
        Assert.Equal(["b"], session.Cookies.GetAll().Select(cookie => cookie.Name));
        session.Cookies.Clear();
        Assert.Empty(session.Cookies.GetAll());
        Assert.Equal(0, session.Cookies.Count);
    }

    [Fact]
    public void What_the_store_gives_out_and_takes_in_are_copies()
    {
        using NetSession session = NewSession();
        var given = new Cookie("a", "1");
        session.Cookies.Set(Secure, given);
        given.Value = "2";
        session.Cookies.GetAll()[0].Expired = true;

        Assert.Equal("1", Assert.Single(session.Cookies.GetAll()).Value);
    }

    [Fact]
    public void A_cookie_for_a_host_is_not_one_for_hosts_below_it_unless_it_says_so()
    {
        using NetSession session = NewSession();
        session.Cookies.Set(Secure, new Cookie("host", "1"));
        session.Cookies.Set(Secure, new Cookie("domain", "2") { Domain = ".shop.example" });

        Assert.Equal(["domain"], session.Cookies.Get(new Uri("wss://api.shop.example/")).Select(cookie => cookie.Name));
    }

    [Fact]
    public void Wrong_addresses_and_cookies_are_told()
    {
        using NetSession session = NewSession();

        Assert.Throws<ArgumentException>("uri", () => session.Cookies.Get(new Uri("ftp://a.example/")));
        Assert.Throws<ArgumentException>("uri", () => session.Cookies.Get(new Uri("/relative", UriKind.Relative)));
        Assert.Throws<ArgumentException>("cookie", () => session.Cookies.Set(Plain, new Cookie("a", "1") { Secure = true }));
        Assert.Throws<ArgumentException>("cookie", () => session.Cookies.Set(Plain, new Cookie("a", "1") { Domain = "other.example" }));
        Assert.Throws<ArgumentException>("cookie", () => session.Cookies.Set(Plain, new Cookie()));
        Assert.Throws<ArgumentNullException>("name", () => session.Cookies.Remove(Plain, null!));
        Assert.Empty(session.Cookies.GetAll());
    }

    [Fact]
    public void Many_threads_may_use_the_store_at_once()
    {
        using NetSession session = NewSession();
        Parallel.For(0, 2000, i =>
        {
            session.Cookies.Set(Secure, new Cookie("c" + (i % 50), i.ToString()));
            _ = session.Cookies.Get(Secure).Count;
            if (i % 10 == 0)
                session.Cookies.Remove(Secure, "c" + (i % 50));
        });

        Assert.InRange(session.Cookies.Count, 1, 50);
    }
}
