using NetWebSockets.Benchmarks.Competitors;

namespace NetWebSockets.Benchmarks.Workloads;

/// <summary>One message to the server and back.</summary>
internal static class PingPong
{
    public static Workload One(Peers peers)
        => new("ping-pong, 1 KiB", peers.Make((peer, ports, count) => peer.PingPongAsync(new Job(ports, count, 1024))))
        {
            Unit = "µs, p50",
            LessIsBetter = true,
            // Within 3 % of the raw socket's time.
            Targets = [Target.TimesOf(Names.Ours, Names.Raw, 1 / 1.03)],
            Note = "The time from sending a message to having it back, one at a time.",
        };
}
