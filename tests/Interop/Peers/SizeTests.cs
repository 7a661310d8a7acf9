using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Peers;

/// <summary>
/// Autobahn's categories 9 and 10: large messages whole, in fragments of every size and in packets of every size, and many round trips. The server is a scripted one, because
/// real ones decide themselves how a message is cut.
/// </summary>
public sealed class SizeTests
{
    private const int MiB = 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>9.1 and 9.2.</summary>
    [Theory]
    [InlineData(64 * 1024)]
    [InlineData(256 * 1024)]
    [InlineData(MiB)]
    [InlineData(4 * MiB)]
    [InlineData(8 * MiB)]
    [InlineData(16 * MiB)]
    public async Task A_message_in_one_frame_comes_back_as_it_was(int length)
    {
        await using Echo echo = await Echo.OpenAsync();
        await echo.ExchangeAsync(Opcodes.Text, length, length, int.MaxValue);
        await echo.ExchangeAsync(Opcodes.Binary, length, length, int.MaxValue);
    }

    /// <summary>9.3 and 9.4; 10.1.1 is the one of 64 KiB.</summary>
    [Theory]
    [InlineData(4 * MiB, 64)]
    [InlineData(4 * MiB, 256)]
    [InlineData(4 * MiB, 1024)]
    [InlineData(4 * MiB, 4096)]
    [InlineData(4 * MiB, 16 * 1024)]
    [InlineData(4 * MiB, 64 * 1024)]
    [InlineData(4 * MiB, 256 * 1024)]
    [InlineData(4 * MiB, MiB)]
    [InlineData(4 * MiB, 4 * MiB)]
    [InlineData(64 * 1024, 1300)]
    public async Task A_message_in_fragments_comes_back_as_it_was(int length, int fragment)
    {
        await using Echo echo = await Echo.OpenAsync();
        await echo.ExchangeAsync(Opcodes.Text, length, fragment, int.MaxValue);
        await echo.ExchangeAsync(Opcodes.Binary, length, fragment, int.MaxValue);
    }

    /// <summary>9.5 and 9.6; 1.1.7, 1.1.8, 1.2.7 and 1.2.8 are those of 997.</summary>
    [Theory]
    [InlineData(MiB, 64)]
    [InlineData(MiB, 128)]
    [InlineData(MiB, 256)]
    [InlineData(MiB, 512)]
    [InlineData(MiB, 1024)]
    [InlineData(MiB, 2048)]
    [InlineData(65_535, 997)]
    [InlineData(65_536, 997)]
    public async Task A_message_in_one_frame_and_many_packets_comes_back_as_it_was(int length, int packet)
    {
        await using Echo echo = await Echo.OpenAsync();
        await echo.ExchangeAsync(Opcodes.Text, length, length, packet);
        await echo.ExchangeAsync(Opcodes.Binary, length, length, packet);
    }

    /// <summary>9.7 and 9.8.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(1024)]
    [InlineData(4096)]
    public async Task A_thousand_messages_make_the_round_trip(int length)
    {
        await using Echo echo = await Echo.OpenAsync();
        for (int i = 0; i < 500; i++)
        {
            await echo.ExchangeAsync(Opcodes.Text, length, int.MaxValue, int.MaxValue);
            await echo.ExchangeAsync(Opcodes.Binary, length, int.MaxValue, int.MaxValue);
        }
    }

    // A socket that sends back whatever comes, and the server on its other end.
    private sealed class Echo : IAsyncDisposable
    {
        private readonly ScriptedServer _server;
        private readonly ScriptedPeer _peer;
        private readonly NetWebSocket _socket;
        private readonly Task _echoing;

        private Echo(ScriptedServer server, ScriptedPeer peer, NetWebSocket socket)
        {
            _server = server;
            _peer = peer;
            _socket = socket;
            _echoing = Task.Run(EchoAsync);
        }

        public static async Task<Echo> OpenAsync()
        {
            ScriptedServer server = new();
            NetWebSocket socket = new(server.Uri, new NetWebSocketOptions { BinaryType = BinaryType.Memory });
            ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token).WaitAsync(Limit, Token);
            return new Echo(server, peer, socket);
        }

        public async Task ExchangeAsync(int opcode, int length, int fragment, int packet)
        {
            byte[] message = Message(opcode, length);
            byte[] wire = Frames(opcode, message, fragment);
            Task writing = Task.Run(
                async () =>
                {
                    for (int from = 0; from < wire.Length; from += Math.Min(packet, wire.Length - from))
                        await _peer.WriteAsync(wire.AsMemory(from, Math.Min(packet, wire.Length - from)), Token);
                },
                Token);
            List<byte> back = new(length);
            ClientFrame? frame;
            do
            {
                frame = await _peer.ReadFrameAsync(Token).WaitAsync(Limit, Token);
                Assert.NotNull(frame);
                Assert.Equal(back.Count == 0 ? opcode : Opcodes.Continuation, frame.Opcode);
                back.AddRange(frame.Payload);
            }
            while (!frame.Fin);
            await writing.WaitAsync(Limit, Token);
            Assert.True(message.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(back)));
        }

        public async ValueTask DisposeAsync()
        {
            _socket.Abort();
            await _echoing.WaitAsync(Limit);
            await _socket.DisposeAsync();
            await _server.DisposeAsync();
        }

        private async Task EchoAsync()
        {
            try
            {
                while (await _socket.WaitToReceiveAsync())
                {
                    while (_socket.TryReceive(out WebSocketMessage message))
                    {
                        if (message.IsText)
                            await _socket.SendAsync(message.Text);
                        else
                            await _socket.SendAsync(message.ToArray());
                    }
                }
            }
            catch (AbnormalClosureException)
            {
                // The test is over: DisposeAsync has aborted the socket.
            }
        }

        // Texts have characters of two and three bytes, so that fragments and packets end inside of some.
        private static byte[] Message(int opcode, int length)
        {
            byte[] message = new byte[length];
            ReadOnlySpan<byte> pattern = opcode == Opcodes.Text ? "0123456789abcdeü€"u8 : [0, 255, 128, 127, 1, 2, 3];
            for (int from = 0; from < length; from += pattern.Length)
            {
                if (length - from >= pattern.Length)
                    pattern.CopyTo(message.AsSpan(from));
                else
                    message.AsSpan(from).Fill((byte)'*');
            }

            return message;
        }

        private static byte[] Frames(int opcode, byte[] message, int fragment)
        {
            using MemoryStream frames = new();
            int from = 0;
            do
            {
                int take = Math.Min(fragment, message.Length - from);
                frames.Write(ServerFrame.Encode(from == 0 ? opcode : Opcodes.Continuation, message.AsSpan(from, take), from + take == message.Length));
                from += take;
            }
            while (from < message.Length);
            return frames.ToArray();
        }
    }
}
