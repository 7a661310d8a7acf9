namespace NetWebSockets.InteropTests.Endurance;

/// <summary>How much memory the process takes from the construction on.</summary>
internal sealed class MemoryWatch
{
    private readonly long _held = GC.GetTotalMemory(forceFullCollection: true);
    private readonly long _allocated = GC.GetTotalAllocatedBytes(precise: true);

    /// <summary>The most that was held at one time, when it was looked at, beyond what was held in the beginning.</summary>
    public long Peak { get; private set; }

    /// <summary>All that was allocated.</summary>
    public long Allocated => GC.GetTotalAllocatedBytes(precise: true) - _allocated;

    /// <summary>Looks.</summary>
    public void Sample() => Peak = Math.Max(Peak, GC.GetTotalMemory(forceFullCollection: false) - _held);
}
