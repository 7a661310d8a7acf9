namespace NetWebSockets.InteropTests.Servers;

/// <summary>The lines that a process says, and those who wait for one.</summary>
internal sealed class SpokenLines
{
    private readonly Lock _lock = new();
    private readonly List<string> _all = [];
    private readonly List<string> _free = [];
    private readonly List<(string Start, TaskCompletionSource<string> Taken)> _waits = [];
    private bool _ended;

    /// <summary>All lines until now.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
                return [.. _all];
        }
    }

    /// <summary>Gives a line to the first who waits for it, or keeps it.</summary>
    public void Add(string line)
    {
        lock (_lock)
        {
            _all.Add(line);
            int at = _waits.FindIndex(wait => line.StartsWith(wait.Start, StringComparison.Ordinal));
            if (at < 0)
            {
                _free.Add(line);
                return;
            }

            _waits[at].Taken.SetResult(line);
            _waits.RemoveAt(at);
        }
    }

    /// <summary>Nothing more will be said.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            foreach ((string start, TaskCompletionSource<string> taken) in _waits)
                taken.SetException(Unsaid(start));
            _waits.Clear();
        }
    }

    /// <summary>Takes the first line that begins so, now or when it comes.</summary>
    public Task<string> TakeAsync(string start)
    {
        lock (_lock)
        {
            int at = _free.FindIndex(line => line.StartsWith(start, StringComparison.Ordinal));
            if (at >= 0)
            {
                string line = _free[at];
                _free.RemoveAt(at);
                return Task.FromResult(line);
            }

            if (_ended)
                return Task.FromException<string>(Unsaid(start));
            TaskCompletionSource<string> taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((start, taken));
            return taken.Task;
        }
    }

    private InvalidOperationException Unsaid(string start) => new($"The server ended without saying '{start}'. It said:\n{string.Join('\n', _all)}");
}
