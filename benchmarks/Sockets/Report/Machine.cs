using System.Globalization;
using System.Runtime.InteropServices;

namespace NetWebSockets.Benchmarks.Report;

/// <summary>What the figures were measured on, as far as it matters for them; nothing that tells whose machine it is.</summary>
internal sealed record Machine(int Cores, string Cpu, string Kernel, string Architecture, double? LoadBefore)
{
    public static Machine Read()
    {
        string cpu = "unknown";
        double? load = null;
        if (OperatingSystem.IsLinux())
        {
            cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? cpu;
            load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        }
        else if (OperatingSystem.IsWindows())
        {
            cpu = Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? cpu;
        }

        return new Machine(Environment.ProcessorCount, cpu, $"{RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version}", RuntimeInformation.ProcessArchitecture.ToString(), load);
    }
}
