using NetWebSockets.Benchmarks.Competitors;

namespace NetWebSockets.Benchmarks.Workloads;

/// <summary>Compressed JSON from the server (RFC 7692), with context takeover.</summary>
internal static class Deflate
{
    public static Workload One(Peers peers)
        => new(
            "deflate receive, JSON, 1 KiB",
            peers.Make((peer, ports, count) => peer.ReceiveAsync(new Job(ports, count, 1024, Deflate: true), $"/deflate/{count}"), deflate: true))
        {
            Targets = [Target.TimesOf(Names.Ours, Names.Bcl, 1.1)],
            Note = "512 different documents, compressed ahead one after the other, again and again. The raw socket reads the compressed bytes and inflates nothing.",
        };
}
