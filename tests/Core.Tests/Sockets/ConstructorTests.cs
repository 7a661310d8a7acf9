using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Sockets;

public class ConstructorTests
{
    [Theory]
    [InlineData("")]
    [InlineData("feed")]
    [InlineData("/feed")]
    [InlineData("ftp://example.com")]
    [InlineData("mailto:a@example.com")]
    [InlineData("ws://example.com/#part")]
    [InlineData("ws://example.com/#")]
    public void An_address_that_is_none_is_refused_at_once(string url) =>
        Assert.Throws<ArgumentException>(() => new NetWebSocket(url));

    [Fact]
    public void A_message_about_an_address_never_shows_its_query()
    {
        var exception = Assert.Throws<ArgumentException>(() => new NetWebSocket("nowhere?token=secret"));
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/a%2Fb?c=%20", "ws://127.0.0.1:1/a%2Fb?c=%20")]
    [InlineData("https://example.invalid/", "wss://example.invalid/")]
    [InlineData("WS://EXAMPLE.invalid", "ws://example.invalid/")]
    public void Http_addresses_are_rewritten_and_the_rest_is_kept(string url, string expected)
    {
        var socket = new NetWebSocket(url);
        socket.Abort();
        Assert.Equal(expected, socket.Url);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("ü")]
    [InlineData("a\r\n")]
    public void A_subprotocol_that_is_no_token_is_refused_at_once(string protocol) =>
        Assert.Throws<ArgumentException>(() => new NetWebSocket("ws://127.0.0.1:1", protocol));

    [Fact]
    public void A_subprotocol_that_is_given_twice_is_refused_at_once() =>
        Assert.Throws<ArgumentException>(() => new NetWebSocket("ws://127.0.0.1:1", "a", "b", "a"));

    [Theory]
    [InlineData("bad name", "x")]
    [InlineData("", "x")]
    [InlineData("X-Ok", "a\r\nInjected: yes")]
    [InlineData("X-Ok", "a\0b")]
    [InlineData("Host", "x")]
    [InlineData("Upgrade", "x")]
    [InlineData("connection", "x")]
    [InlineData("Sec-WebSocket-Key", "x")]
    [InlineData("Sec-WebSocket-Protocol", "x")]
    [InlineData("Content-Length", "1")]
    public void A_header_that_cannot_be_sent_is_refused_at_once(string name, string value) =>
        Assert.ThrowsAny<ArgumentException>(() => new NetWebSocket("ws://127.0.0.1:1", new NetWebSocketOptions { Headers = { [name] = value } }));

    [Fact]
    public void An_option_out_of_its_range_is_refused_by_name()
    {
        static string Refused(Action<NetWebSocketOptions> set)
        {
            var options = new NetWebSocketOptions();
            set(options);
            return Assert.ThrowsAny<ArgumentException>(() => new NetWebSocket("ws://127.0.0.1:1", options)).ParamName!;
        }

        Assert.Equal(nameof(NetWebSocketOptions.MaxMessageSize), Refused(o => o.MaxMessageSize = 0));
        Assert.Equal(nameof(NetWebSocketOptions.HandshakeTimeout), Refused(o => o.HandshakeTimeout = TimeSpan.Zero));
        Assert.Equal(nameof(NetWebSocketOptions.CloseTimeout), Refused(o => o.CloseTimeout = TimeSpan.FromSeconds(-5)));
        Assert.Equal(nameof(NetWebSocketOptions.SendHighWaterMark), Refused(o => o.SendHighWaterMark = 0));
        Assert.Equal(nameof(NetWebSocketOptions.ReceiveHighWaterMark), Refused(o => o.ReceiveHighWaterMark = -1));
        Assert.Equal(nameof(NetWebSocketOptions.BinaryType), Refused(o => o.BinaryType = (BinaryType)9));
        Assert.Equal(nameof(NetWebSocketOptions.Partition), Refused(o =>
        {
            o.Session = NetSession.Default;
            o.Partition = "x";
        }));
    }

    [Theory]
    [InlineData(null, "http://127.0.0.1:{0}")]
    [InlineData("https://app.example", "https://app.example")]
    [InlineData("", null)]
    public async Task The_origin_is_that_of_the_address_unless_another_or_none_is_asked_for(string? origin, string? expected)
    {
        await using var server = new ScriptedServer();
        var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { Origin = origin, Headers = { ["X-Key"] = "k", ["X-Ümlaut".Replace("Ü", "U")] = "v" } });
        ScriptedPeer peer = await server.AcceptAsync(TestContext.Current.CancellationToken);
        HandshakeHead head = await peer.ReadRequestAsync(TestContext.Current.CancellationToken);
        socket.Abort();
        Assert.Equal(expected is null ? null : string.Format(null, expected, server.Port), head["Origin"]);
        Assert.Equal("k", head["X-Key"]);
        Assert.Equal("v", head["X-Umlaut"]);
        peer.Dispose();
    }
}
