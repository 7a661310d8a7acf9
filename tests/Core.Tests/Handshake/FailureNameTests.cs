using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Handshake;

/// <summary>Each cause that loopback can provoke, and its name. One connection each: nothing is retried unasked.</summary>
public sealed class FailureNameTests
{
    [Fact]
    public async Task Nothing_listens()
    {
        using NetSession session = NewSession();
        int port = FreePort();
        HandshakeException failure = await FailAsync(session, new Uri($"ws://127.0.0.1:{port}/path?token=secret"));

        Assert.Equal(NetError.ConnectionRefused, failure.Error);
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        Assert.Null(failure.StatusCode);
    }

    [Fact]
    public async Task The_name_does_not_exist()
    {
        using NetSession session = NewSession();
        HandshakeException failure = await FailAsync(session, new Uri("ws://no-such-host.invalid/"));

        Assert.Equal(NetError.NameNotResolved, failure.Error);
        Assert.Contains("no-such-host.invalid", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(22)]
    [InlineData(25)]
    [InlineData(6000)]
    [InlineData(6667)]
    [InlineData(10080)]
    public async Task The_port_is_blocked_also_on_loopback(int port)
    {
        using NetSession session = NewSession();
        HandshakeException failure = await FailAsync(session, new Uri($"ws://127.0.0.1:{port}/"));

        Assert.Equal(NetError.UnsafePort, failure.Error);
        Assert.Contains($"Port {port}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso")]
    public async Task The_server_closes_before_the_response_is_whole(string sent)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        using (ScriptedPeer peer = await AnswerAsync(server, _ => sent))
            peer.ShutdownSend();

        Assert.Equal(sent.Length == 0 ? NetError.EmptyResponse : NetError.ConnectionClosed, (await failing).Error);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task The_server_drops_every_connection_at_once_and_sees_only_one()
    {
        await using var server = new ScriptedServer { AcceptAndDrop = true };
        using NetSession session = NewSession();
        HandshakeException failure = await FailAsync(session, server.Uri);

        Assert.Contains(failure.Error, new[] { NetError.EmptyResponse, NetError.ConnectionReset });
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso")]
    public async Task The_server_resets_the_connection(string sent)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        (await AnswerAsync(server, _ => sent)).Reset();

        Assert.Equal(NetError.ConnectionReset, (await failing).Error);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    public async Task The_response_is_not_http(string response)
    {
        HandshakeException failure = await FailByResponseAsync(_ => response);

        Assert.Equal(NetError.InvalidHttpResponse, failure.Error);
    }

    [Fact]
    public async Task The_header_block_is_larger_than_256_KiB()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token);
        Task writing = peer.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nX-Big: " + new string('x', 300 * 1024) + "\r\n\r\n", Token);

        Assert.Equal(NetError.ResponseHeadersTooBig, (await failing).Error);
        // The client leaves without having read it all, which may or may not fail the write.
        _ = await Record.ExceptionAsync(() => writing);
    }

    [Fact]
    public async Task Headers_below_the_limit_are_accepted()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<ScriptedPeer> answering = AnswerAsync(server, request => Accepted(request, "X-Big: " + new string('x', 200 * 1024)));
        await using Stream stream = (await ConnectAsync(session, server.Uri)).Stream;
        using ScriptedPeer peer = await answering;

        Assert.True(stream.CanRead);
    }

    [Fact]
    public async Task A_server_without_tls_is_asked_for_it()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, new Uri($"wss://127.0.0.1:{server.Port}/"));
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n", Token);

        HandshakeException failure = await failing;
        Assert.Equal(NetError.SslProtocolError, failure.Error);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData(false, NetError.ConnectionClosed)]
    [InlineData(true, NetError.ConnectionReset)]
    public async Task The_connection_ends_within_the_tls_handshake(bool reset, NetError error)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, new Uri($"wss://127.0.0.1:{server.Port}/"));
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.Stream.ReadAtLeastAsync(new byte[4096], 100, throwOnEndOfStream: false, Token);
        if (reset)
            peer.Reset();
        else
            peer.ShutdownSend();

        Assert.Equal(error, (await failing).Error);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task The_server_refuses_the_tls_version()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, new Uri($"wss://127.0.0.1:{server.Port}/"));
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.Stream.ReadAtLeastAsync(new byte[4096], 100, throwOnEndOfStream: false, Token);
        // A TLS alert: fatal, protocol_version (70).
        await peer.WriteAsync(new byte[] { 0x15, 3, 3, 0, 2, 2, 70 }, Token);

        Assert.Equal(NetError.SslVersionOrCipherMismatch, (await failing).Error);
    }

    [Fact]
    public async Task The_server_writes_half_a_response_and_hangs_until_the_caller_gives_up()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        using var cancelling = new CancellationTokenSource();
        Task connecting = ConnectAsync(session, Request(server.Uri), cancelling.Token);
        using ScriptedPeer peer = await AnswerAsync(server, _ => "HTTP/1.1 101 Swi");
        await cancelling.CancelAsync();

        OperationCanceledException failure = await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        Assert.Equal(cancelling.Token, failure.CancellationToken);
    }
}
