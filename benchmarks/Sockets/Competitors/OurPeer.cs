using System.Diagnostics;

namespace NetWebSockets.Benchmarks.Competitors;

/// <summary>NetWebSocket, drained with TryReceive unless said otherwise.</summary>
internal sealed class OurPeer(bool forEach = false) : SocketPeer
{
    // Not disposed: it lives as long as the process.
    private static readonly NetSession Trusting = new(new NetSessionOptions { CertificateVerifyProc = static _ => CertificateVerdict.Accept });

    public override string Name => forEach ? Names.OursForEach : Names.Ours;

    public override async Task<Measurement> ReceiveAsync(Job job, string path)
    {
        NetWebSocket socket = await ConnectAsync(job, path);
        Meter meter = Meter.Start();
        await socket.SendAsync(new byte[1]);
        int i = 0;
        if (forEach)
        {
            await foreach (WebSocketMessage _ in socket.ReadAllAsync())
            {
                if (++i == job.Count)
                    break;
            }
        }
        else
        {
            while (i < job.Count && await socket.WaitToReceiveAsync())
            {
                while (socket.TryReceive(out _))
                    i++;
            }
        }

        Measurement measurement = meter.Rate(job.Count);
        await EndAsync(socket, i == job.Count);
        return measurement;
    }

    public override async Task<Measurement> SendAsync(Job job)
    {
        NetWebSocket socket = await ConnectAsync(job, SinkPath(job));
        byte[] payload = new byte[job.Size];
        Meter meter = Meter.Start();
        for (int i = 0; i < job.Count; i++)
            await socket.SendAsync(payload);
        bool answered = await socket.WaitToReceiveAsync();
        Measurement measurement = meter.Rate(job.Count);
        await EndAsync(socket, answered);
        return measurement;
    }

    public override async Task<Measurement> EchoAsync(Job job, int outstanding)
    {
        NetWebSocket socket = await ConnectAsync(job, EchoPath(job));
        byte[] payload = new byte[job.Size];
        Meter meter = Meter.Start();
        for (int i = 0; i < outstanding; i++)
            await socket.SendAsync(payload);
        int received = 0;
        while (received < job.Count && await socket.WaitToReceiveAsync())
        {
            while (socket.TryReceive(out _))
            {
                if (received++ < job.Count - outstanding)
                    await socket.SendAsync(payload);
            }
        }

        Measurement measurement = meter.Rate(job.Count);
        await EndAsync(socket, received == job.Count);
        return measurement;
    }

    public override async Task<Measurement> PingPongAsync(Job job)
    {
        NetWebSocket socket = await ConnectAsync(job, EchoPath(job));
        byte[] payload = new byte[job.Size];
        long[] ticks = new long[job.Count];
        bool whole = true;
        Meter meter = Meter.Start();
        for (int i = 0; i < ticks.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await socket.SendAsync(payload);
            while (whole && !socket.TryReceive(out _))
                whole = await socket.WaitToReceiveAsync();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        Measurement measurement = meter.MedianLatency(ticks);
        await EndAsync(socket, whole);
        return measurement;
    }

    private static async Task<NetWebSocket> ConnectAsync(Job job, string path)
    {
        var socket = new NetWebSocket(job.Uri(path), new NetWebSocketOptions
        {
            BinaryType = BinaryType.Memory,
            Session = job.Tls ? Trusting : null,
            PerMessageDeflate = job.Deflate ? new PerMessageDeflateOptions() : null,
        });
        await socket.Opened;
        return socket;
    }

    private static async Task EndAsync(NetWebSocket socket, bool whole)
    {
        socket.Abort();
        await socket.Closed;
        if (!whole)
            throw new IOException("The connection ended before the work was done.");
    }
}
