using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace NetWebSockets.Benchmarks;

/// <summary>One way to do a piece of work.</summary>
internal sealed class Competitor(string name, Func<int, int, Task<TimeSpan>> run)
{
    public string Name => name;

    public int Count { get; set; }

    public Task<TimeSpan> RunAsync(int port, int count) => run(port, count);
}

/// <summary>A piece of work that all competitors do.</summary>
internal sealed record Workload(string Name, IReadOnlyList<Competitor> Competitors)
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        .. new[] { 16, 125, 1024 }.Select(ReceiveFlood),
        .. new[] { 16, 125, 1024 }.Select(AwaitedSends),
    ];

    private static string Show(int size) => size < 1024 ? $"{size} B" : $"{size / 1024} KiB";

    private static Workload ReceiveFlood(int size) => new($"receive flood, {Show(size)}",
    [
        new("ClientWebSocket", async (port, count) =>
        {
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/flood/{size}/{count}"), CancellationToken.None);
            byte[] buffer = new byte[64 * 1024];
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < count;)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (result.EndOfMessage)
                    i++;
            }

            return Stopwatch.GetElapsedTime(start);
        }),
        new("NetWebSocket, TryReceive", async (port, count) =>
        {
            var socket = new NetWebSocket(new Uri($"ws://127.0.0.1:{port}/flood/{size}/{count}"), new NetWebSocketOptions { BinaryType = BinaryType.Memory });
            await socket.Opened;
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < count && await socket.WaitToReceiveAsync();)
            {
                while (socket.TryReceive(out _))
                    i++;
            }

            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            socket.Abort();
            await socket.Closed;
            return elapsed;
        }),
        new("NetWebSocket, await foreach", async (port, count) =>
        {
            var socket = new NetWebSocket(new Uri($"ws://127.0.0.1:{port}/flood/{size}/{count}"), new NetWebSocketOptions { BinaryType = BinaryType.Memory });
            await socket.Opened;
            long start = Stopwatch.GetTimestamp();
            int i = 0;
            await foreach (WebSocketMessage _ in socket.ReadAllAsync())
            {
                if (++i == count)
                    break;
            }

            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            socket.Abort();
            await socket.Closed;
            return elapsed;
        }),
        new("raw socket", async (port, count) =>
        {
            using NetworkStream stream = await RawAsync(port, $"/flood/{size}/{count}");
            byte[] buffer = new byte[64 * 1024];
            long left = (long)BenchmarkServer.Frame(size).Length * count;
            long start = Stopwatch.GetTimestamp();
            while (left > 0)
                left -= await stream.ReadAsync(buffer);
            return Stopwatch.GetElapsedTime(start);
        }),
    ]);

    private static Workload AwaitedSends(int size)
    {
        int wire = size + (size < 126 ? 6 : 8);
        byte[] payload = new byte[size];
        return new($"awaited sends, {Show(size)}",
        [
            new("ClientWebSocket", async (port, count) =>
            {
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/sink/{(long)wire * count}"), CancellationToken.None);
                byte[] answer = new byte[16];
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < count; i++)
                    await socket.SendAsync(payload.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
                await socket.ReceiveAsync(answer.AsMemory(), CancellationToken.None);
                return Stopwatch.GetElapsedTime(start);
            }),
            new("NetWebSocket", async (port, count) =>
            {
                var socket = new NetWebSocket(new Uri($"ws://127.0.0.1:{port}/sink/{(long)wire * count}"));
                await socket.Opened;
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < count; i++)
                    await socket.SendAsync(payload);
                await socket.WaitToReceiveAsync();
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                socket.Abort();
                await socket.Closed;
                return elapsed;
            }),
            new("raw socket", async (port, count) =>
            {
                using NetworkStream stream = await RawAsync(port, $"/sink/{(long)wire * count}");
                byte[] chunk = new byte[64 * 1024];
                long left = (long)wire * count;
                long start = Stopwatch.GetTimestamp();
                while (left > 0)
                {
                    int length = (int)Math.Min(left, chunk.Length);
                    await stream.WriteAsync(chunk.AsMemory(0, length));
                    left -= length;
                }

                await stream.ReadExactlyAsync(chunk.AsMemory(0, 3));
                return Stopwatch.GetElapsedTime(start);
            }),
        ]);
    }

    private static async Task<NetworkStream> RawAsync(int port, string path)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"RAW {path} HTTP/1.1\r\n\r\n"));
        return stream;
    }
}
