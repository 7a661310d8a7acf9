using Xunit;

namespace NetWebSockets.InteropTests.Peers;

/// <summary>Everything again with Kestrel, every message compressed in both directions.</summary>
public sealed class DeflateKestrelPeerTests : KestrelPeerTests
{
    protected override PerMessageDeflateOptions Deflate => new() { Threshold = 0 };
}

/// <summary>The same over HTTP/2.</summary>
public sealed class DeflateKestrelHttp2PeerTests : KestrelHttp2PeerTests
{
    protected override PerMessageDeflateOptions Deflate => new() { Threshold = 0 };
}

/// <summary>Everything again with ws, every message compressed in both directions, each with the history of those before.</summary>
public sealed class DeflateNodePeerTests : NodePeerTests
{
    protected override PerMessageDeflateOptions Deflate => new() { Threshold = 0 };

    protected override string ServerDeflate => """{ "threshold": 0 }""";
}

/// <summary>Everything again with ws, with no history kept in either direction.</summary>
public sealed class DeflateWithoutTakeoverNodePeerTests : NodePeerTests
{
    protected override PerMessageDeflateOptions Deflate => new() { Threshold = 0, ClientContextTakeover = false, ServerContextTakeover = false };

    protected override string ServerDeflate => """{ "threshold": 0 }""";
}

/// <summary>Windows of every size. The inflater of ws is given the window that was agreed on, and refuses whatever refers back farther.</summary>
public sealed class DeflateWindowTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static TheoryData<int, int, bool> Windows()
    {
        TheoryData<int, int, bool> windows = [];
        // 8 is not among them: zlib, which ws uses, cannot deflate with it.
        for (int bits = 9; bits <= 15; bits++)
        {
            windows.Add(bits, 24 - bits, true);
            windows.Add(bits, 24 - bits, false);
        }

        return windows;
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Both_sides_keep_to_the_windows_that_were_agreed_on(int clientBits, int serverBits, bool takeover)
    {
        await using WsServer server = await WsServer.StartAsync(null, """{ "threshold": 0 }""");
        await using NetWebSocket socket = new(server.Uri("/echo"), new NetWebSocketOptions
        {
            PerMessageDeflate = new() { Threshold = 0, ClientMaxWindowBits = clientBits, ServerMaxWindowBits = serverBits, ClientContextTakeover = takeover },
        });
        await ExchangeAsync(socket);
        if (serverBits < 15)
            Assert.Contains($"server_max_window_bits={serverBits}", socket.Extensions, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(12)]
    public async Task A_window_that_only_the_server_asks_for_is_kept(int bits)
    {
        await using WsServer server = await WsServer.StartAsync(null, $$"""{ "threshold": 0, "clientMaxWindowBits": {{bits}} }""");
        await using NetWebSocket socket = new(server.Uri("/echo"), new NetWebSocketOptions { PerMessageDeflate = new() { Threshold = 0 } });
        await ExchangeAsync(socket);
        Assert.Contains($"client_max_window_bits={bits}", socket.Extensions, StringComparison.Ordinal);
    }

    // Long repetitions at growing distances tempt a compressor to refer back as far as it can.
    private static async Task ExchangeAsync(NetWebSocket socket)
    {
        await socket.Opened.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Messages messages = new(socket);
        var random = new Random(7);
        byte[] unit = new byte[700];
        random.NextBytes(unit);
        foreach (int length in (int[])[1, 600, 700, 5_000, 40_000, 300_000, 700])
        {
            byte[] message = new byte[length];
            for (int i = 0; i < length; i++)
                message[i] = (byte)(unit[i % unit.Length] + (i / 20_000));
            await socket.SendAsync(message, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(message, Assert.IsType<byte[]>(await messages.NextAsync()));
        }
    }
}

/// <summary>
/// Autobahn's categories 12 and 13: messages of every size and of several kinds, under every agreement. <see cref="DeflateWindowTests"/> has the windows one by one.
/// </summary>
public sealed class DeflateSizeTests
{
    private static readonly int[] Sizes = [16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true, true, 15, 15)]
    [InlineData(false, true, 15, 15)]
    [InlineData(true, false, 15, 15)]
    [InlineData(false, false, 15, 15)]
    [InlineData(true, true, 9, 9)]
    [InlineData(false, false, 9, 9)]
    [InlineData(true, true, 8, 15)]
    public async Task Messages_of_every_size_come_back_as_they_were(bool clientTakeover, bool serverTakeover, int clientBits, int serverBits)
    {
        await using WsServer server = await WsServer.StartAsync(null, """{ "threshold": 0 }""");
        await using NetWebSocket socket = new(server.Uri("/echo"), new NetWebSocketOptions
        {
            PerMessageDeflate = new()
            {
                Threshold = 0,
                ClientContextTakeover = clientTakeover,
                ServerContextTakeover = serverTakeover,
                ClientMaxWindowBits = clientBits,
                ServerMaxWindowBits = serverBits,
            },
        });
        await socket.Opened.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Messages messages = new(socket);
        var random = new Random(13);
        foreach (int size in Sizes)
        {
            // Text that compresses well, and bytes that do so by half and not at all.
            string json = string.Concat(Enumerable.Range(0, (size / 20) + 1).Select(i => $"{{\"price\":{i * 7919 % 100_000:D5},\"ü\":1}},"))[..size];
            byte[] half = new byte[size];
            random.NextBytes(half.AsSpan(0, size / 2));
            byte[] noise = new byte[size];
            random.NextBytes(noise);
            for (int i = 0; i < 10; i++)
            {
                socket.Send(json);
                socket.Send(half);
                socket.Send(noise);
                Assert.Equal(json, await messages.TextAsync());
                Assert.Equal(half, Assert.IsType<byte[]>(await messages.NextAsync()));
                Assert.Equal(noise, Assert.IsType<byte[]>(await messages.NextAsync()));
            }
        }
    }
}
