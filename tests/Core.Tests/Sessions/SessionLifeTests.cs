using System.Net;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace NetWebSockets.Tests.Sessions;

/// <summary>What closing all connections and disposing a session do to its sockets, in whatever state these are.</summary>
public sealed class SessionLifeTests
{
    private static NetWebSocketOptions Through(NetSession session) => new() { Session = session };

    private static async Task AssertAbortedAsync(NetWebSocket socket)
    {
        CloseEvent closed = await socket.Closed.WaitAsync(Guard, Token);
        Assert.Equal((1006, "net::ERR_ABORTED", NetError.Aborted), (closed.Code, closed.Reason, closed.Error));
    }

    private static Task EndAsync(NetSession session, bool forGood) => forGood ? session.DisposeAsync().AsTask() : session.CloseAllConnectionsAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sockets_that_are_open_and_that_are_connecting_close(bool forGood)
    {
        await using var server = new ScriptedServer();
        NetSession session = NewSession();
        await using var open = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        await open.Opened.WaitAsync(Guard, Token);
        await using var connecting = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer second = await server.AcceptAsync(Token);
        await second.ReadRequestAsync(Token);
        await EndAsync(session, forGood);

        await AssertAbortedAsync(open);
        await AssertAbortedAsync(connecting);
        await peer.ReadToEndAsync(Token).WaitAsync(Guard, Token);
        await second.ReadToEndAsync(Token).WaitAsync(Guard, Token);
        Assert.Equal(0, session.LiveCount);
        await session.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sockets_that_share_a_connection_close_all_and_so_does_the_connection(bool forGood)
    {
        await using KestrelServer server = await Http2Connecting.StartKestrelAsync(HttpProtocols.Http2, tls: true);
        NetSession session = NewTrustingSession();
        var options = new NetWebSocketOptions { Session = session, HttpVersion = HttpVersion.Version20, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        NetWebSocket[] sockets = [.. Enumerable.Range(0, 3).Select(_ => new NetWebSocket(server.Uri("/which"), options))];
        foreach (NetWebSocket socket in sockets)
            await socket.Opened.WaitAsync(Guard, Token);
        await EndAsync(session, forGood);

        foreach (NetWebSocket socket in sockets)
            await AssertAbortedAsync(socket);
        await server.WaitForNoneLiveAsync(Token).WaitAsync(Guard, Token);
        await session.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_socket_that_waits_for_a_proxy_closes_and_the_proxy_sees_it_leave(bool forGood)
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { NeverAnswers = true };
        NetSession session = NewSession(options => options.Proxy = new ProxyConfig { ProxyRules = proxy.Rule("http") });
        await using var socket = new NetWebSocket("wss://feed.example/", Through(session));
        await proxy.Asked.Task.WaitAsync(Guard, Token);
        await EndAsync(session, forGood);

        await AssertAbortedAsync(socket);
        await proxy.ClientLeft.Task.WaitAsync(Guard, Token);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_session_may_be_disposed_from_many_threads_while_sockets_are_made()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        NetSession session = NewSession();
        NetWebSocket[] sockets = [.. Enumerable.Range(0, 20).Select(_ => new NetWebSocket(server.Uri(), Through(session)))];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => i % 2 == 0 ? session.DisposeAsync().AsTask() : Task.Run(session.Dispose)))).WaitAsync(Guard, Token);

        foreach (NetWebSocket socket in sockets)
            Assert.Equal(1006, (await socket.Closed.WaitAsync(Guard, Token)).Code);
        Assert.Equal(0, session.LiveCount);
        await server.WaitForNoneLiveAsync(Token).WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task A_socket_of_a_disposed_session_fails_and_says_why()
    {
        NetSession session = NewSession();
        await session.DisposeAsync();
        await using var socket = new NetWebSocket("ws://127.0.0.1:12345/", Through(session));
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, Token));

        Assert.Equal(NetError.Aborted, failure.Error);
        Assert.IsType<ObjectDisposedException>(failure.InnerException);
        await AssertAbortedAsync(socket);
    }

    [Fact]
    public async Task Every_member_of_a_disposed_session_says_so()
    {
        NetSession session = NewSession(options => options.UserAgent = "One/1");
        session.Dispose();

        Assert.Throws<ObjectDisposedException>(() => session.UserAgent = "Two/2");
        Assert.Throws<ObjectDisposedException>(() => session.AddCertificateAuthority(TestCertificates.Shared.Authority));
        Assert.Throws<ObjectDisposedException>(() => session.AddCertificateAuthorities([TestCertificates.Shared.Authority]));
        Assert.Throws<ObjectDisposedException>(() => session.SetCertificateVerifyProc(null));
        Assert.Throws<ObjectDisposedException>(() => session.EnableNetworkEmulation(new NetworkEmulation()));
        Assert.Throws<ObjectDisposedException>(session.DisableNetworkEmulation);
        await Assert.ThrowsAsync<ObjectDisposedException>(session.CloseAllConnectionsAsync);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.SetProxyAsync(new ProxyConfig { Mode = ProxyMode.Direct }));
        // What only tells goes on to.
        Assert.Equal("One/1", session.UserAgent);
    }

    [Fact]
    public async Task The_user_agent_counts_for_the_next_handshake_and_a_header_of_the_sockets_own_goes_before_it()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession(options => options.UserAgent = "One/1");
        Assert.Equal("One/1", await SentAsync(Request(server.Uri)));
        session.UserAgent = "Two/2";
        Assert.Equal("Two/2", await SentAsync(Request(server.Uri)));
        Assert.Equal("Own/1", await SentAsync(Request(server.Uri) with { Headers = [new("User-Agent", "Own/1")] }));
        session.UserAgent = null;
        Assert.Null(await SentAsync(Request(server.Uri)));

        async Task<string?> SentAsync(NetWebSockets.Handshake.HandshakeRequest request)
        {
            Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
            await (await ConnectAsync(session, request)).Stream.DisposeAsync();
            using ScriptedPeer peer = await accepting;
            return peer.Request!["User-Agent"];
        }
    }
}
