using System.Diagnostics;

namespace NetWebSockets.Benchmarks;

/// <summary>One core for each process, where the operating system can.</summary>
internal static class Affinity
{
    public static bool Possible => (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) && Environment.ProcessorCount > 1;

    /// <summary>
    /// Pins the calling thread (Linux) or the process (Windows). Either way processes that this thread starts from now on are pinned whole,
    /// which a process that is already running cannot do to itself: the threads it has keep their cores.
    /// </summary>
    public static void PinForChildren(int core)
    {
        if ((OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) && Possible)
            Process.GetCurrentProcess().ProcessorAffinity = 1 << core;
    }
}
