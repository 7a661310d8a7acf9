using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Hostile;

/// <summary>Promise 10: whatever comes, the socket ends with a close event, and shows nothing but whole valid messages.</summary>
public sealed class GarbageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_bytes_end_in_a_close_event(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 100; i++)
        {
            byte[] garbage = new byte[random.Next(1, 300)];
            random.NextBytes(garbage);
            await EndsAsync(garbage);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_bit_turned_anywhere_in_good_frames_ends_in_a_close_event(int part)
    {
        byte[] good =
        [
            .. ServerFrame.Text("héllo"),
            .. ServerFrame.Encode(Opcodes.Ping, "p"u8),
            .. ServerFrame.Binary([1, 2], fin: false),
            .. ServerFrame.Continuation([3], fin: true),
            .. ServerFrame.Encode(Opcodes.Binary, new byte[130]),
            .. ServerFrame.Close(1000, "bye"),
        ];
        int bits = 30 * 8; // All the frames but the zeros of the long one, and then the close frame.
        for (int bit = part; bit < bits; bit += 4)
        {
            byte[] bad = [.. good];
            int at = bit / 8 < 22 ? bit / 8 : good.Length - 30 + bit / 8;
            bad[at] ^= (byte)(1 << (bit % 8));
            await EndsAsync(bad);
        }
    }

    [Fact]
    public async Task Garbage_in_place_of_the_handshakes_answer_ends_in_a_close_event()
    {
        Random random = new(5);
        CancellationToken token = TestContext.Current.CancellationToken;
        for (int i = 0; i < 50; i++)
        {
            byte[] garbage = new byte[random.Next(0, 200)];
            random.NextBytes(garbage);
            await using ScriptedServer server = new();
            await using NetWebSocket socket = new(server.Uri.ToString());
            ScriptedPeer peer = await server.AcceptAsync(token);
            await peer.ReadRequestAsync(token);
            await peer.WriteAsync((byte[])[.. i % 2 == 0 ? "HTTP/1.1 101 "u8.ToArray() : [], .. garbage], token);
            peer.ShutdownSend();
            await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(HostilePeer.Limit, token));
            Assert.Equal(1006, (await socket.Closed.WaitAsync(HostilePeer.Limit, token)).Code);
        }
    }

    private static async Task EndsAsync(byte[] bytes)
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync(first: bytes);
        pair.Peer.ShutdownSend();
        await pair.AllMessagesAsync().WaitAsync(HostilePeer.Limit);
        CloseEvent close = await pair.ClosedAsync();
        Assert.Equal(ReadyState.Closed, pair.Socket.ReadyState);
        Assert.True(close.WasClean || close.Code == 1006, $"{Convert.ToHexString(bytes)} ended with {close}");
    }
}
