using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Handshake;

/// <summary>What goes out.</summary>
public sealed class RequestTests
{
    private static async Task<HandshakeHead> SendAsync(NetSession session, Func<ScriptedServer, HandshakeRequest> request)
    {
        await using var server = new ScriptedServer();
        Task<ScriptedPeer> answering = AnswerAsync(server, head => Accepted(head));
        HandshakeResult result = await ConnectAsync(session, request(server));
        await result.Stream.DisposeAsync();
        using ScriptedPeer peer = await answering;
        return peer.Request!;
    }

    [Fact]
    public async Task The_request_has_exactly_the_headers_of_the_handshake_and_those_given_in_their_order()
    {
        using NetSession session = NewSession();
        HandshakeHead head = await SendAsync(session, server => Request(server.UriFor("127.0.0.1", "/a/b?c=d")) with
        {
            Origin = "https://here.example",
            Headers = [new("X-Second", "2"), new("x-api-KEY", "three"), new("Authorization", "Bearer t")],
        });

        Assert.Equal("GET /a/b?c=d HTTP/1.1", head.RequestLine);
        Assert.Equal(
            ["Host", "Connection", "Upgrade", "Origin", "Sec-WebSocket-Version", "X-Second", "x-api-KEY", "Authorization", "Sec-WebSocket-Key"],
            head.Headers.Select(header => header.Key));
        Assert.Equal("Upgrade", head["Connection"]);
        Assert.Equal("websocket", head["Upgrade"]);
        Assert.Equal("13", head["Sec-WebSocket-Version"]);
        Assert.Equal("https://here.example", head["Origin"]);
        Assert.Equal("Bearer t", head["Authorization"]);
        Assert.Equal(16, Convert.FromBase64String(head["Sec-WebSocket-Key"]!).Length);
    }

    [Fact]
    public async Task Every_handshake_has_its_own_key()
    {
        using NetSession session = NewSession();
        HandshakeHead first = await SendAsync(session, server => Request(server.Uri));
        HandshakeHead second = await SendAsync(session, server => Request(server.Uri));

        Assert.NotEqual(first["Sec-WebSocket-Key"], second["Sec-WebSocket-Key"]);
    }

    [Theory]
    [InlineData("/%7Euser/a%2Fb/c?q=%41%7e&r=a%20b", "/%7Euser/a%2Fb/c?q=%41%7e&r=a%20b")]
    [InlineData("", "/")]
    [InlineData("?", "/?")]
    [InlineData("/?a?b/../c", "/?a?b/../c")]
    [InlineData("//double//slash/./dot/../end", "//double//slash/end")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a/%2E%2e/%2e/b", "/b")]
    [InlineData("/../..", "/")]
    [InlineData("/a b/\"<>`{}?c d'\"", "/a%20b/%22%3C%3E%60%7B%7D?c%20d%27%22")]
    [InlineData("/Zoë?ü", "/Zo%C3%AB?%C3%BC")]
    [InlineData("/a\\b", "/a/b")]
    [InlineData("/a\r\nX-Evil:%201/b\tc", "/aX-Evil:%201/bc")]
    [InlineData("/a?b#fragment", "/a?b")]
    public async Task Path_and_query_go_out_as_a_browser_sends_them(string given, string target)
    {
        using NetSession session = NewSession();
        HandshakeHead head = await SendAsync(session, server => Request(new Uri($"ws://127.0.0.1:{server.Port}{given}")));

        Assert.Equal(target, head.Target);
    }

    [Fact]
    public async Task An_address_that_was_made_without_canonicalization_works_too()
    {
        using NetSession session = NewSession();
        HandshakeHead head = await SendAsync(session, server => Request(
            new Uri($"ws://127.0.0.1:{server.Port}/%7E?%7E", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })));

        Assert.Equal("/%7E?%7E", head.Target);
    }

    [Fact]
    public async Task A_header_value_beyond_ascii_goes_out_as_utf8()
    {
        using NetSession session = NewSession();
        HandshakeHead head = await SendAsync(session, server => Request(server.Uri) with { Headers = [new("X-Name", "Zoë")] });

        Assert.Equal("Zo\u00C3\u00AB", head["X-Name"]);
    }

    [Fact]
    public async Task Credentials_in_the_address_do_not_go_out_unasked()
    {
        using NetSession session = NewSession();
        HandshakeHead head = await SendAsync(session, server => Request(new Uri($"ws://user:pass@127.0.0.1:{server.Port}/")));

        Assert.Null(head["Authorization"]);
        Assert.DoesNotContain("@", head["Host"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Authorization_header_goes_before_credentials_in_the_address()
    {
        using NetSession session = NewSession();
        HandshakeHead head = await SendAsync(
            session, server => Request(new Uri($"ws://user:pass@127.0.0.1:{server.Port}/")) with { Headers = [new("authorization", "Bearer t")] });

        Assert.Equal(["Bearer t"], head.All("Authorization"));
    }

    [Fact]
    public async Task The_user_agent_of_the_session_is_sent_unless_the_headers_have_one()
    {
        using NetSession session = NewSession(options => options.UserAgent = "Mine/1.0 (test)");
        HandshakeHead without = await SendAsync(session, server => Request(server.Uri));
        HandshakeHead with = await SendAsync(session, server => Request(server.Uri) with { Headers = [new("User-Agent", "Other/2")] });

        Assert.Equal("Mine/1.0 (test)", without["User-Agent"]);
        Assert.Equal(["Other/2"], with.All("User-Agent"));
    }

    [Fact]
    public async Task A_header_with_a_line_break_never_reaches_the_wire()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        HandshakeRequest request = Request(server.Uri) with { Headers = [new("X-A", "1\r\nX-B: 2")] };

        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => ConnectAsync(session, request));
        Assert.Contains("X-A", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.ConnectionCount);
    }
}
