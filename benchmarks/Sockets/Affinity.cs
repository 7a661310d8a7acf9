using System.Diagnostics;

namespace NetWebSockets.Benchmarks;

/// <summary>One core for each process, where the operating system can.</summary>
internal static class Affinity
{
    public static void Pin(int core)
    {
        if ((OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) && Environment.ProcessorCount > core)
            Process.GetCurrentProcess().ProcessorAffinity = 1 << core;
    }
}
