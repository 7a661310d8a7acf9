using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using NetWebSockets.Benchmarks.Competitors;
using Websocket.Client;

namespace NetWebSockets.Benchmarks;

/// <summary>The process that opens connections and says what they cost: bytes of managed heap and of working set for each.</summary>
internal static class MemoryChild
{
    // So many first, for what all connections share.
    private const int Before = 50;

    public static async Task<int> RunAsync(string competitor, string connections, string ports)
    {
        int count = int.Parse(connections, CultureInfo.InvariantCulture);
        var job = new Job(ServerPorts.Parse(ports), 1);
        Func<Job, Task<object>> open = competitor switch
        {
            Names.Bcl => BclAsync,
            Names.Ours => OursAsync,
            Names.Raw => RawAsync,
            Names.WebsocketClient => WebsocketClientAsync,
            _ => throw new ArgumentException($"Nobody is called {competitor}.", nameof(competitor)),
        };
        object[] kept = new object[Before + count];
        for (int i = 0; i < Before; i++)
            kept[i] = await open(job);
        (long heap, long set) = Used();
        for (int i = Before; i < kept.Length; i++)
            kept[i] = await open(job);
        (long heapAfter, long setAfter) = Used();
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{(double)(heapAfter - heap) / count} {(double)(setAfter - set) / count}"));
        GC.KeepAlive(kept);
        return 0;
    }

    /// <summary>Has the server end all idle connections.</summary>
    public static async Task DropAsync(ServerPorts ports)
    {
        await using Stream stream = await RawPeer.ConnectAsync(new Job(ports, 1), "/drop");
        await stream.ReadExactlyAsync(new byte[Server.Frames.ServerLength(1)]);
    }

    private static (long Heap, long WorkingSet) Used()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var self = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), self.WorkingSet64);
    }

    private static async Task<object> BclAsync(Job job)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(job.Uri("/idle"), CancellationToken.None);
        return (socket, socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask());
    }

    private static async Task<object> OursAsync(Job job)
    {
        var socket = new NetWebSocket(job.Uri("/idle"), new NetWebSocketOptions { BinaryType = BinaryType.Memory });
        await socket.Opened;
        return (socket, socket.WaitToReceiveAsync().AsTask());
    }

    private static async Task<object> RawAsync(Job job)
    {
        Stream stream = await RawPeer.ConnectAsync(job, "/idle");
        return (stream, stream.ReadAsync(Memory<byte>.Empty).AsTask());
    }

    private static async Task<object> WebsocketClientAsync(Job job)
    {
        WebsocketClient client = WebsocketClientPeer.Create(job, "/idle");
        IDisposable subscription = client.MessageReceived.Subscribe(static _ => { });
        await client.StartOrFail();
        return (client, subscription);
    }
}
