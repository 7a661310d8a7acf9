using NetWebSockets.Benchmarks.Competitors;

namespace NetWebSockets.Benchmarks.Workloads;

/// <summary>Requests and replies with many of them on the way.</summary>
internal static class InFlight
{
    public const int Outstanding = 64;

    public static IEnumerable<Workload> All(Peers peers) =>
    [
        One(peers, 16, 10),
        One(peers, 125, 10),
        One(peers, 1024, 9),
        One(peers, 16 * 1024, 2.4),
    ];

    private static Workload One(Peers peers, int size, double times)
        => new($"64 in flight, {Workload.Show(size)}", peers.Make((peer, ports, count) => peer.EchoAsync(new Job(ports, count, size), Outstanding)))
        {
            Unit = "round trips/s",
            Targets =
            [
                Target.TimesOf(Names.Ours, Names.Bcl, times),
                Target.TimesOf(Names.Ours, Names.Raw, 0.95),
                .. size <= 1024 ? new[] { Target.NothingAllocated(Names.Ours) } : [],
            ],
            LeastCount = Outstanding * 2,
            Note = "The server sends every message back; each that returns starts the next, so that 64 are always on the way. The raw socket answers all that one read brought in one write; ClientWebSocket and NetWebSocket have one loop that receives and sends.",
        };
}
