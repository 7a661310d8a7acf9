namespace NetWebSockets.Tests;

/// <summary>Measures exactly what code allocates on the thread that runs it.</summary>
internal static class Allocations
{
    private const int MostRounds = 20;

    /// <summary>The bytes that a piece of work allocates. It is run several times.</summary>
    /// <remarks>
    /// A collection that other threads bring about may, once, count what is left of this thread's allocation buffer, up to 8 KiB, with nothing allocated at all. So a figure holds when
    /// it comes twice in a row.
    /// </remarks>
    public static long Of(Action work)
    {
        long last = Once(work);
        for (int round = 0; round < MostRounds; round++)
        {
            long again = Once(work);
            if (again == last)
                return again;
            last = again;
        }

        return last;
    }

    /// <summary>The bytes that a thousand runs allocate, after a thousand that are not counted.</summary>
    public static long OfThousand(Action once)
    {
        Thousand();
        return Of(Thousand);

        void Thousand()
        {
            for (int i = 0; i < 1000; i++)
                once();
        }
    }

    private static long Once(Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
