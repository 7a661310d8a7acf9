using System.Net;
using System.Net.Security;
using System.Text;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.Tests.Handshake.Http2Connecting;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace NetWebSockets.Tests.Handshake;

/// <summary>Which version of HTTP a handshake goes over, and how a server that has not got it is named.</summary>
public sealed class Http2VersionTests
{
    // Indexed for attributes, which cannot hold versions.
    private static readonly Version[] Versions = [new(0, 0), HttpVersion.Version11, HttpVersion.Version20];

    [Theory]
    [InlineData(1, HttpVersionPolicy.RequestVersionOrLower, HttpProtocols.Http1AndHttp2, true, "HTTP/1.1")]
    [InlineData(1, HttpVersionPolicy.RequestVersionExact, HttpProtocols.Http1AndHttp2, true, "HTTP/1.1")]
    [InlineData(1, HttpVersionPolicy.RequestVersionOrHigher, HttpProtocols.Http1AndHttp2, true, "HTTP/2")]
    [InlineData(1, HttpVersionPolicy.RequestVersionOrHigher, HttpProtocols.Http1, true, "HTTP/1.1")]
    [InlineData(1, HttpVersionPolicy.RequestVersionOrHigher, HttpProtocols.Http1, false, "HTTP/1.1")]
    [InlineData(2, HttpVersionPolicy.RequestVersionOrLower, HttpProtocols.Http1AndHttp2, true, "HTTP/2")]
    [InlineData(2, HttpVersionPolicy.RequestVersionOrLower, HttpProtocols.Http1, true, "HTTP/1.1")]
    [InlineData(2, HttpVersionPolicy.RequestVersionOrLower, HttpProtocols.Http1, false, "HTTP/1.1")]
    [InlineData(2, HttpVersionPolicy.RequestVersionExact, HttpProtocols.Http1AndHttp2, true, "HTTP/2")]
    [InlineData(2, HttpVersionPolicy.RequestVersionExact, HttpProtocols.Http2, false, "HTTP/2")]
    [InlineData(2, HttpVersionPolicy.RequestVersionOrHigher, HttpProtocols.Http2, true, "HTTP/2")]
    [InlineData(2, HttpVersionPolicy.RequestVersionOrHigher, HttpProtocols.Http2, false, "HTTP/2")]
    public async Task A_socket_goes_over_the_version_that_its_options_and_the_server_allow(
        int version, HttpVersionPolicy policy, HttpProtocols served, bool tls, string expected)
    {
        await using KestrelServer server = await StartKestrelAsync(served, tls);
        using NetSession session = NewTrustingSession();
        await using Http2Client client = await Http2Client.OpenAsync(server.Uri("/which"), session, Versions[version], policy);

        Assert.Equal(expected, client.Version);
        Assert.Equal("back and forth", await client.EchoAsync("back and forth"));
        Assert.True((await client.CloseAsync()).WasClean);
    }

