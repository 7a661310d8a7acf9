using System.IO.Compression;
using System.Text;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Sockets;

/// <summary>permessage-deflate on a whole socket, against a peer that compresses as the test says.</summary>
public sealed class DeflateTests
{
    private const int Compressed = 4;       // RSV1

    private static readonly byte[] Hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compressed_messages_come_inflated_beside_plain_ones_in_one_frame_and_in_fragments_with_a_ping_between()
    {
        await using var pair = await OpenAsync();
        await pair.Peer.SendFrameAsync(Opcodes.Text, Hello, rsv: Compressed, cancellationToken: Token);
        await pair.Peer.SendTextAsync("plain", Token);
        await pair.Peer.SendFrameAsync(Opcodes.Text, Hello.AsMemory(0, 3), fin: false, rsv: Compressed, cancellationToken: Token);
        await pair.Peer.SendFrameAsync(Opcodes.Ping, "p"u8.ToArray(), cancellationToken: Token);
        await pair.Peer.SendFrameAsync(Opcodes.Continuation, Hello.AsMemory(3), fin: true, cancellationToken: Token);
        Assert.Equal(["Hello", "plain", "Hello"], await ReadAsync(pair.Socket, 3));
        Assert.Equal(Opcodes.Pong, (await pair.Peer.ReadFrameAsync(Token))!.Opcode);
    }

    [Theory]
    [InlineData(Opcodes.Text, false)]       // not negotiated
    [InlineData(Opcodes.Continuation, true)]
    [InlineData(Opcodes.Ping, true)]
    [InlineData(Opcodes.Close, true)]
    public async Task The_bit_where_it_has_no_business_fails_the_connection(int opcode, bool negotiated)
    {
        await using var pair = negotiated ? await OpenAsync() : await OpenPair.CreateAsync();
        if (opcode == Opcodes.Continuation)
            await pair.Peer.SendFrameAsync(Opcodes.Text, Hello.AsMemory(0, 3), fin: false, rsv: Compressed, cancellationToken: Token);
        await pair.Peer.SendFrameAsync(opcode, Hello.AsMemory(3), rsv: Compressed, cancellationToken: Token);
        Assert.Equal(1002, (await pair.Peer.ReadCloseAsync(Token))!.CloseCode);
        Assert.Equal(1006, (await pair.Socket.Closed.WaitAsync(OpenPair.Patience, Token)).Code);
    }

    [Theory]
    [InlineData(BinaryType.ByteArray)]
    [InlineData(BinaryType.Memory)]
    public async Task A_bomb_fails_with_1009_long_before_it_has_gone_off(BinaryType type)
    {
        byte[] bomb = Deflate(new byte[64 * 1024 * 1024]);
        Assert.True(bomb.Length < 400_000);
        await using var pair = await OpenAsync(new() { MaxMessageSize = 100_000, BinaryType = type });
        Task sending = pair.Peer.SendFrameAsync(Opcodes.Binary, bomb, rsv: Compressed, cancellationToken: Token);
        Assert.Equal(1009, (await pair.Peer.ReadCloseAsync(Token))!.CloseCode);
        AbnormalClosureException failure = await Assert.ThrowsAsync<AbnormalClosureException>(async () => await pair.Socket.WaitToReceiveAsync(Token));
        Assert.Contains("MaxMessageSize", failure.Message, StringComparison.Ordinal);
        // Nobody has it, in whole or in part.
        Assert.False(pair.Socket.TryReceive(out _));
        await sending;
    }

    [Fact]
    public async Task A_message_of_exactly_the_limit_is_taken_although_it_comes_compressed()
    {
        byte[] message = new byte[100_000];
        await using var pair = await OpenAsync(new() { MaxMessageSize = message.Length });
        await pair.Peer.SendFrameAsync(Opcodes.Binary, Deflate(message), rsv: Compressed, cancellationToken: Token);
        Assert.True(await pair.Socket.WaitToReceiveAsync(Token));
        Assert.True(pair.Socket.TryReceive(out WebSocketMessage received));
        Assert.Equal(message, received.ToArray());
    }

    [Fact]
    public async Task Garbage_fails_with_1002()
    {
        await using var pair = await OpenAsync();
        await pair.Peer.SendFrameAsync(Opcodes.Text, new byte[] { 0xff, 0xff, 0xff }, rsv: Compressed, cancellationToken: Token);
        Assert.Equal(1002, (await pair.Peer.ReadCloseAsync(Token))!.CloseCode);
    }

