using System.Diagnostics;

namespace NetWebSockets.Benchmarks;

/// <summary>What one run of one competitor came to.</summary>
/// <param name="Value">In the unit of the workload.</param>
/// <param name="AllocatedBytes">Managed bytes for one operation (<see cref="Workload.BytesColumn"/> may say otherwise); null where it cannot be known.</param>
internal readonly record struct Measurement(double Value, double? AllocatedBytes)
{
    /// <summary>Operations in a second.</summary>
    public static Measurement Rate(int count, TimeSpan elapsed, double? allocatedBytes = null) => new(count / elapsed.TotalSeconds, allocatedBytes);
}

/// <summary>Takes the time and the allocations of the whole process, from when everything is set up to when all is done.</summary>
internal readonly struct Meter
{
    private readonly long _allocated;
    private readonly long _start;

    private Meter(long allocated, long start) => (_allocated, _start) = (allocated, start);

    public static Meter Start()
    {
        GC.Collect();
        return new Meter(GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
    }

    public Measurement Rate(int count)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        return Measurement.Rate(count, elapsed, Allocated(count));
    }

    /// <summary>The median of ticks of the stopwatch, in microseconds.</summary>
    public Measurement MedianLatency(long[] ticks)
    {
        double allocated = Allocated(ticks.Length);
        Array.Sort(ticks);
        return new Measurement(ticks[ticks.Length / 2] * 1e6 / Stopwatch.Frequency, allocated);
    }

    private double Allocated(int count) => (double)(GC.GetTotalAllocatedBytes(precise: true) - _allocated) / count;
}
