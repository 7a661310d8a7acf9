using System.Diagnostics;

namespace NetWebSockets.Benchmarks;

/// <summary>Runs a workload's competitors in turn, round after round.</summary>
internal sealed class Runner(ServerPorts ports, BenchmarkOptions options)
{
    // A run that takes this long hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public async Task<WorkloadResult> RunAsync(Workload workload)
    {
        var clock = Stopwatch.StartNew();
        List<Entry> entries = [.. workload.Competitors.Select(competitor => new Entry(competitor))];
        int rounds = workload.FixedCount is null ? options.Rounds : Math.Min(options.Rounds, 3);
        if (workload.FixedCount is null)
        {
            foreach (Entry entry in entries.Where(entry => entry.Takes))
            {
                Say($"{workload.Name}: warming up {entry.Competitor.Name}");
                await WarmUpAsync(workload, entry);
            }
        }

        // The first round is not counted: each competitor meets here for the first time what the others leave behind.
        for (int round = workload.FixedCount is null ? 0 : 1; round <= rounds; round++)
        {
            Say($"{workload.Name}: round {round} of {rounds}");
            foreach (Entry entry in entries.Where(entry => entry.Takes))
            {
                Measurement? measurement = await MeasureAsync(entry, workload.FixedCount ?? entry.Count);
                if (round > 0 && measurement is { } counted)
                    entry.Rounds.Add(counted);
            }
        }

        Say($"{workload.Name}: {clock.Elapsed.TotalSeconds:0} s", end: true);
        return new WorkloadResult(workload, [.. entries.Select(entry => new CompetitorResult(entry.Competitor, entry.Rounds, entry.Failure))]);
    }

    /// <summary>Lets everything be compiled, and finds how many operations make one measurement as long as was asked for.</summary>
    private async Task WarmUpAsync(Workload workload, Entry entry)
    {
        entry.Count = Math.Max(workload.FirstCount, workload.LeastCount);
        foreach (double share in (double[])[0.25, 0.5, 0.75, 1])
        {
            long start = Stopwatch.GetTimestamp();
            if (await MeasureAsync(entry, entry.Count) is not { } measurement)
                return;
            double rate = workload.LessIsBetter ? entry.Count / Stopwatch.GetElapsedTime(start).TotalSeconds : measurement.Value;
            entry.Count = (int)Math.Clamp(rate * options.Seconds * share, workload.LeastCount, 50_000_000);
            // Gives the core to the JIT's background thread.
            await Task.Delay(100);
        }
    }

    /// <summary>Null when it failed; the competitor is out then, and the others go on.</summary>
    private async Task<Measurement?> MeasureAsync(Entry entry, int count)
    {
        try
        {
            return await entry.Competitor.RunAsync(ports, count).WaitAsync(Limit);
        }
        // Whatever it is, it is shown in the row.
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            Say($"{entry.Competitor.Name} failed: {e}", end: true);
            entry.Failure = $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
            entry.Rounds.Clear();
            return null;
        }
    }

    // On a terminal one line that changes, in a file a line each.
    private static void Say(string text, bool end = false)
    {
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(text);
        else
            Console.Error.Write($"\r{text,-100}{(end ? "\n" : "")}");
    }

    private sealed class Entry(Competitor competitor)
    {
        public Competitor Competitor => competitor;

        public List<Measurement> Rounds { get; } = [];

        public int Count { get; set; }

        public string? Failure { get; set; }

        public bool Takes => competitor.Absent is null && Failure is null;
    }
}
