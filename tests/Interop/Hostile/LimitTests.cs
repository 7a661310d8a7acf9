using System.Text;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Hostile;

/// <summary>Promises 3 and 10: what a peer sends grows nothing past its limits.</summary>
public sealed class LimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_at_the_limit_comes_and_one_byte_more_closes_with_1009()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync(new NetWebSocketOptions { MaxMessageSize = 1000 });
        await pair.Peer.SendBinaryAsync(new byte[1000], Token);
        await pair.Peer.SendBinaryAsync(new byte[1001], Token);
        Assert.Equal(1009, (await pair.Peer.ReadCloseAsync(Token))!.CloseCode);
        Assert.Equal(new string('0', 2000), Assert.Single(await pair.AllMessagesAsync()));
        Assert.Equal((1006, false), ((await pair.ClosedAsync()).Code, (await pair.ClosedAsync()).WasClean));
    }

    [Fact]
    public async Task A_length_of_exabytes_is_refused_at_its_header_and_nothing_is_allocated_for_it()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        await pair.Peer.WriteAsync(ServerFrame.Encode(Opcodes.Binary, [], form: LengthForm.Bits64, declaredLength: 0x7FFF_FFFF_FFFF_FFFF), Token);
        Assert.Equal(1009, (await pair.Peer.ReadCloseAsync(Token))!.CloseCode);
        Assert.Equal(1006, (await pair.ClosedAsync()).Code);
    }

    [Fact]
    public async Task Fragments_count_together_against_the_limit()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync(new NetWebSocketOptions { MaxMessageSize = 1000 });
        await pair.Peer.WriteAsync(ServerFrame.Binary(new byte[600], fin: false), Token);
        await pair.Peer.WriteAsync(ServerFrame.Continuation(new byte[600], fin: false), Token);
        Assert.Equal(1009, (await pair.Peer.ReadCloseAsync(Token))!.CloseCode);
        Assert.Empty(await pair.AllMessagesAsync());
    }

    [Theory]
    [InlineData(BinaryType.ByteArray)]
    [InlineData(BinaryType.Memory)]
    [InlineData(BinaryType.Stream)]
    public async Task A_frame_at_its_own_limit_comes_and_one_byte_more_closes_with_1009_also_when_it_would_be_streamed(BinaryType type)
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync(new NetWebSocketOptions { MaxFrameSize = 1000, MaxMessageSize = 5000, BinaryType = type });
        await pair.Peer.WriteAsync(ServerFrame.Binary(new byte[1000], fin: false), Token);
        await pair.Peer.WriteAsync(ServerFrame.Continuation(new byte[1000], fin: true), Token);
        Assert.True(await pair.Socket.WaitToReceiveAsync(Token));
        Assert.True(pair.Socket.TryReceive(out WebSocketMessage message));
        using MemoryStream all = new();
        if (message.Stream is { } stream)
            await stream.CopyToAsync(all, Token);
        else
            all.Write(message.Data.Span);
        Assert.Equal(2000, all.Length);
        await pair.Peer.WriteAsync(ServerFrame.Binary(new byte[1001]), Token);
        Assert.Equal(1009, (await pair.Peer.ReadCloseAsync(Token))!.CloseCode);
        AbnormalClosureException failure = await Assert.ThrowsAsync<AbnormalClosureException>(async () => await pair.Socket.WaitToReceiveAsync(Token));
        Assert.Contains("MaxFrameSize", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_thousand_empty_fragments_are_one_empty_message()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        byte[] fragments = [.. Enumerable.Repeat(ServerFrame.Continuation([], fin: false), 100_000).SelectMany(f => f)];
        await pair.Peer.WriteAsync(ServerFrame.Text("", fin: false), Token);
        await pair.Peer.WriteAsync(fragments, Token);
        await pair.Peer.WriteAsync(ServerFrame.Continuation([], fin: true), Token);
        pair.Peer.ShutdownSend();
        Assert.Equal("", Assert.Single(await pair.AllMessagesAsync()));
    }

    [Fact]
    public async Task A_flood_of_messages_that_nobody_consumes_stops_the_peer_and_goes_on_when_somebody_does()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        const int Count = 64 * 1024;
        byte[] message = ServerFrame.Binary(new byte[1024]);
        Task flood = Task.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
                await pair.Peer.WriteAsync(message, Token);
            pair.Peer.ShutdownSend();
        }, Token);

        // A peer that is stopped can only be told by its not being done: too short a wait hides a fault and never makes one.
        await Task.WhenAny(flood, Task.Delay(500, Token));
        Assert.False(flood.IsCompleted, "64 MiB went to a socket that nobody reads and that may hold 1 MiB.");

        int seen = 0;
        try
        {
            await foreach (WebSocketMessage _ in pair.Socket.ReadAllAsync(Token))
                seen++;
        }
        catch (NetWebSocketException)
        {
            // The stream ends without a closing handshake.
        }

        Assert.Equal(Count, seen);
        await flood.WaitAsync(HostilePeer.Limit, Token);
    }

    [Fact]
    public async Task A_handshake_answer_without_end_is_refused()
    {
        await using ScriptedServer server = new();
        await using NetWebSocket socket = new(server.Uri.ToString());
        ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token);
        Task flood = FloodAsync(peer, "HTTP/1.1 101 Switching Protocols\r\n", "X-Endless: " + new string('x', 1000) + "\r\n");
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(HostilePeer.Limit, Token));
        Assert.Equal(NetError.ResponseHeadersTooBig, failure.Error);
        await flood.WaitAsync(HostilePeer.Limit, Token);
        Assert.Equal(1006, (await socket.Closed.WaitAsync(HostilePeer.Limit, Token)).Code);
    }

    [Fact]
    public async Task A_refusals_body_without_end_is_cut_at_its_cap()
    {
        await using ScriptedServer server = new();
        await using NetWebSocket socket = new(server.Uri.ToString());
        ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token);
        Task flood = FloodAsync(peer, "HTTP/1.1 403 Forbidden\r\n\r\n", new string('b', 1000));
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(HostilePeer.Limit, Token));
        Assert.Equal(403, (int)failure.StatusCode!);
        Assert.Equal(64 * 1024, failure.Body.Length);
        await flood.WaitAsync(HostilePeer.Limit, Token);
    }

    private static async Task FloodAsync(ScriptedPeer peer, string first, string then)
    {
        try
        {
            await peer.WriteAsync(first, Token);
            byte[] block = Encoding.ASCII.GetBytes(then);
            while (true)
                await peer.WriteAsync(block, Token);
        }
        catch (IOException)
        {
            // The client has left, as it must.
        }
    }
}