    [Fact]
    public async Task A_connection_takes_its_sockets_over_the_version_of_its_options()
    {
        await using KestrelServer server = await StartKestrelAsync(HttpProtocols.Http1AndHttp2, tls: true);
        using NetSession session = NewTrustingSession();
        await using var connection = new WebSocketConnection(new WebSocketConnectionOptions
        {
            Uri = server.Uri("/which"),
            Session = session,
            HttpVersion = HttpVersion.Version20,
            HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        });
        await connection.ConnectAsync(Token).WaitAsync(Guard, Token);
        await foreach (WebSocketMessage message in connection.ReadAllAsync(Token))
        {
            Assert.StartsWith("HTTP/2 ", message.Text, StringComparison.Ordinal);
            break;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tls_that_negotiates_no_http2_is_named_and_falls_back_where_it_may(bool refusesTheHandshake)
    {
        await using var server = new ScriptedServer(TestCertificates.Shared.Localhost)
        {
            ApplicationProtocols = refusesTheHandshake ? [SslApplicationProtocol.Http11] : null,
        };
        using NetSession session = NewTrustingSession();
        Task<HandshakeException> failing = FailAsync(session, Http2Request(server.UriFor("localhost")));
        Exception? refusal = await Record.ExceptionAsync(() => server.AcceptAsync(Token));
        HandshakeException failure = await failing;

        Assert.Equal(refusesTheHandshake, refusal is not null);
        Assert.Equal(NetError.AlpnNegotiationFailed, failure.Error);
        Assert.Contains("RequestVersionOrLower", failure.Message, StringComparison.Ordinal);

        using NetSession next = NewTrustingSession();
        Task<HandshakeResult> connecting = ConnectAsync(
            next, Http2Request(server.UriFor("localhost")) with { HttpVersionPolicy = HttpVersionPolicy.RequestVersionOrLower });
        if (refusesTheHandshake)
            Assert.NotNull(await Record.ExceptionAsync(() => server.AcceptAsync(Token)));
        await server.AcceptOpenAsync(cancellationToken: Token).WaitAsync(Guard, Token);
        await using Stream stream = (await connecting).Stream;
        Assert.IsType<SslStream>(Transport(stream));
        // Where TLS itself did not fail, its connection serves for HTTP/1.1.
        Assert.Equal(refusesTheHandshake ? 3 : 2, server.ConnectionCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_takes_no_websockets_over_http2_is_named(bool tls)
    {
        await using ScriptedServer server = NewScriptedServer(tls);
        using NetSession session = NewTrustingSession();
        Task<HandshakeException> failing = FailAsync(session, Http2Request(server.UriFor("localhost")));
        (Http2Peer http2, _) = await AcceptHttp2Async(server, allowsExtendedConnect: false);
        _ = Record.ExceptionAsync(() => http2.ReadRequestAsync(Token));
        HandshakeException failure = await failing;

        Assert.Equal(NetError.HttpVersionRequired, failure.Error);
        Assert.Contains("SETTINGS_ENABLE_CONNECT_PROTOCOL", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_takes_no_websockets_over_http2_gets_a_second_connection(bool asksByReset)
    {
        await using ScriptedServer server = NewScriptedServer(tls: true);
        using NetSession session = NewTrustingSession();
        Task<HandshakeResult> connecting = ConnectAsync(
            session, Http2Request(server.UriFor("localhost")) with { HttpVersionPolicy = HttpVersionPolicy.RequestVersionOrLower });
        (Http2Peer http2, _) = await AcceptHttp2Async(server, allowsExtendedConnect: asksByReset);
        if (asksByReset)
            await http2.ResetAsync(await http2.ReadRequestAsync(Token), errorCode: 0xD, Token);
        else
            _ = Record.ExceptionAsync(() => http2.ReadRequestAsync(Token));
        using ScriptedPeer second = await server.AcceptOpenAsync(cancellationToken: Token);
        await using Stream stream = (await connecting).Stream;

        Assert.Equal("GET / HTTP/1.1", second.Request!.RequestLine);
        Assert.IsType<SslStream>(Transport(stream));
        Assert.Equal(2, server.ConnectionCount);
    }

    [Theory]
    [InlineData(0xD, NetError.HttpVersionRequired)]
    [InlineData(0x1, NetError.Http2ProtocolError)]
    [InlineData(0x2, NetError.Http2ProtocolError)]
    public async Task A_handshake_whose_stream_is_reset_is_named(byte errorCode, NetError error)
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, Http2Request(server.Uri));
        (Http2Peer http2, _) = await AcceptHttp2Async(server);
        await http2.ResetAsync(await http2.ReadRequestAsync(Token), errorCode, Token);

        Assert.Equal(error, (await failing).Error);
    }

    [Fact]
    public async Task A_server_without_http2_that_is_spoken_to_in_it_is_named()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, Http2Request(server.Uri));
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token); // The preface looks like a request.
        await peer.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", Token);

        HandshakeException failure = await failing;
        Assert.Equal(NetError.Http2ProtocolError, failure.Error);
        Assert.Contains("HTTP/2", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(201)]
    public async Task A_refusal_has_its_status_its_headers_and_its_body(int status)
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, Http2Request(server.Uri));
        (Http2Peer http2, _) = await AcceptHttp2Async(server);
        int stream = await http2.ReadRequestAsync(Token);
        await http2.AnswerAsync(stream, status, [("x-reason", "because"), ("retry-after", "9")], Token);
        await http2.WriteDataAsync(stream, "no, thank you"u8.ToArray(), endStream: true, Token);

        HandshakeException failure = await failing;
        Assert.Equal((NetError.InvalidResponse, status), (failure.Error, (int)failure.StatusCode!));
        Assert.Contains(new KeyValuePair<string, string>("x-reason", "because"), failure.Headers);
        Assert.Equal(TimeSpan.FromSeconds(9), failure.RetryAfter);
        Assert.Equal("no, thank you", Encoding.UTF8.GetString(failure.Body.Span));
    }

    [Theory]
    [InlineData("sec-websocket-protocol", "v9", "does not match any of sent values")]
    [InlineData("sec-websocket-extensions", "x-unknown", "unsupported extension 'x-unknown'")]
    public async Task Subprotocol_and_extensions_are_checked_as_over_http_1(string header, string value, string sentence)
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, Http2Request(server.Uri) with { Protocols = header.EndsWith("protocol", StringComparison.Ordinal) ? ["v2"] : [] });
        (Http2Peer http2, _) = await AcceptHttp2Async(server);
        int stream = await http2.ReadRequestAsync(Token);
        await http2.AnswerAsync(stream, 200, [(header, value)], Token);

        HandshakeException failure = await failing;
        Assert.Equal(NetError.InvalidResponse, failure.Error);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        // The stream is given up, not left open.
        Assert.Equal(stream, (await http2.ReadAsync(Http2FrameTypes.ResetStream, Token).WaitAsync(Guard, Token)).StreamId);
    }

    [Fact]
    public void A_version_other_than_1_1_and_2_is_refused()
    {
        ArgumentException third = Assert.Throws<ArgumentException>(() => new NetWebSocket("wss://a.test/", new NetWebSocketOptions { HttpVersion = HttpVersion.Version30 }));
        ArgumentException odd = Assert.Throws<ArgumentException>(() => new NetWebSocket("wss://a.test/", new NetWebSocketOptions { HttpVersion = new Version(1, 0) }));
        ArgumentException policy = Assert.Throws<ArgumentException>(
            () => new NetWebSocket("wss://a.test/", new NetWebSocketOptions { HttpVersionPolicy = (HttpVersionPolicy)9 }));

        Assert.Contains("HTTP/3", third.Message, StringComparison.Ordinal);
        Assert.Contains("1.0", odd.Message, StringComparison.Ordinal);
        Assert.Equal(("HttpVersion", "HttpVersion", "HttpVersionPolicy"), (third.ParamName, odd.ParamName, policy.ParamName));
    }
}