    [Theory]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { (byte)'a', 0xE2, 0x82 })]
    public async Task Text_that_inflates_to_something_else_than_UTF8_fails(byte[] text)
    {
        await using var pair = await OpenAsync();
        await pair.Peer.SendFrameAsync(Opcodes.Text, Deflate(text), rsv: Compressed, cancellationToken: Token);
        Assert.Equal(1002, (await pair.Peer.ReadCloseAsync(Token))!.CloseCode);
    }

    [Fact]
    public async Task A_compressed_message_streams_and_is_not_bound_by_the_limit()
    {
        byte[] message = new byte[5_000_000];
        new Random(1).NextBytes(message.AsSpan(0, 1_000_000));
        byte[] compressed = Deflate(message);
        await using var pair = await OpenAsync(new() { MaxMessageSize = 1000, BinaryType = BinaryType.Stream });
        Task sending = Task.Run(
            async () =>
            {
                int half = compressed.Length / 2;
                await pair.Peer.SendFrameAsync(Opcodes.Binary, compressed.AsMemory(0, half), fin: false, rsv: Compressed, cancellationToken: Token);
                await pair.Peer.SendFrameAsync(Opcodes.Continuation, compressed.AsMemory(half), cancellationToken: Token);
                await pair.Peer.SendFrameAsync(Opcodes.Binary, Hello, rsv: Compressed, cancellationToken: Token);
            },
            Token);
        Assert.True(await pair.Socket.WaitToReceiveAsync(Token));
        Assert.True(pair.Socket.TryReceive(out WebSocketMessage received));
        using MemoryStream all = new();
        await received.Stream!.CopyToAsync(all, Token);
        Assert.True(message.AsSpan().SequenceEqual(all.ToArray()));
        Assert.True(await pair.Socket.WaitToReceiveAsync(Token));
        Assert.True(pair.Socket.TryReceive(out received));
        using StreamReader text = new(received.Stream!);
        Assert.Equal("Hello", await text.ReadToEndAsync(Token));
        await sending;
    }

    [Fact]
    public async Task Messages_below_the_threshold_empty_ones_and_those_that_ask_for_it_go_as_they_are()
    {
        await using var pair = await OpenAsync(new() { PerMessageDeflate = new() { Threshold = 10 } });
        await pair.Socket.SendAsync("123456789", Token);
        await pair.Socket.SendAsync("1234567890", Token);
        await pair.Socket.SendAsync("1234567890", SendFlags.DisableCompression, Token);
        await pair.Socket.SendAsync("1234567890"u8.ToArray(), MessageKind.Binary, SendFlags.DisableCompression, Token);
        await pair.Socket.SendAsync(new MemoryStream(new byte[20]), SendFlags.DisableCompression);
        await pair.Socket.SendAsync(new byte[300_000], MessageKind.Binary, SendFlags.DisableCompression, Token);
        await pair.Socket.SendAsync(new byte[300_000], MessageKind.Binary, Token);
        List<int> reserved = [];
        for (int i = 0; i < 6; i++)
        {
            ClientFrame frame = (await pair.Peer.ReadFrameAsync(Token))!;
            reserved.Add(frame.Rsv);
            while (!frame.Fin)
                frame = (await pair.Peer.ReadFrameAsync(Token))!;
        }

        Assert.Equal([0, Compressed, 0, 0, 0, 0], reserved);
        ClientFrame last = (await pair.Peer.ReadFrameAsync(Token))!;
        Assert.Equal(Compressed, last.Rsv);
        Assert.True(last.Payload.Length < 5000);
    }

    [Fact]
    public async Task What_does_not_get_shorter_goes_as_it_is_when_no_history_is_kept()
    {
        await using var pair = await OpenAsync(new() { PerMessageDeflate = new() { Threshold = 0, ClientContextTakeover = false } });
        byte[] noise = new byte[1000];
        new Random(1).NextBytes(noise);
        await pair.Socket.SendAsync(noise, cancellationToken: Token);
        ClientFrame frame = (await pair.Peer.ReadFrameAsync(Token))!;
        Assert.Equal(0, frame.Rsv);
        Assert.Equal(noise, frame.Payload);
    }

    [Theory]
    [InlineData(true, 15)]
    [InlineData(false, 15)]
    [InlineData(true, 9)]
    public async Task Texts_bytes_streams_and_large_messages_of_many_threads_inflate_in_the_order_in_which_they_arrive(bool takeover, int bits)
    {
        await using var pair = await OpenAsync(new() { PerMessageDeflate = new() { Threshold = 0, ClientContextTakeover = takeover, ClientMaxWindowBits = bits } });
        const int Senders = 4;
        const int Each = 40;
        Task sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(
            async () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    string text = Message(sender, i);
                    byte[] utf8 = Encoding.UTF8.GetBytes(text);
                    switch (i % 4)
                    {
                        case 0:
                            await pair.Socket.SendAsync(text, Token);
                            break;
                        case 1:
                            await pair.Socket.SendAsync(utf8, cancellationToken: Token);
                            break;
                        case 2:
                            await pair.Socket.SendAsync(new MemoryStream(utf8));
                            break;
                        default:
                            pair.Socket.Send(utf8);
                            break;
                    }
                }
            },
            Token)));
        int[] next = new int[Senders];
        var inflater = new NetWebSockets.Protocol.MessageInflater(takeover);
        for (int i = 0; i < Senders * Each; i++)
        {
            string text = Encoding.UTF8.GetString(await ReadMessageAsync(pair.Peer, inflater));
            int sender = text[0] - '0';
            Assert.Equal(Message(sender, next[sender]++), text);
        }

        await sending;
        Assert.All(next, n => Assert.Equal(Each, n));

        static string Message(int sender, int i) => $"{sender}:{i}:" + string.Concat(Enumerable.Repeat($"message {i} of {sender}, ", i % 10 == 7 ? 15_000 : i));
    }

    [Fact]
    public async Task BufferedAmount_counts_what_was_given_and_falls_to_nothing()
    {
        await using var pair = await OpenAsync();
        await pair.Socket.SendAsync(new byte[5_000_000], cancellationToken: Token);
        await pair.Socket.SendAsync(new MemoryStream(new byte[1_000_000]));
        await pair.Socket.SendAsync(new byte[500], cancellationToken: Token);
        Task<CloseEvent> closing = pair.Socket.CloseAsync(1000, cancellationToken: Token);
        await pair.Peer.ReadCloseAsync(Token);
        await pair.Peer.SendCloseAsync(1000, cancellationToken: Token);
        pair.Peer.Dispose();
        await closing.WaitAsync(OpenPair.Patience, Token);
        Assert.Equal(0, pair.Socket.BufferedAmount);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_the_offer_is_spoken_to_without()
    {
        await using var pair = await OpenPair.CreateAsync(new() { PerMessageDeflate = new() { Threshold = 0 } });
        Assert.Equal("", pair.Socket.Extensions);
        await pair.Socket.SendAsync("Hello", Token);
        Assert.Equal(0, (await pair.Peer.ReadFrameAsync(Token))!.Rsv);
    }

    [Fact]
    public void Options_that_are_out_of_range_are_refused_when_the_socket_is_made()
    {
        foreach (PerMessageDeflateOptions wrong in (PerMessageDeflateOptions[])
            [new() { ClientMaxWindowBits = 7 }, new() { ServerMaxWindowBits = 16 }, new() { Threshold = -1 }, new() { Level = (CompressionLevel)9 }])
        {
            ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(() => new NetWebSocket("ws://127.0.0.1:1/", new NetWebSocketOptions { PerMessageDeflate = wrong }));
            Assert.Equal("PerMessageDeflate", refusal.ParamName);
        }
    }

    private static async Task<OpenPair> OpenAsync(NetWebSocketOptions? options = null)
    {
        options ??= new NetWebSocketOptions();
        options.PerMessageDeflate ??= new PerMessageDeflateOptions { Threshold = 0 };
        OpenPair pair = await OpenPair.CreateAsync(options, ["Sec-WebSocket-Extensions: permessage-deflate"]);
        Assert.Equal("permessage-deflate", pair.Socket.Extensions);
        return pair;
    }

    private static async Task<List<string>> ReadAsync(NetWebSocket socket, int count)
    {
        List<string> texts = [];
        await foreach (WebSocketMessage message in socket.ReadAllAsync(Token))
        {
            texts.Add(message.Text);
            if (texts.Count == count)
                break;
        }

        return texts;
    }

    private static async Task<byte[]> ReadMessageAsync(ScriptedPeer peer, NetWebSockets.Protocol.MessageInflater inflater)
    {
        List<byte> message = [];
        bool compressed = false;
        while (true)
        {
            ClientFrame frame = (await peer.ReadFrameAsync(Token))!;
            if (frame.Opcode != Opcodes.Continuation)
                compressed = frame.Rsv == Compressed;
            if (compressed)
            {
                inflater.SetInput(frame.Payload, 0, frame.Payload.Length, frame.Fin);
                byte[] room = new byte[4096];
                for (int n = inflater.Read(room); n > 0; n = inflater.Read(room))
                    message.AddRange(room.AsSpan(0, n));
            }
            else
            {
                message.AddRange(frame.Payload);
            }

            if (frame.Fin)
                return [.. message];
        }
    }

    private static byte[] Deflate(byte[] message)
    {
        using MemoryStream bytes = new();
        using DeflateStream deflater = new(bytes, CompressionLevel.Optimal, leaveOpen: true);
        deflater.Write(message);
        deflater.Flush();
        return bytes.ToArray()[..^4];
    }
}
