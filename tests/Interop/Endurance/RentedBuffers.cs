using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace NetWebSockets.InteropTests.Endurance;

/// <summary>
/// Counts the buffers that have been rented from the array pool and not returned, from the construction on: those of the product, or those of the whole process, which costs less to
/// know.
/// </summary>
internal sealed class RentedBuffers : EventListener
{
    private const int Rented = 1;
    private const int Returned = 3;

    private readonly ConcurrentDictionary<int, ConcurrentStack<string>> _out = [];
    private readonly bool _ofProcess;
    private readonly bool _started;
    private int _count;
    private int _total;

    /// <param name="ofProcess">Whether to count those of the framework and of the test, too.</param>
    public RentedBuffers(bool ofProcess = false)
    {
        _ofProcess = ofProcess;
        _started = true;
        foreach (EventSource source in EventSource.GetSources())
            OnEventSourceCreated(source);
    }

    /// <summary>Buffers that are out.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Buffers that have been rented at all.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>Where those that are out were rented.</summary>
    public string Origins() => string.Join(Environment.NewLine, _out.Values.SelectMany(o => o).GroupBy(o => o).Select(g => $"{g.Count()} times: {g.Key}"));

    /// <summary>Waits until all are back: whatever returns the last one may do so a moment after the socket has closed.</summary>
    /// <returns>Whether they came back in time.</returns>
    public async Task<bool> AllReturnedAsync(TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        while (Count > 0)
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                return false;
            await Task.Delay(5);
        }

        return true;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        // Called by the base's constructor as well, before there is anything to count with.
        if (_started && eventSource.Name == "System.Buffers.ArrayPoolEventSource")
            EnableEvents(eventSource, EventLevel.Verbose);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId is not (Rented or Returned))
            return;
        int id = (int)eventData.Payload![0]!;
        if (eventData.EventId == Rented)
        {
            // It is called on the thread that rents, inside the call.
            if ((_ofProcess ? "somewhere" : Origin()) is not { } origin)
                return;
            Interlocked.Increment(ref _count);
            Interlocked.Increment(ref _total);
            _out.GetOrAdd(id, _ => []).Push(origin);
        }
        else if (_out.TryGetValue(id, out ConcurrentStack<string>? origins) && origins.TryPop(out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    // The product's methods on the stack; null when there is none: the framework and the tests rent, too.
    private static string? Origin()
    {
        List<string> methods = [];
        foreach (StackFrame frame in new StackTrace(fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod() is { DeclaringType: { } type } method && type.Assembly == typeof(NetWebSocket).Assembly)
                methods.Add($"{type.FullName}.{method.Name}");
            else if (methods.Count == 0 && frame.GetMethod()?.DeclaringType?.Namespace is { } space && space.StartsWith("System.Net", StringComparison.Ordinal))
                return null;
            if (methods.Count == 4)
                break;
        }

        return methods.Count == 0 ? null : string.Join(" < ", methods);
    }
}
