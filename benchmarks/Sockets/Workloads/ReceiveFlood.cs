using NetWebSockets.Benchmarks.Competitors;

namespace NetWebSockets.Benchmarks.Workloads;

/// <summary>The server sends as fast as it can.</summary>
internal static class ReceiveFlood
{
    public static IEnumerable<Workload> All(Peers peers) =>
    [
        One(peers, 16, 10, ofRaw: null),
        One(peers, 125, 5, ofRaw: 0.9),
        One(peers, 1024, 2.5, ofRaw: 0.9),
        One(peers, 16 * 1024, 1.2, ofRaw: 0.9),
        One(peers, 1024 * 1024, 1.0, ofRaw: 0.9),
    ];

    private static Workload One(Peers peers, int size, double times, double? ofRaw)
    {
        Task<Measurement> Run(SocketPeer peer, ServerPorts ports, int count) => peer.ReceiveAsync(new Job(ports, count, size), $"/flood/{size}/{count}");
        List<Competitor> competitors = peers.Make(Run);
        List<Target> targets = [Target.TimesOf(Names.Ours, Names.Bcl, times)];
        if (ofRaw is double share)
            targets.Add(Target.TimesOf(Names.Ours, Names.Raw, share));
        if (size <= 1024)
            targets.Add(Target.NothingAllocated(Names.Ours));
        if (size == 125)
        {
            competitors.Insert(2, Peers.Make(new OurPeer(forEach: true), Run));
            targets.Add(Target.TimesOf(Names.OursForEach, Names.Bcl, 4));
        }

        return new Workload($"receive flood, {Workload.Show(size)}", competitors)
        {
            Targets = targets,
            FirstCount = Math.Min(2_000, 16 * 1024 * 1024 / size),
            Note = "The server sends whole messages as fast as it can; each is received whole. NetWebSocket: `WaitToReceiveAsync` and `TryReceive` with `BinaryType.Memory`.",
        };
    }
}
