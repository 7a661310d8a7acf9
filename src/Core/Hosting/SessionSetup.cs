namespace NetWebSockets.Hosting;

/// <summary>The steps that set one session up. Each is run until it has succeeded once, in order, before anything connects through it.</summary>
internal sealed class SessionSetup(NetSession session) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Queue<Func<NetSession, Task>> _steps = new();

    public void Add(Func<NetSession, Task> step)
    {
        lock (_steps)
            _steps.Enqueue(step);
    }

    /// <exception cref="Exception">What a step threw; the next call runs it again.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (Next() is { } step)
            {
                await step(session).WaitAsync(cancellationToken).ConfigureAwait(false);
                lock (_steps)
                    _steps.Dequeue();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private Func<NetSession, Task>? Next()
    {
        lock (_steps)
            return _steps.TryPeek(out Func<NetSession, Task>? step) ? step : null;
    }
}
