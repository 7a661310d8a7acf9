using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using NetWebSockets.Benchmarks.Server;

namespace NetWebSockets.Benchmarks.Competitors;

/// <summary>The same bytes on the wire, made ahead and counted: 64 KiB reads, and writes of all that is to be sent at that time.</summary>
internal sealed class RawPeer : SocketPeer
{
    public override string Name => Names.Raw;

    public override async Task<Measurement> ReceiveAsync(Job job, string path)
    {
        long left = job.Deflate ? Floods.DeflatedLength(job.Count)
            : path.StartsWith("/ticks", StringComparison.Ordinal) ? (long)Frames.ServerLength(Payloads.Tick.Length) * job.Count
            : (long)Frames.ServerLength(job.Size) * job.Count;
        await using Stream stream = await ConnectAsync(job, path);
        byte[] buffer = new byte[64 * 1024];
        Meter meter = Meter.Start();
        await stream.WriteAsync(buffer.AsMemory(0, 1));
        while (left > 0)
            left -= await ReadAsync(stream, buffer);
        return meter.Rate(job.Count);
    }

    public override async Task<Measurement> SendAsync(Job job)
    {
        await using Stream stream = await ConnectAsync(job, SinkPath(job));
        byte[] chunk = new byte[64 * 1024];
        long left = (long)Frames.ClientLength(job.Size) * job.Count;
        Meter meter = Meter.Start();
        while (left > 0)
        {
            int length = (int)Math.Min(left, chunk.Length);
            await stream.WriteAsync(chunk.AsMemory(0, length));
            left -= length;
        }

        await stream.ReadExactlyAsync(chunk.AsMemory(0, Frames.ServerLength(1)));
        return meter.Rate(job.Count);
    }

    public override async Task<Measurement> EchoAsync(Job job, int outstanding)
    {
        await using Stream stream = await ConnectAsync(job, EchoPath(job));
        byte[] frame = Frames.OfClient(job.Size);
        byte[] frames = new byte[frame.Length * outstanding];
        for (int i = 0; i < outstanding; i++)
            frame.CopyTo(frames, i * frame.Length);
        int replyLength = Frames.ServerLength(job.Size);
        byte[] buffer = new byte[64 * 1024];
        Meter meter = Meter.Start();
        await stream.WriteAsync(frames);
        int sent = outstanding;
        int received = 0;
        int held = 0;
        while (received < job.Count)
        {
            held += await ReadAsync(stream, buffer);
            int whole = held / replyLength;
            held -= whole * replyLength;
            received += whole;
            int next = Math.Min(whole, job.Count - sent);
            sent += next;
            if (next > 0)
                await stream.WriteAsync(frames.AsMemory(0, next * frame.Length));
        }

        return meter.Rate(job.Count);
    }

    public override async Task<Measurement> PingPongAsync(Job job)
    {
        await using Stream stream = await ConnectAsync(job, EchoPath(job));
        byte[] frame = Frames.OfClient(job.Size);
        byte[] buffer = new byte[64 * 1024];
        long[] ticks = new long[job.Count];
        Meter meter = Meter.Start();
        for (int i = 0; i < ticks.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await stream.WriteAsync(frame);
            for (int left = Frames.ServerLength(job.Size); left > 0;)
                left -= await ReadAsync(stream, buffer);
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        return meter.MedianLatency(ticks);
    }

    public static async Task<Stream> ConnectAsync(Job job, string path)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, job.Tls ? job.Ports.Tls : job.Ports.Plain));
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (job.Tls)
        {
            // The server's certificate is its own.
#pragma warning disable CA5359
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
            await tls.AuthenticateAsClientAsync("localhost");
            stream = tls;
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"RAW {path} HTTP/1.1\r\n\r\n"));
        return stream;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> ReadAsync(Stream stream, byte[] buffer)
    {
        int count = await stream.ReadAsync(buffer);
        return count > 0 ? count : throw new IOException("The server has closed.");
    }
}
