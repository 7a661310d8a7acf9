using System.Diagnostics;

namespace NetWebSockets.Fuzz;

/// <summary>How a run ended.</summary>
/// <param name="Cases">How many inputs were run.</param>
/// <param name="Kept">How many inputs led to something new and were kept to be mutated.</param>
/// <param name="Failure">What failed; null when nothing did.</param>
/// <param name="Input">The input that failed.</param>
internal sealed record FuzzResult(long Cases, int Kept, Exception? Failure, byte[]? Input);

/// <summary>Runs mutated inputs against a target until one fails.</summary>
internal static class FuzzRun
{
    // A case takes milliseconds. One that takes as long as this hangs.
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    /// <param name="target">The target.</param>
    /// <param name="seed">Which inputs are made.</param>
    /// <param name="isOver">Asked before each case, with the number of those that were run.</param>
    /// <param name="onCase">Told of each case before it runs.</param>
    public static async Task<FuzzResult> RunAsync(FuzzTarget target, int seed, Func<long, bool> isOver, Action<byte[]>? onCase = null)
    {
        List<byte[]> corpus = Corpus.Load(target);
        int given = corpus.Count;
        HashSet<string> seen = [];
        var mutator = new Mutator(new Random(seed), target);
        List<Exception> unobserved = [];
        EventHandler<UnobservedTaskExceptionEventArgs> onUnobserved = (_, e) =>
        {
            lock (unobserved)
                unobserved.Add(e.Exception);
        };

        // Tasks that other tests of this process left behind are told of now, and not as the target's.
        CollectGarbage();
        CollectGarbage();
        TaskScheduler.UnobservedTaskException += onUnobserved;
        long cases = 0;
        byte[] input = [];
        try
        {
            // First all of the corpus as it is: what was found once must not come back.
            for (; cases < given || !isOver(cases); cases++)
            {
                input = cases < given ? corpus[(int)cases] : mutator.Next(corpus);
                onCase?.Invoke(input);
                if (seen.Add(await RunOneAsync(target, input)) && cases >= given)
                    corpus.Add(input);
            }

            // What a finalizer finds in tasks that nobody looked at; the input is one of many then.
            CollectGarbage();
            lock (unobserved)
            {
                return unobserved.Count == 0
                    ? new FuzzResult(cases, corpus.Count - given, null, null)
                    : new FuzzResult(cases, corpus.Count - given, new FuzzFailureException("A task failed and nobody looked at it.", unobserved[0]), input);
            }
        }
        catch (Exception failure)
        {
            return new FuzzResult(cases, corpus.Count - given, failure, input);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= onUnobserved;
        }
    }

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>Runs one input.</summary>
    /// <exception cref="FuzzFailureException">A defect; so is every other exception.</exception>
    public static async Task<string> RunOneAsync(FuzzTarget target, byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ValueTask<string> run = target.RunAsync(input);
        if (run.IsCompleted)
        {
            string outcome = await run;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return allocated <= target.MaxAllocated || target.MaxAllocated is null
                ? outcome
                : throw new FuzzFailureException($"The case allocated {allocated} bytes; {target.MaxAllocated} are the most that its limits allow.");
        }

        try
        {
            return await run.AsTask().WaitAsync(Watchdog);
        }
        catch (TimeoutException exception)
        {
            throw new FuzzFailureException($"The case was not over after {Watchdog.TotalSeconds} s.", exception);
        }
    }

    /// <summary>Writes the input of a failure and tells how to run it again.</summary>
    public static string Report(FuzzTarget target, int seed, FuzzResult result)
    {
        string folder = Path.Combine(Path.GetTempPath(), "netwebsockets-fuzz");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{target.Name}-{seed}-{result.Cases}.bin");
        File.WriteAllBytes(file, result.Input ?? []);
        return $"""
            Target '{target.Name}', seed {seed}, case {result.Cases}: {result.Failure}
            The input, {result.Input?.Length} bytes: {Convert.ToHexString(result.Input.AsSpan(0, Math.Min(256, result.Input?.Length ?? 0)))}
            Again: dotnet run --project tests/Fuzz -- --target {target.Name} --replay {file}
            """;
    }

    /// <summary>Cases until an amount of time has passed.</summary>
    public static Func<long, bool> For(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        return _ => clock.Elapsed >= time;
    }

    /// <summary>A number of cases.</summary>
    public static Func<long, bool> Cases(long count) => cases => cases >= count;
}
