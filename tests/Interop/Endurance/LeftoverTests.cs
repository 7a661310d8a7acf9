using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using NetWebSockets.InteropTests.Hostile;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Endurance;

/// <summary>Ten thousand connections, ended in every way there is, leave nothing behind.</summary>
[Collection(EnduranceCollection.Name)]
public sealed class LeftoverTests
{
    private const int Connections = 10_000;
    private const int AtOnce = 16;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private enum End
    {
        ServerCloses,
        ClientCloses,
        ClientAborts,
        ServerResets,
        ServerEnds,
        ServerRefuses,
        ServerDropsHandshake,
        ClientGivesUpConnecting,
    }

    [Fact]
    public async Task Ten_thousand_connects_and_closes_leave_nothing_behind()
    {
        int ends = Enum.GetValues<End>().Length;
        ConcurrentBag<WeakReference> sockets = [];
        var time = new CountingTime();
        var session = new NetSession();
        var server = new RawServer(ServeAsync);
        await RoundAsync(server, session, time, sockets, 4 * ends);     // what is made once and kept
        int? before = OpenSockets.Count();
        using var rented = new RentedBuffers(ofProcess: true);
        sockets.Clear();
        await RoundAsync(server, session, time, sockets, Connections).WaitAsync(Limit, TestContext.Current.CancellationToken);

        Assert.Equal(Connections, sockets.Count);
        Assert.Null(server.Failure);
        Assert.Equal(0, session.LiveCount);
        Assert.True(time.Total >= Connections, $"{time.Total} timers were made.");
        Assert.Equal(0, time.Live);

        // A connection whose handshake was refused is kept for the next one, by the session.
        await session.DisposeAsync();
        await server.DisposeAsync();
        Assert.True(await rented.AllReturnedAsync(HostilePeer.Limit), $"{rented.Count} buffers are out.");
        Assert.True(rented.Total >= Connections / ends, $"{rented.Total} buffers were rented.");
        Assert.InRange((OpenSockets.Count() ?? 0) - (before ?? 0), int.MinValue, 0);

        // The last of them may still be on their way out of the threads that ended them.
        for (long begun = Environment.TickCount64; sockets.Any(static s => s.IsAlive) && Environment.TickCount64 - begun < HostilePeer.Limit.TotalMilliseconds;)
            Collect();
        Assert.Equal(0, sockets.Count(static s => s.IsAlive));
    }

    private static async Task RoundAsync(RawServer server, NetSession session, CountingTime time, ConcurrentBag<WeakReference> sockets, int count)
    {
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (int number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next))
                sockets.Add(await ConnectAsync(server, session, time, (End)(number % Enum.GetValues<End>().Length)));
        })));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> ConnectAsync(RawServer server, NetSession session, CountingTime time, End end)
    {
        // The server is told by the path.
        var socket = new NetWebSocket(new Uri(server.Uri, $"/{end}"), new NetWebSocketOptions { Session = session, TimeProvider = time });
        bool opens = end is not (End.ServerRefuses or End.ServerDropsHandshake or End.ClientGivesUpConnecting);
        List<string> seen = [];
        if (end == End.ClientGivesUpConnecting)
            socket.Close();
        try
        {
            await socket.Opened;
            Assert.True(opens, $"It opened, and should have ended by {end}.");
            socket.Send("hello");
            if (end == End.ClientCloses)
                socket.Close(1000);
            else if (end == End.ClientAborts)
                socket.Abort();
            await foreach (WebSocketMessage message in socket.ReadAllAsync())
                seen.Add(message.Text);
        }
        catch (NetWebSocketException)
        {
            // Most ends are failures.
        }

        CloseEvent closed = await socket.Closed;
        bool isClean = end is End.ServerCloses or End.ClientCloses;
        Assert.True((closed.Code == 1000 && closed.WasClean) == isClean, $"{end}: {closed}");
        if (end == End.ServerCloses)
            Assert.Equal(["welcome"], seen);
        return new WeakReference(socket);
    }

    private static async Task ServeAsync(RawConnection connection)
    {
        string accept = await connection.ReadRequestAsync();
        End end = Enum.Parse<End>(connection.RequestTarget.TrimStart('/'));
        while (end == End.ServerRefuses)
        {
            // The connection may be used again for another handshake.
            await connection.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno!"u8.ToArray());
            accept = await connection.ReadRequestAsync();
            end = Enum.Parse<End>(connection.RequestTarget.TrimStart('/'));
        }

        if (end == End.ServerDropsHandshake)
            return;
        if (end == End.ClientGivesUpConnecting)
        {
            // An answer might come before the client has given up.
            await connection.ReadToEndAsync();
            return;
        }

        await connection.WriteAsync(RawConnection.Acceptance(accept, ServerFrame.Text("welcome")));
        switch (end)
        {
            case End.ServerResets:
                connection.Reset();
                return;
            case End.ServerEnds:
                connection.ShutdownSend();
                break;
            case End.ServerCloses or End.ClientCloses:
                if (end == End.ClientCloses)
                    await connection.ReadUntilCloseAsync();
                await connection.WriteAsync(ServerFrame.Close(1000));
                connection.ShutdownSend();
                break;
        }

        await connection.ReadToEndAsync();
    }

    private static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
