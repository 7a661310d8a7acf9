using System.Globalization;
using System.Text;

namespace NetWebSockets.Benchmarks.Report;

/// <summary>The whole page of the documentation.</summary>
internal static class MarkdownReport
{
    public static string Of(IReadOnlyList<WorkloadResult> results, BenchmarkOptions options, Machine machine, IReadOnlyList<(string Name, string Version)> versions, TimeSpan took)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Benchmarks

            Written by `dotnet run -c Release --project benchmarks/Sockets -- --write docs/benchmarks.md`, from one run; do not edit. What the program is
            and how to read its code is in [benchmarks/README.md](../benchmarks/README.md).

            ## How it was measured

            - One run of {took.TotalMinutes:0} minutes. In each workload all competitors take turns, round after round: {options.Rounds} rounds of about {options.Seconds:0.##} s each are counted (memory: {Math.Min(options.Rounds, 3)}), after a
              warm-up and a first round that is not. Figures are medians; the spread is the least and the greatest round, relative to the median.
            - {Cores()} The server moves prepared bytes with blocking calls; SignalR's is a hub on Kestrel, for its protocol is its own.
            - "of ClientWebSocket" and "of raw" are how many times as good: above 1 is better, whichever way the unit goes. The raw socket moves the same bytes
              in the same pattern with no framing, no masking and no checks: it shows what the operating system leaves room for.
            - Every .NET competitor runs in the same process, with `TieredPGO=0` and `TC_CallCountingDelayMs=0` (a process that saturates its one core starves the tiered JIT,
              and which tier is measured would be luck), without concurrent garbage collection. node's run in one node process on the same core, and take the time themselves.
            - "allocated" are managed bytes for one operation, of the whole process, connections not included.
            - Targets are what this library set out to reach. Absolute figures of one machine say little about another; ratios say more.

            ## Machine

            {machine.Cores} cores ({machine.Architecture}), {machine.Cpu}; {machine.Kernel}.{Load(machine)}

            | | version |
            |---|---|

            """);
        foreach ((string name, string version) in versions)
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {version} |\n");
        text.Append('\n').Append(Losses.Of(results)).Append("\n## Figures\n");
        foreach (WorkloadResult result in results)
            text.Append('\n').Append(Tables.Of(result));
        return text.ToString();
    }

    private static string Cores() => Affinity.Possible
        ? "Client and server are two processes, pinned to one core each."
        : "Client and server are two processes; this machine could not pin them to a core each.";

    private static string Load(Machine machine)
        => machine.LoadBefore is double load ? string.Create(CultureInfo.InvariantCulture, $" Load average before the run: {load:0.00}.") : "";
}
