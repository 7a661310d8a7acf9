using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.ConnectionState;

namespace NetWebSockets.Tests.Connections;

/// <summary>What network emulation is for: a connection whose session goes offline and online again.</summary>
public sealed class EmulatedReconnectTests
{
    [Fact]
    public async Task A_connection_lives_through_a_session_that_goes_offline_and_online_again_and_loses_nothing_silently()
    {
        await using ScriptedServer server = new();
        using NetSession session = Handshake.Connecting.NewSession();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.Session = session;
            o.TimeProvider = time;
            o.Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(60), UseJitter = false };
        }));
        States states = new(connection);
        List<string> received = [];
        TaskCompletionSource gotAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = ReadAsync();
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await connection.SendTextAsync("before");
        Assert.Equal("before", await peer.ReadTextAsync());
        await peer.SendTextAsync("one");
        await GotOneAsync();

        session.EnableNetworkEmulation(new NetworkEmulation { Offline = true });
        ConnectionStateChange dropped = await states.UntilAsync(Disconnected);
        Assert.Equal(NetError.InternetDisconnected, Assert.IsType<AbnormalClosureException>(dropped.Cause!.InnerException).Error);
        // What is sent now waits for the next connection, in order.
        Task[] sends = [.. Enumerable.Range(0, 10).Select(i => connection.SendTextAsync($"{i}").AsTask())];
        Assert.Equal(10, connection.QueuedSends);
        foreach (int seconds in new[] { 1, 2, 4 })
        {
            await time.PassAsync(TimeSpan.FromSeconds(seconds));
            ConnectionStateChange failed = await states.UntilAsync(Disconnected);
            Assert.Equal(NetError.InternetDisconnected, Assert.IsType<HandshakeException>(failed.Cause).Error);
        }

        Assert.Equal(1, server.ConnectionCount);
        Assert.All(sends, send => Assert.False(send.IsCompleted));
        session.DisableNetworkEmulation();
        await time.PassAsync(TimeSpan.FromSeconds(8));
        ScriptedPeer second = await server.AcceptOpenAsync().Soon();
        await states.UntilAsync(Ready);
        for (int i = 0; i < 10; i++)
            Assert.Equal($"{i}", await second.ReadTextAsync());
        await Task.WhenAll(sends).Soon();
        await second.SendTextAsync("two");
        await gotAll.Task.Soon();
        Assert.Equal(["one", "two"], received);
        Assert.Equal(2, server.ConnectionCount);
        await connection.CloseAsync().Soon();
        await reading.Soon();

        async Task GotOneAsync()
        {
            while (received.Count == 0)
                await Task.Yield();
        }

        async Task ReadAsync()
        {
            await foreach (WebSocketMessage message in connection.ReadAllAsync())
            {
                lock (received)
                    received.Add(message.Text);
                if (received.Count == 2)
                    gotAll.SetResult();
            }
        }
    }
}
