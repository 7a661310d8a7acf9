using System.Diagnostics;
using NetWebSockets.Benchmarks.Report;

namespace NetWebSockets.Benchmarks;

/// <summary>The process that measures.</summary>
internal static class BenchmarkClient
{
    public static async Task<int> RunAsync(ServerPorts ports, BenchmarkOptions options)
    {
        var clock = Stopwatch.StartNew();
        Machine machine = Machine.Read();
        await using var node = new NodeProcess();
        await node.StartAsync();
        Workload[] workloads = [.. Workload.All(node).Where(workload => options.Only is null || workload.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))];
        if (workloads.Length == 0)
        {
            await Console.Error.WriteLineAsync($"No workload's name contains \"{options.Only}\"; --list shows them all.");
            return 2;
        }

        var runner = new Runner(ports, options);
        var results = new List<WorkloadResult>();
        foreach (Workload workload in workloads)
        {
            WorkloadResult result = await runner.RunAsync(workload);
            results.Add(result);
            Console.WriteLine(Tables.Of(result));
        }

        Console.WriteLine(Losses.Of(results));
        Console.WriteLine($"{clock.Elapsed.TotalMinutes:0.0} minutes");
        if (options.Write is not null)
            await File.WriteAllTextAsync(options.Write, MarkdownReport.Of(results, options, machine, Versions.Read(node), clock.Elapsed));
        return results.SelectMany(result => result.Results).Any(result => result.Failure is not null) ? 1 : 0;
    }
}
