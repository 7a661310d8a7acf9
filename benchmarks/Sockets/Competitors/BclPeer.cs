using System.Diagnostics;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace NetWebSockets.Benchmarks.Competitors;

/// <summary>ClientWebSocket, with a buffer that holds a whole message.</summary>
internal sealed class BclPeer : SocketPeer
{
    public override string Name => Names.Bcl;

    public override async Task<Measurement> ReceiveAsync(Job job, string path)
    {
        using ClientWebSocket socket = await ConnectAsync(job, path);
        byte[] buffer = Buffer(job);
        Meter meter = Meter.Start();
        await socket.SendAsync(buffer.AsMemory(0, 1), WebSocketMessageType.Binary, true, CancellationToken.None);
        for (int i = 0; i < job.Count; i++)
            await ReceiveMessageAsync(socket, buffer);
        return meter.Rate(job.Count);
    }

    public override async Task<Measurement> SendAsync(Job job)
    {
        using ClientWebSocket socket = await ConnectAsync(job, SinkPath(job));
        byte[] payload = new byte[job.Size];
        byte[] answer = new byte[16];
        Meter meter = Meter.Start();
        for (int i = 0; i < job.Count; i++)
            await socket.SendAsync(payload.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        await socket.ReceiveAsync(answer.AsMemory(), CancellationToken.None);
        return meter.Rate(job.Count);
    }

    public override async Task<Measurement> EchoAsync(Job job, int outstanding)
    {
        using ClientWebSocket socket = await ConnectAsync(job, EchoPath(job));
        byte[] payload = new byte[job.Size];
        byte[] buffer = Buffer(job);
        Meter meter = Meter.Start();
        for (int i = 0; i < outstanding; i++)
            await socket.SendAsync(payload.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        // One send at a time is its rule, so the loop that receives also sends.
        for (int i = 0; i < job.Count; i++)
        {
            await ReceiveMessageAsync(socket, buffer);
            if (i < job.Count - outstanding)
                await socket.SendAsync(payload.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        }

        return meter.Rate(job.Count);
    }

    public override async Task<Measurement> PingPongAsync(Job job)
    {
        using ClientWebSocket socket = await ConnectAsync(job, EchoPath(job));
        byte[] payload = new byte[job.Size];
        byte[] buffer = Buffer(job);
        long[] ticks = new long[job.Count];
        Meter meter = Meter.Start();
        for (int i = 0; i < ticks.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await socket.SendAsync(payload.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            await ReceiveMessageAsync(socket, buffer);
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        return meter.MedianLatency(ticks);
    }

    public static ClientWebSocket Create(Job job)
    {
        var socket = new ClientWebSocket();
        // The server's certificate is its own.
        if (job.Tls)
#pragma warning disable CA5359
            socket.Options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        if (job.Deflate)
            socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        return socket;
    }

    private static async Task<ClientWebSocket> ConnectAsync(Job job, string path)
    {
        ClientWebSocket socket = Create(job);
        await socket.ConnectAsync(job.Uri(path), CancellationToken.None);
        return socket;
    }

    private static byte[] Buffer(Job job) => new byte[Math.Max(job.Size, 64 * 1024)];

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask ReceiveMessageAsync(ClientWebSocket socket, byte[] buffer)
    {
        int held = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(held), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
                throw new IOException("The server has closed.");
            if (result.EndOfMessage)
                return;
            held += result.Count;
        }
    }
}
