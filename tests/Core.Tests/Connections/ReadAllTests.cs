using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Connections;

public sealed class ReadAllTests
{
    [Fact]
    public async Task Reading_goes_on_across_reconnects_and_ends_with_the_close()
    {
        await using ScriptedServer server = new();
        WebSocketConnection connection = new(Support.Options(server.Uri, o => o.CloseTimeout = Support.Limit));
        Task<List<string>> reading = ReadAllAsync(connection);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await peer.SendTextAsync("1");
        await peer.SendBinaryAsync(new byte[3]);
        peer.ShutdownSend();
        peer = await server.AcceptOpenAsync().Soon();
        await peer.SendTextAsync("2");
        await connection.ConnectAsync().Soon();
        Task close = connection.CloseAsync();
        await peer.ReadCloseAsync().Soon();
        await peer.SendCloseAsync(1000);
        peer.Dispose();
        await close.Soon();
        Assert.Equal(["1", "binary, 3 bytes", "2"], await reading.Soon());
    }

    [Fact]
    public async Task Reading_ends_with_the_cause_when_the_connection_gives_up_and_what_came_before_is_read_first()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.ClassifyFailure = _ => FailureAction.Fatal));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await peer.SendTextAsync("last words");
        await peer.SendCloseAsync(4002, "gone");
        await peer.ReadCloseAsync().Soon();
        peer.Dispose();
        await Assert.ThrowsAsync<ConnectionException>(() => connection.Closed.Soon());
        List<string> read = [];
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            await foreach (WebSocketMessage message in connection.ReadAllAsync())
                read.Add(message.Text);
        });
        Assert.Equal(["last words"], read);
        Assert.Equal(4002, error.Failure!.CloseCode);
    }

    [Theory]
    [InlineData(4, 1_000_000)]
    [InlineData(1_000, 4 * 1024)]
    public async Task A_full_buffer_stops_reading_so_that_the_peer_feels_it_and_loses_nothing(int capacity, long bytes)
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => (o.ReceiveCapacity, o.ReceiveBytes) = (capacity, bytes)));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        byte[] message = new byte[1024];
        byte[] frame = ServerFrame.Binary(message);
        using CancellationTokenSource stop = new();
        int written = 0;
        Task writing = Task.Run(async () =>
        {
            for (; written < 50_000; written++)
                await peer.WriteAsync(frame, stop.Token);
        });

        // 50 MB do not fit into the pipes: the peer is held up long before its end.
        int read = 0;
        await foreach (WebSocketMessage received in connection.ReadAllAsync())
        {
            if (++read == 1)
                Assert.True(written < 50_000);
            Assert.Equal(1024, received.Data.Length);
            if (read == 50_000)
                break;
        }

        await writing.Soon();
    }

    [Fact]
    public async Task The_token_ends_the_reading_and_not_the_connection()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        using CancellationTokenSource source = new();
        Task reading = Task.Run(async () =>
        {
            await foreach (WebSocketMessage _ in connection.ReadAllAsync(source.Token))
            {
            }
        });
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Soon());
        await peer.SendTextAsync("still here");
        await foreach (WebSocketMessage message in connection.ReadAllAsync())
        {
            Assert.Equal("still here", message.Text);
            break;
        }

        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task Close_is_not_held_up_by_messages_that_nobody_reads()
    {
        await using ScriptedServer server = new();
        WebSocketConnection connection = new(Support.Options(server.Uri, o => (o.ReceiveCapacity, o.CloseTimeout) = (1, Support.Limit)));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        for (int i = 0; i < 5; i++)
            await peer.SendTextAsync($"{i}");
        Task close = connection.CloseAsync();
        await peer.ReadCloseAsync().Soon();
        await peer.SendCloseAsync(1000);
        peer.Dispose();
        await close.Soon();
    }

    private static async Task<List<string>> ReadAllAsync(WebSocketConnection connection)
    {
        List<string> read = [];
        await foreach (WebSocketMessage message in connection.ReadAllAsync())
            read.Add(message.ToString());
        return read;
    }
}
