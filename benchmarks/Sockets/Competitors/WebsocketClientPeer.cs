using System.Diagnostics;
using Websocket.Client;

namespace NetWebSockets.Benchmarks.Competitors;

/// <summary>Websocket.Client, which is ClientWebSocket with a queue to send and an observable to receive.</summary>
internal sealed class WebsocketClientPeer : SocketPeer
{
    public override string Name => Names.WebsocketClient;

    public override async Task<Measurement> ReceiveAsync(Job job, string path)
    {
        using WebsocketClient client = Create(job, path);
        var done = Done();
        int i = 0;
        using IDisposable subscription = client.MessageReceived.Subscribe(_ =>
        {
            if (++i == job.Count)
                done.SetResult();
        });
        await client.StartOrFail();
        Meter meter = Meter.Start();
        await client.SendInstant(new byte[1]);
        await done.Task;
        return meter.Rate(job.Count);
    }

    public override async Task<Measurement> SendAsync(Job job)
    {
        using WebsocketClient client = Create(job, SinkPath(job));
        byte[] payload = new byte[job.Size];
        var done = Done();
        using IDisposable subscription = client.MessageReceived.Subscribe(_ => done.SetResult());
        await client.StartOrFail();
        Meter meter = Meter.Start();
        for (int i = 0; i < job.Count; i++)
            await client.SendInstant(payload);
        await done.Task;
        return meter.Rate(job.Count);
    }

    public override async Task<Measurement> EchoAsync(Job job, int outstanding)
    {
        using WebsocketClient client = Create(job, EchoPath(job));
        byte[] payload = new byte[job.Size];
        var done = Done();
        int received = 0;
        using IDisposable subscription = client.MessageReceived.Subscribe(_ =>
        {
            if (received++ < job.Count - outstanding)
                client.Send(payload);
            else if (received == job.Count)
                done.SetResult();
        });
        await client.StartOrFail();
        Meter meter = Meter.Start();
        for (int i = 0; i < outstanding; i++)
            client.Send(payload);
        await done.Task;
        return meter.Rate(job.Count);
    }

    public override async Task<Measurement> PingPongAsync(Job job)
    {
        using WebsocketClient client = Create(job, EchoPath(job));
        byte[] payload = new byte[job.Size];
        long[] ticks = new long[job.Count];
        var done = Done();
        long start = 0;
        int received = 0;
        using IDisposable subscription = client.MessageReceived.Subscribe(_ =>
        {
            long now = Stopwatch.GetTimestamp();
            ticks[received++] = now - start;
            if (received == ticks.Length)
            {
                done.SetResult();
                return;
            }

            start = now;
            client.Send(payload);
        });
        await client.StartOrFail();
        Meter meter = Meter.Start();
        start = Stopwatch.GetTimestamp();
        client.Send(payload);
        await done.Task;
        return meter.MedianLatency(ticks);
    }

    public static WebsocketClient Create(Job job, string path) => new(job.Uri(path), () => BclPeer.Create(job)) { IsReconnectionEnabled = false };

    private static TaskCompletionSource Done() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
