namespace NetWebSockets.Benchmarks.Competitors;

/// <summary>A WebSocket, or what stands in for one, with the code that a user of it would write for each work.</summary>
internal abstract class SocketPeer
{
    public abstract string Name { get; }

    /// <summary>Why it cannot do this; null when it can.</summary>
    public virtual string? Absent(bool deflate) => null;

    /// <summary>Receives messages that the server at this path sends once it has got a first one.</summary>
    public abstract Task<Measurement> ReceiveAsync(Job job, string path);

    /// <summary>Sends messages, each awaited before the next, until the server has them all.</summary>
    public abstract Task<Measurement> SendAsync(Job job);

    /// <summary>Keeps messages on their way to a server that sends them back: each that returns starts the next.</summary>
    public abstract Task<Measurement> EchoAsync(Job job, int outstanding);

    /// <summary>The same with one message: the median time from its sending to its return.</summary>
    public abstract Task<Measurement> PingPongAsync(Job job);

    protected static string SinkPath(Job job) => $"/sink/{(long)Server.Frames.ClientLength(job.Size) * job.Count}";

    protected static string EchoPath(Job job) => $"/echo/{job.Size}";
}

/// <summary>All that do the works without messages of a type.</summary>
internal sealed class Peers(NodeProcess node)
{
    private readonly SocketPeer[] _all =
    [
        new BclPeer(),
        new OurPeer(),
        new RawPeer(),
        new WebsocketClientPeer(),
        new NodePeer(node, native: false),
        new NodePeer(node, native: true),
    ];

    /// <summary>A competitor of each.</summary>
    public List<Competitor> Make(Func<SocketPeer, ServerPorts, int, Task<Measurement>> run, bool deflate = false)
        => [.. _all.Select(peer => Make(peer, run, deflate))];

    public static Competitor Make(SocketPeer peer, Func<SocketPeer, ServerPorts, int, Task<Measurement>> run, bool deflate = false)
        => new(peer.Name, (ports, count) => run(peer, ports, count)) { Absent = peer.Absent(deflate) };
}
