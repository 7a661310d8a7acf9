using NetWebSockets.Benchmarks.Competitors;
using NetWebSockets.Benchmarks.Workloads;

namespace NetWebSockets.Benchmarks;

/// <summary>A piece of work that all competitors do.</summary>
internal sealed record Workload(string Name, IReadOnlyList<Competitor> Competitors)
{
    /// <summary>Of what is measured.</summary>
    public string Unit { get; init; } = "messages/s";

    public bool LessIsBetter { get; init; }

    public IReadOnlyList<Target> Targets { get; init; } = [];

    /// <summary>What <see cref="Measurement.AllocatedBytes"/> is.</summary>
    public string BytesColumn { get; init; } = "allocated";

    /// <summary>What must be known to read the table.</summary>
    public string? Note { get; init; }

    /// <summary>How many operations the first run does, before anything is known.</summary>
    public int FirstCount { get; init; } = 2_000;

    /// <summary>Fewer make no sense, for example fewer than are outstanding at a time.</summary>
    public int LeastCount { get; init; } = 20;

    /// <summary>Set when a measurement has a length of its own, needs no warming up, and one or a few rounds say all.</summary>
    public int? FixedCount { get; init; }

    public static IReadOnlyList<Workload> All(NodeProcess node)
    {
        var peers = new Peers(node);
        return
        [
            .. ReceiveFlood.All(peers),
            .. AwaitedSends.All(peers),
            .. InFlight.All(peers),
            PingPong.One(peers),
            .. OverTls.All(peers),
            Deflate.One(peers),
            Calls.One(),
            Ticks.One(node),
            IdleMemory.One(node),
        ];
    }

    public static string Show(int size) => size switch
    {
        < 1024 => $"{size} B",
        < 1024 * 1024 => $"{size / 1024} KiB",
        _ => $"{size / 1024 / 1024} MiB",
    };
}
