using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Hostile;

/// <summary>Promise 9: a drop at any byte of any frame loses no whole message and shows no half one.</summary>
public sealed class DropTests
{
    // Each frame with the message that is whole once the frame is.
    private static readonly (byte[] Frame, string? Message)[] Sequence =
    [
        (ServerFrame.Text("one"), "one"),
        (ServerFrame.Encode(Opcodes.Ping, "p"u8), null),
        (ServerFrame.Text("gr", fin: false), null),
        (ServerFrame.Encode(Opcodes.Pong, []), null),
        (ServerFrame.Continuation([0xC3], fin: false), null),
        (ServerFrame.Continuation([0xBC, 0x21], fin: true), "grü!"),
        (ServerFrame.Binary(new byte[130]), new string('0', 260)),
        (ServerFrame.Text(""), ""),
        (ServerFrame.Binary([1], fin: false), null),
        (ServerFrame.Continuation([2], fin: true), "0102"),
        (ServerFrame.Text("last"), "last"),
    ];

    private static readonly byte[] All = [.. Sequence.SelectMany(s => s.Frame)];

    public static IEnumerable<TheoryDataRow<int>> Quarters => Enumerable.Range(0, 4).Select(i => new TheoryDataRow<int>(i));

    [Theory]
    [MemberData(nameof(Quarters))]
    public async Task A_FIN_at_any_byte_loses_no_whole_message_and_shows_no_half_one(int quarter)
    {
        for (int at = quarter; at <= All.Length; at += 4)
        {
            await using HostilePeer pair = await HostilePeer.OpenAsync();
            await pair.Peer.WriteAsync(All.AsMemory(0, at));
            pair.Peer.ShutdownSend();
            Assert.Equal(WholeIn(at), await pair.AllMessagesAsync());
            CloseEvent close = await pair.ClosedAsync();
            Assert.Equal((1006, false), (close.Code, close.WasClean));
        }
    }

    [Theory]
    [MemberData(nameof(Quarters))]
    public async Task A_reset_at_any_byte_shows_whole_messages_only_and_in_order(int quarter)
    {
        for (int at = quarter; at <= All.Length; at += 4)
        {
            await using HostilePeer pair = await HostilePeer.OpenAsync();
            await pair.Peer.WriteAsync(All.AsMemory(0, at));
            pair.Peer.Reset();
            List<string> seen = await pair.AllMessagesAsync();

            // The system may throw away what had not been read when the reset came: a shorter list is right, another one is not.
            Assert.Equal(WholeIn(at).Take(seen.Count), seen);
            CloseEvent close = await pair.ClosedAsync();
            Assert.Equal((1006, false), (close.Code, close.WasClean));
        }
    }

    [Fact]
    public async Task Whole_messages_in_the_packet_of_the_handshake_are_not_lost()
    {
        for (int at = 0; at <= All.Length; at += 7)
        {
            await using HostilePeer pair = await HostilePeer.OpenAsync(first: All[..at]);
            await pair.Peer.WriteAsync(All.AsMemory(at));
            pair.Peer.ShutdownSend();
            Assert.Equal(WholeIn(All.Length), await pair.AllMessagesAsync());
        }
    }

    [Fact]
    public async Task A_drop_below_TLS_is_not_a_clean_end()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync(tls: true);
        await pair.Peer.WriteAsync(All);
        pair.Peer.ShutdownSend();
        Assert.Equal(WholeIn(All.Length), await pair.AllMessagesAsync());
        CloseEvent close = await pair.ClosedAsync();
        Assert.Equal((1006, false), (close.Code, close.WasClean));
    }

    [Fact]
    public async Task Byte_by_byte_everything_arrives()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        Task<List<string>> reading = pair.AllMessagesAsync();
        await pair.Peer.WriteByteByByteAsync(All);
        await pair.Peer.WriteByteByByteAsync(ServerFrame.Close(4000, "slowly"));
        Assert.Equal("p", (await pair.Peer.ReadFrameAsync())!.Text);
        ClientFrame answer = (await pair.Peer.ReadFrameAsync())!;
        Assert.Equal((4000, "slowly"), (answer.CloseCode, answer.CloseReason));
        pair.Peer.Dispose();
        Assert.Equal(WholeIn(All.Length), await reading);
        CloseEvent close = await pair.ClosedAsync();
        Assert.Equal((4000, "slowly"), (close.Code, close.Reason));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Cut_into_packets_at_random_everything_arrives(int seed)
    {
        Random random = new(seed);
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        Task<List<string>> reading = pair.AllMessagesAsync();
        List<string> expected = [];
        for (int round = 0; round < 20; round++)
        {
            byte[] large = new byte[random.Next(100_000)];
            random.NextBytes(large);
            byte[] bytes = [.. All, .. ServerFrame.Binary(large)];
            expected.AddRange(WholeIn(All.Length));
            expected.Add(Convert.ToHexString(large));
            for (int at = 0; at < bytes.Length;)
            {
                int take = Math.Min(random.Next(1, random.Next(3) == 0 ? 40_000 : 200), bytes.Length - at);
                await pair.Peer.WriteAsync(bytes.AsMemory(at, take));
                at += take;
            }
        }

        pair.Peer.ShutdownSend();
        Assert.Equal(expected, await reading);
    }

    private static IEnumerable<string> WholeIn(int bytes)
    {
        int end = 0;
        foreach ((byte[] frame, string? message) in Sequence)
        {
            end += frame.Length;
            if (end <= bytes && message is not null)
                yield return message;
        }
    }
}
