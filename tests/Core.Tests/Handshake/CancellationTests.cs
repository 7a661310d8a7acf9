using System.Net;
using System.Net.Sockets;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Handshake;

/// <summary>
/// Cancelling ends the handshake for the caller and on the wire, at each stage. In this process the HTTP handler by itself would go on with
/// what it has begun for ever (<see cref="HandlerPatience"/>), so whatever ends here was ended by us.
/// </summary>
public sealed class CancellationTests
{
    private static async Task<OperationCanceledException> CancelAsync(CancellationTokenSource cancelling, Task connecting)
    {
        await cancelling.CancelAsync();
        OperationCanceledException failure = await Assert.ThrowsAsync<OperationCanceledException>(() => connecting.WaitAsync(Guard, Token));
        Assert.Equal(cancelling.Token, failure.CancellationToken);
        return failure;
    }

    private static async Task<PeerEnd> EndOf(ScriptedPeer peer) => await peer.ReadToEndAsync(Token).WaitAsync(Guard, Token);

    [Fact]
    public async Task A_token_that_is_cancelled_already_connects_nowhere()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        using var cancelling = new CancellationTokenSource();
        await cancelling.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => ConnectAsync(session, Request(server.Uri), cancelling.Token));
        Assert.Equal(0, server.ConnectionCount);
    }

    [Fact]
    public async Task While_connecting()
    {
        // A listener whose queue is full drops further attempts to connect, so they hang.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var filling = new List<Socket>();
        try
        {
            for (int i = 0; i < 8; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                filling.Add(socket);
                Assert.True(Record.Exception(() => socket.Connect(listener.LocalEndPoint!)) is null or SocketException);
            }

            using NetSession session = NewSession();
            using var cancelling = new CancellationTokenSource();
            Task connecting = ConnectAsync(session, Request(new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}/")), cancelling.Token);
            Assert.False(connecting.IsCompleted);
            await CancelAsync(cancelling, connecting);
            Assert.Equal(0, session.LiveCount);
        }
        finally
        {
            filling.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Within_the_tls_handshake()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        using var cancelling = new CancellationTokenSource();
        Task connecting = ConnectAsync(session, Request(new Uri($"wss://127.0.0.1:{server.Port}/")), cancelling.Token);
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.Stream.ReadExactlyAsync(new byte[50], Token);

        await CancelAsync(cancelling, connecting);
        await EndOf(peer);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_waiting_for_the_response(bool tls)
    {
        await using var server = new ScriptedServer(tls ? TestCertificates.Shared.Localhost : null);
        using NetSession session = NewTrustingSession();
        using var cancelling = new CancellationTokenSource();
        Task connecting = ConnectAsync(session, Request(server.UriFor("localhost")), cancelling.Token);
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token);

        await CancelAsync(cancelling, connecting);
        await EndOf(peer);
    }

    [Fact]
    public async Task A_refusal_whose_body_hangs_is_still_a_refusal()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        using var cancelling = new CancellationTokenSource();
        Task connecting = ConnectAsync(session, Request(server.Uri), cancelling.Token);
        using ScriptedPeer peer = await AnswerAsync(server, _ => "HTTP/1.1 401 No\r\nContent-Length: 10\r\n\r\nabc");
        // Cancelling may come before the client has read the header block; then it is cancelled like any other.
        await cancelling.CancelAsync();

        Exception? failure = await Record.ExceptionAsync(() => connecting.WaitAsync(Guard, Token));
        Assert.True(failure is OperationCanceledException or HandshakeException { StatusCode: HttpStatusCode.Unauthorized }, failure?.ToString());
        await EndOf(peer);
    }

    [Fact]
    public async Task While_a_proxy_does_not_answer()
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { NeverAnswers = true };
        using NetSession session = NewSession(options => options.Proxy = new ProxyConfig { ProxyRules = proxy.Rule("http"), ProxyBypassRules = "<-loopback>" });
        using var cancelling = new CancellationTokenSource();
        Task connecting = ConnectAsync(session, Request(new Uri("ws://server.test/")), cancelling.Token);
        await proxy.Asked.Task.WaitAsync(Guard, Token);

        await CancelAsync(cancelling, connecting);
        await proxy.ClientLeft.Task.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task Within_the_tls_handshake_inside_a_tunnel()
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        using NetSession session = NewSession(options => options.Proxy = new ProxyConfig { ProxyRules = proxy.Rule("http"), ProxyBypassRules = "<-loopback>" });
        using var cancelling = new CancellationTokenSource();
        Task connecting = ConnectAsync(session, Request(new Uri($"wss://server.test:{server.Port}/")), cancelling.Token);
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.Stream.ReadExactlyAsync(new byte[50], Token);

        await CancelAsync(cancelling, connecting);
        await EndOf(peer);
    }

    [Fact]
    public async Task Closing_all_connections_of_the_session_aborts_the_handshake()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token);
        await session.CloseAllConnectionsAsync();

        Assert.Equal(NetError.Aborted, (await failing.WaitAsync(Guard, Token)).Error);
        await EndOf(peer);
        Assert.Equal(0, session.LiveCount);
    }
}
