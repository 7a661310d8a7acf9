using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.Tests.Handshake.Http2Connecting;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace NetWebSockets.Tests.Handshake;

/// <summary>Sockets that share an HTTP/2 connection: together, and yet each on its own.</summary>
public sealed class Http2SharingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sockets_to_one_server_share_a_connection_and_do_not_hurt_each_other(bool tls)
    {
        await using KestrelServer server = await StartKestrelAsync(HttpProtocols.Http2, tls);
        using NetSession session = NewTrustingSession();
        await using Http2Client stays = await Http2Client.OpenAsync(server.Uri("/which"), session);
        await using Http2Client closes = await Http2Client.OpenAsync(server.Uri("/which"), session);
        await using Http2Client aborts = await Http2Client.OpenAsync(server.Uri("/which"), session);
        Assert.Equal((stays.Connection, stays.Connection), (closes.Connection, aborts.Connection));

        CloseEvent closed = await closes.CloseAsync();
        Assert.Equal((1000, true), (closed.Code, closed.WasClean));
        Assert.Equal("one has closed", await stays.EchoAsync("one has closed"));

        aborts.Socket.Abort();
        Assert.Equal((1006, NetError.Aborted), ((await aborts.Socket.Closed.WaitAsync(Guard, Token)).Code, (await aborts.Socket.Closed).Error));
        Assert.Equal("one has aborted", await stays.EchoAsync("one has aborted"));

        // What the server refuses or drops is a stream as well.
        HandshakeException refusal = await FailAsync(session, Http2Request(server.Uri("/refuse/404")));
        Assert.Equal(404, (int)refusal.StatusCode!);
        NetWebSocket dropped = Http2Client.NewSocket(server.Uri("/drop"), session);
        await dropped.Opened.WaitAsync(Guard, Token);
        dropped.Send("drop me");
        Assert.Equal((1006, NetError.Http2ProtocolError), ((await dropped.Closed.WaitAsync(Guard, Token)).Code, (await dropped.Closed).Error));
        Assert.Equal("one was dropped", await stays.EchoAsync("one was dropped"));

        await using Http2Client later = await Http2Client.OpenAsync(server.Uri("/which"), session);
        Assert.Equal(stays.Connection, later.Connection);
    }

    [Fact]
    public async Task Past_the_servers_limit_of_streams_a_socket_gets_a_second_connection()
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeResult> connecting = ConnectAsync(session, Http2Request(server.Uri));
        (Http2Peer first, _) = await AcceptHttp2Async(server);
        // SETTINGS_MAX_CONCURRENT_STREAMS, and the acknowledgement that it counts.
        await first.WriteAsync(new Http2Frame(Http2FrameTypes.Settings, 0, 0, [0, 3, 0, 0, 0, 1]), Token);
        int stream = 0;
        for (int acknowledged = 0; stream == 0 || acknowledged < 2;)
        {
            Http2Frame frame = await first.ReadAsync(Token).WaitAsync(Guard, Token);
            if (frame.Type == Http2FrameTypes.Headers)
                stream = frame.StreamId;
            else if (frame is { Type: Http2FrameTypes.Settings, Flags: Http2Frame.EndStream })
                acknowledged++;
        }

        await first.AnswerAsync(stream, 200, cancellationToken: Token);
        await using Stream one = (await connecting).Stream;

        connecting = ConnectAsync(session, Http2Request(server.Uri));
        (Http2Peer second, _) = await AcceptHttp2Async(server);
        await second.AnswerAsync(await second.ReadRequestAsync(Token), 200, cancellationToken: Token);
        await using Stream two = (await connecting).Stream;
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task A_handshake_that_is_cancelled_leaves_the_connection_to_the_others()
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        using var cancelling = new CancellationTokenSource();
        Task<HandshakeResult> cancelled = ConnectAsync(session, Http2Request(server.Uri), cancelling.Token);
        (Http2Peer http2, _) = await AcceptHttp2Async(server);
        int first = await http2.ReadRequestAsync(Token);
        Task<HandshakeResult> connecting = ConnectAsync(session, Http2Request(server.Uri));
        int second = await http2.ReadRequestAsync(Token);

        await cancelling.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(first, (await http2.ReadAsync(Http2FrameTypes.ResetStream, Token).WaitAsync(Guard, Token)).StreamId);
        await http2.AnswerAsync(second, 200, cancellationToken: Token);
        await using Stream stream = (await connecting).Stream;
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_that_wait_for_one_connection_the_second_outlives_the_cancelled_first(bool throughProxy)
    {
        await using ScriptedServer server = NewScriptedServer(tls: true);
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = NewTrustingSession();
        if (throughProxy)
            await session.SetProxyAsync(new ProxyConfig { ProxyRules = proxy.Rule("http"), ProxyBypassRules = "<-loopback>" });
        using var cancelling = new CancellationTokenSource();
        Task<HandshakeResult> cancelled = ConnectAsync(session, Http2Request(server.UriFor("localhost")), cancelling.Token);
        // The first connection stands still within TLS: nobody accepts it yet.
        while (server.ConnectionCount == 0)
            await Task.Yield();
        Task<HandshakeResult> connecting = ConnectAsync(session, Http2Request(server.UriFor("localhost")));

        await cancelling.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => cancelled);
        Assert.NotNull(await Record.ExceptionAsync(() => server.AcceptAsync(Token)));
        (Http2Peer http2, _) = await AcceptHttp2Async(server);
        await http2.AnswerAsync(await http2.ReadRequestAsync(Token), 200, cancellationToken: Token);
        await using Stream stream = (await connecting).Stream;
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task Closing_all_connections_of_the_session_closes_the_shared_one()
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        NetWebSocket socket = Http2Client.NewSocket(server.Uri, session);
        (Http2Peer http2, ScriptedPeer tcp) = await AcceptHttp2Async(server);
        await http2.AnswerAsync(await http2.ReadRequestAsync(Token), 200, cancellationToken: Token);
        await socket.Opened.WaitAsync(Guard, Token);
        await session.CloseAllConnectionsAsync();

        Assert.Equal((1006, NetError.Aborted), ((await socket.Closed.WaitAsync(Guard, Token)).Code, (await socket.Closed).Error));
        await tcp.ReadToEndAsync(Token).WaitAsync(Guard, Token);
        Assert.Equal(0, session.LiveCount);
    }

    [Fact]
    public async Task A_change_of_the_session_counts_for_the_next_socket_and_leaves_the_open_one()
    {
        await using KestrelServer server = await StartKestrelAsync(HttpProtocols.Http2, tls: true);
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = NewTrustingSession();
        await using Http2Client before = await Http2Client.OpenAsync(server.Uri("/which"), session);
        await session.SetProxyAsync(new ProxyConfig { ProxyRules = proxy.Rule("http"), ProxyBypassRules = "<-loopback>" });
        await using Http2Client after = await Http2Client.OpenAsync(server.Uri("/which"), session);

        Assert.NotEqual(before.Connection, after.Connection);
        Assert.Equal(["HTTP/2", "HTTP/2"], [before.Version, after.Version]);
        Assert.Single(proxy.Requests);
        Assert.Equal("still here", await before.EchoAsync("still here"));

        await session.CloseAllConnectionsAsync();
        Assert.Equal(1006, (await before.Socket.Closed.WaitAsync(Guard, Token)).Code);
        Assert.Equal(1006, (await after.Socket.Closed.WaitAsync(Guard, Token)).Code);
    }

    [Theory]
    [InlineData(LoopbackProxyKind.Http, true)]
    [InlineData(LoopbackProxyKind.Socks5, true)]
    [InlineData(LoopbackProxyKind.Socks5, false)]
    public async Task Sockets_share_a_connection_through_a_proxy(LoopbackProxyKind kind, bool tls)
    {
        await using KestrelServer server = await StartKestrelAsync(HttpProtocols.Http2, tls);
        await using var proxy = new LoopbackProxy(kind);
        using NetSession session = NewTrustingSession();
        string scheme = kind == LoopbackProxyKind.Http ? "http" : "socks5";
        await session.SetProxyAsync(new ProxyConfig { ProxyRules = proxy.Rule(scheme), ProxyBypassRules = "<-loopback>" });
        await using Http2Client one = await Http2Client.OpenAsync(server.Uri("/which"), session);
        await using Http2Client two = await Http2Client.OpenAsync(server.Uri("/which"), session);

        Assert.Equal(one.Connection, two.Connection);
        Assert.Single(proxy.Requests);
        string text = new('x', 300_000);
        Assert.Equal(text, await one.EchoAsync(text));
        Assert.True((await one.CloseAsync()).WasClean);
        Assert.Equal("through", await two.EchoAsync("through"));
    }

    [Fact]
    public async Task Without_tls_http2_does_not_go_through_an_http_proxy()
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = NewSession(options => options.Proxy = new ProxyConfig { ProxyRules = proxy.Rule("http") });
        HandshakeException failure = await FailAsync(session, Http2Request(new Uri("ws://server.test/")));

        Assert.Equal(NetError.AlpnNegotiationFailed, failure.Error);
        Assert.Contains("http proxy", failure.Message, StringComparison.Ordinal);
        Assert.Empty(proxy.Requests);
    }
}
