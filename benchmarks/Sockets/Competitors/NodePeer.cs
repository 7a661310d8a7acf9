namespace NetWebSockets.Benchmarks.Competitors;

/// <summary>One of node's two; the code is in node/bench.mjs.</summary>
internal sealed class NodePeer(NodeProcess node, bool native) : SocketPeer
{
    public override string Name => native ? Names.NodeNative : Names.Ws;

    public override string? Absent(bool deflate)
    {
        if (!native)
            return node.WsVersion is null ? NodeProcess.NotInstalled : null;
        return !node.HasNative ? NodeProcess.NotInstalled
            : deflate && node.Major < 24 ? "does not offer permessage-deflate in this version"
            : null;
    }

    public override Task<Measurement> ReceiveAsync(Job job, string path) => RunAsync("receive", job, path);

    public override Task<Measurement> SendAsync(Job job) => RunAsync("send", job, SinkPath(job));

    public override Task<Measurement> EchoAsync(Job job, int outstanding) => RunAsync("echo", job, EchoPath(job), outstanding);

    public override Task<Measurement> PingPongAsync(Job job) => RunAsync("pingPong", job, EchoPath(job));

    private async Task<Measurement> RunAsync(string work, Job job, string path, int outstanding = 1)
    {
        NodeReply reply = await node.RunAsync(new NodeCommand(work, native, job.Uri(path).AbsoluteUri, job.Count, job.Size, outstanding, job.Deflate));
        return reply.Median is double median ? new Measurement(median, null) : Measurement.Rate(job.Count, TimeSpan.FromMilliseconds(reply.Elapsed!.Value));
    }
}
