using NetWebSockets.Benchmarks.Competitors;

namespace NetWebSockets.Benchmarks.Workloads;

/// <summary>Each send is awaited before the next; done when the server has them all.</summary>
internal static class AwaitedSends
{
    public static IEnumerable<Workload> All(Peers peers) =>
    [
        One(peers, 16, 100),
        One(peers, 125, 80),
        One(peers, 1024, 25),
        One(peers, 16 * 1024, 2),
        One(peers, 1024 * 1024, 1.3),
    ];

    private static Workload One(Peers peers, int size, double times)
        => new($"awaited sends, {Workload.Show(size)}", peers.Make((peer, ports, count) => peer.SendAsync(new Job(ports, count, size))))
        {
            Targets = size <= 1024 ? [Target.TimesOf(Names.Ours, Names.Bcl, times), Target.NothingAllocated(Names.Ours)] : [Target.TimesOf(Names.Ours, Names.Bcl, times)],
            FirstCount = Math.Min(2_000, 16 * 1024 * 1024 / size),
            Note = "Each send is awaited before the next. The time ends when the server has read everything and said so. Websocket.Client: `SendInstant`. node's own WebSocket tells of no send's end: it waits for `bufferedAmount` to fall below 1 MiB.",
        };
}
