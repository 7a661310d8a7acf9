using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Sockets;

public class EchoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Text_and_bytes_come_back_from_a_real_server_in_order()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using var socket = new NetWebSocket(server.Uri().AbsoluteUri);
        await socket.Opened.WaitAsync(Patience);
        Assert.Equal(ReadyState.Open, socket.ReadyState);

        for (int i = 0; i < 100; i++)
        {
            await socket.SendAsync($"text {i}");
            await socket.SendAsync(new byte[] { (byte)i, 1, 2 });
        }

        var got = new List<string>();
        await foreach (WebSocketMessage message in socket.ReadAllAsync().WithCancellation(TestContext.Current.CancellationToken))
        {
            got.Add(message.IsText ? message.Text : $"bytes {message.Data.Span[0]}");
            if (got.Count == 200)
                break;
        }

        Assert.Equal(Enumerable.Range(0, 100).SelectMany(i => new[] { $"text {i}", $"bytes {i}" }), got);
        CloseEvent closed = await socket.CloseAsync(1000, "done").WaitAsync(Patience);
        Assert.Equal((1000, "done", true), (closed.Code, closed.Reason, closed.WasClean));
    }

    [Fact]
    public async Task The_browser_code_of_the_north_star_works()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        var ws = new NetWebSocket(server.Uri().AbsoluteUri);
        var received = new List<object>();
        ws.OnOpen = _ => ws.Send("hello");
        ws.OnMessage = e =>
        {
            received.Add(e.Data);
            ws.Close();
        };
        CloseEvent closed = await ws.Closed.WaitAsync(Patience);
        Assert.Equal(["hello"], received);
        Assert.True(closed.WasClean);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(131_072)]
    [InlineData(131_073)]
    [InlineData(2 * 1024 * 1024)]
    public async Task Messages_of_every_length_form_come_back_whole(int length)
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using var socket = new NetWebSocket(server.Uri().AbsoluteUri);
        await socket.Opened.WaitAsync(Patience);
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        await socket.SendAsync(data).AsTask().WaitAsync(Patience);
        socket.Send(data);
        socket.Send(new MemoryStream(data));
        int seen = 0;
        await foreach (WebSocketMessage message in socket.ReadAllAsync().WithCancellation(TestContext.Current.CancellationToken))
        {
            Assert.True(message.IsBinary);
            Assert.True(message.Data.Span.SequenceEqual(data));
            if (++seen == 3)
                break;
        }

        Assert.Equal(0, socket.BufferedAmount);
    }
}
