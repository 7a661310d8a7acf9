using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using NetWebSockets.Benchmarks;

if (args is ["--server"])
{
    Affinity.Pin(1);
    await BenchmarkServer.RunAsync();
    return 0;
}

if (args is not ["--client", ..])
{
    // The same process again, with settings that are read at its start, for every competitor alike.
    var client = new ProcessStartInfo(Environment.ProcessPath!)
    {
        Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_CallCountingDelayMs"] = "0" },
    };
    client.ArgumentList.Add("--client");
    foreach (string argument in args)
        client.ArgumentList.Add(argument);
    using Process process = Process.Start(client)!;
    await process.WaitForExitAsync();
    return process.ExitCode;
}

int rounds = int.Parse(Option("--rounds", "7"), CultureInfo.InvariantCulture);
double seconds = double.Parse(Option("--seconds", "0.5"), CultureInfo.InvariantCulture);

Affinity.Pin(0);
using Process server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, "--server") { RedirectStandardOutput = true, RedirectStandardInput = true })!;
try
{
    int port = int.Parse((await server.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    Console.WriteLine($".NET {Environment.Version}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {rounds} rounds");
    Console.WriteLine();
    Console.WriteLine("| work | competitor | messages/s (median) | spread | of ClientWebSocket | of raw |");
    Console.WriteLine("|---|---|---|---|---|---|");
    foreach (Workload workload in Workload.All)
    {
        var results = workload.Competitors.ToDictionary(c => c.Name, _ => new List<double>());
        // How many messages make one measurement: found with the slowest, so that all do the same work.
        foreach (Competitor competitor in workload.Competitors)
        {
            competitor.Count = 2_000;
            double rate = 0;
            for (int i = 0; i < 4; i++)
            {
                rate = await Measure(competitor, port);
                await Task.Delay(100);      // lets the JIT's background thread have the core
                competitor.Count = (int)Math.Clamp(rate * seconds * (i + 1) / 4, 2_000, 50_000_000);
            }
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (Competitor competitor in workload.Competitors)
                results[competitor.Name].Add(await Measure(competitor, port));
        }

        double cws = Median(results["ClientWebSocket"]);
        double raw = Median(results["raw socket"]);
        foreach ((string name, List<double> rates) in results)
        {
            double median = Median(rates);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {workload.Name} | {name} | {median:N0} | {rates.Min() / median:0.00}–{rates.Max() / median:0.00} | {median / cws:0.00} | {median / raw:0.00} |"));
        }
    }
}
finally
{
    server.StandardInput.Close();
    await server.WaitForExitAsync();
}

return 0;

string Option(string name, string fallback)
{
    int index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : fallback;
}

static async Task<double> Measure(Competitor competitor, int port)
{
    GC.Collect();
    return competitor.Count / (await competitor.RunAsync(port, competitor.Count)).TotalSeconds;
}

static double Median(List<double> values)
{
    List<double> sorted = [.. values.Order()];
    return sorted[sorted.Count / 2];
}
