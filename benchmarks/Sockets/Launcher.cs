using System.Diagnostics;
using System.Globalization;

namespace NetWebSockets.Benchmarks;

/// <summary>Starts the server on one core and the client on another, both with settings that the runtime reads at its start.</summary>
internal static class Launcher
{
    // Synchronous, for what is started must inherit the core of this very thread.
    public static int Run(string[] args)
    {
        BenchmarkOptions options;
        try
        {
            options = BenchmarkOptions.Parse(args);
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }

        if (options.List)
        {
            foreach (Workload workload in Workload.All(new NodeProcess()))
                Console.WriteLine(workload.Name);
            return 0;
        }

        if (options.Write is not null && options.Only is not null)
        {
            Console.Error.WriteLine("--write writes the whole report and cannot be combined with --only.");
            return 2;
        }

        ProcessStartInfo serverStart = Self("--server");
        serverStart.RedirectStandardOutput = true;
        serverStart.RedirectStandardInput = true;
        Affinity.PinForChildren(1);
        using Process server = Process.Start(serverStart)!;
        string ports = server.StandardOutput.ReadLine() ?? throw new IOException("The server did not start.");
        Affinity.PinForChildren(0);
        using Process client = Process.Start(Self(["--client", ports, .. args]))!;
        client.WaitForExit();
        server.StandardInput.Close();
        server.WaitForExit();
        return client.ExitCode;
    }

    /// <summary>This program again.</summary>
    public static ProcessStartInfo Self(params string[] args) => new(Environment.ProcessPath!, args)
    {
        Environment =
        {
            // A process that saturates its one core starves the tiered JIT: without these, which tier is measured is luck.
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_TC_CallCountingDelayMs"] = "0",
            // The runtime is to behave as on the whole machine, as it does for users, and not as on a machine of one core.
            ["DOTNET_PROCESSOR_COUNT"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
        },
    };
}
