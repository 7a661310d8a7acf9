using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.Tests.Handshake.Http2Connecting;

namespace NetWebSockets.Tests.Handshake;

/// <summary>The stream of an extended CONNECT is to the codec what a connection is.</summary>
public sealed class Http2StreamTests
{
    private static async Task<(Stream Stream, Http2Peer Peer, int Id)> OpenAsync(ScriptedServer server, NetSession session)
    {
        Task<HandshakeResult> connecting = ConnectAsync(session, Http2Request(server.Uri));
        (Http2Peer peer, _) = await AcceptHttp2Async(server);
        int id = await peer.ReadRequestAsync(Token);
        await peer.AnswerAsync(id, 200, cancellationToken: Token);
        return ((await connecting).Stream, peer, id);
    }

    [Fact]
    public async Task A_read_of_nothing_waits_until_there_is_something()
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        (Stream stream, Http2Peer peer, int id) = await OpenAsync(server, session);
        Task<int> waiting = stream.ReadAsync(Memory<byte>.Empty, Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await peer.WriteDataAsync(id, [1, 2, 3], cancellationToken: Token);
        Assert.Equal(0, await waiting.WaitAsync(Guard, Token));

        byte[] bytes = new byte[3];
        await stream.ReadExactlyAsync(bytes, Token);
        Assert.Equal([1, 2, 3], bytes);
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_goes_out_by_itself()
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        (Stream stream, Http2Peer peer, int id) = await OpenAsync(server, session);
        await stream.WriteAsync(new byte[] { 7, 8 }, Token);

        Http2Frame data = await peer.ReadAsync(Http2FrameTypes.Data, Token).WaitAsync(Guard, Token);
        Assert.Equal(id, data.StreamId);
        Assert.Equal([7, 8], data.Payload);
        Assert.Equal(0, data.Flags);
        await stream.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_it_ends_a_read_that_waits_and_resets_the_stream(bool zeroByte)
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        (Stream stream, Http2Peer peer, int id) = await OpenAsync(server, session);
        Task<int> waiting = stream.ReadAsync(zeroByte ? Memory<byte>.Empty : new byte[10], Token).AsTask();
        await stream.DisposeAsync();

        await Assert.ThrowsAnyAsync<IOException>(() => waiting.WaitAsync(Guard, Token));
        Assert.Equal(id, (await peer.ReadAsync(Http2FrameTypes.ResetStream, Token).WaitAsync(Guard, Token)).StreamId);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.WriteAsync(new byte[1], Token).AsTask());
    }

    [Fact]
    public async Task Disposing_it_ends_a_write_for_which_the_peer_gives_no_room()
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        (Stream stream, Http2Peer peer, int id) = await OpenAsync(server, session);
        // More than the window of 65,535 bytes, which the peer does not open further.
        Task writing = stream.WriteAsync(new byte[100_000], Token).AsTask();
        for (int sent = 0; sent < 65_535;)
            sent += (await peer.ReadAsync(Http2FrameTypes.Data, Token).WaitAsync(Guard, Token)).Payload.Length;
        Assert.False(writing.IsCompleted);
        await stream.DisposeAsync();

        Assert.NotNull(await Record.ExceptionAsync(() => writing.WaitAsync(Guard, Token)));
        Assert.True(writing.IsFaulted || writing.IsCanceled);
        Assert.Equal(id, (await peer.ReadAsync(Http2FrameTypes.ResetStream, Token).WaitAsync(Guard, Token)).StreamId);
    }

    [Fact]
    public async Task After_the_closing_handshake_the_stream_is_ended_and_not_reset()
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        NetWebSocket socket = Http2Client.NewSocket(server.Uri, session);
        (Http2Peer peer, _) = await AcceptHttp2Async(server);
        int id = await peer.ReadRequestAsync(Token);
        await peer.AnswerAsync(id, 200, cancellationToken: Token);
        await peer.WriteDataAsync(id, ServerFrame.Close(4001, "over"), endStream: true, Token);
        CloseEvent closed = await socket.Closed.WaitAsync(Guard, Token);
        Assert.Equal((4001, "over", true), (closed.Code, closed.Reason, closed.WasClean));

        Http2Frame frame;
        do
        {
            frame = await peer.ReadAsync(Token).WaitAsync(Guard, Token);
            Assert.NotEqual(Http2FrameTypes.ResetStream, frame.Type);
        }
        while (frame is not { Type: Http2FrameTypes.Data, Flags: Http2Frame.EndStream });
        Assert.Equal(id, frame.StreamId);
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_closing_handshake_shows_as_1006()
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        NetWebSocket socket = Http2Client.NewSocket(server.Uri, session);
        (Http2Peer peer, _) = await AcceptHttp2Async(server);
        int id = await peer.ReadRequestAsync(Token);
        await peer.AnswerAsync(id, 200, cancellationToken: Token);
        await peer.WriteDataAsync(id, [], endStream: true, Token);

        CloseEvent closed = await socket.Closed.WaitAsync(Guard, Token);
        Assert.Equal((1006, NetError.ConnectionClosed), (closed.Code, closed.Error));
    }

    [Theory]
    [InlineData(false, NetError.ConnectionClosed)]
    [InlineData(true, NetError.ConnectionReset)]
    public async Task A_connection_that_is_lost_shows_in_its_sockets(bool reset, NetError error)
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        NetWebSocket socket = Http2Client.NewSocket(server.Uri, session);
        (Http2Peer peer, ScriptedPeer tcp) = await AcceptHttp2Async(server);
        await peer.AnswerAsync(await peer.ReadRequestAsync(Token), 200, cancellationToken: Token);
        await socket.Opened.WaitAsync(Guard, Token);
        // The last that the handler writes by itself: were it still to come, the loss might show as a write that fails.
        await peer.ReadAsync(Http2FrameTypes.Ping, Token).WaitAsync(Guard, Token);
        if (reset)
            tcp.Reset();
        else
            tcp.ShutdownSend();

        CloseEvent closed = await socket.Closed.WaitAsync(Guard, Token);
        Assert.Equal((1006, error), (closed.Code, closed.Error));
    }

    [Fact]
    public async Task A_ping_is_answered()
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        await using NetWebSocket socket = Http2Client.NewSocket(server.Uri, session);
        (Http2Peer peer, _) = await AcceptHttp2Async(server);
        int id = await peer.ReadRequestAsync(Token);
        await peer.AnswerAsync(id, 200, cancellationToken: Token);
        await peer.WriteDataAsync(id, ServerFrame.Encode(Opcodes.Ping, "are you there"u8.ToArray()), cancellationToken: Token);

        byte[] pong = (await peer.ReadAsync(Http2FrameTypes.Data, Token).WaitAsync(Guard, Token)).Payload;
        Assert.Equal((0x80 | Opcodes.Pong, 0x80 | 13), (pong[0], pong[1]));
        Assert.Equal("are you there"u8.ToArray(), pong[6..].Select((value, i) => (byte)(value ^ pong[2 + (i & 3)])));
        socket.Abort();
    }
}
