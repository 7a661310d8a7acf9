namespace Quickstart;

/// <summary>What went out and what came back, so that the sample can tell whether anything was lost.</summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly List<string> _sent = [];
    private readonly List<string> _heard = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];

    public void Sent(string text)
    {
        lock (_gate)
            _sent.Add(text);
    }

    public void Heard(string text)
    {
        lock (_gate)
        {
            _heard.Add(text);
            foreach ((_, TaskCompletionSource reached) in _waiters.Where(w => w.Count <= _heard.Count))
                reached.TrySetResult();
        }
    }

    /// <summary>Waits until that many lines have come back.</summary>
    public Task WhenHeardAsync(int count, CancellationToken cancellationToken)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_heard.Count >= count)
                reached.SetResult();
            else
                _waiters.Add((count, reached));
        }

        return reached.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Compares the three accounts: what was sent, what came back, and what the server remembers.</summary>
    /// <returns>A sentence for each difference; nothing when all agree, in order.</returns>
    public IReadOnlyList<string> Differences(IReadOnlyList<string> remembered)
    {
        lock (_gate)
        {
            List<string> differences =
            [
                .. _sent.Except(_heard).Select(t => $"'{t}' never came back"),
                .. _sent.Except(remembered).Select(t => $"the server does not know '{t}'"),
                .. _heard.GroupBy(t => t).Where(g => g.Count() > 1).Select(g => $"'{g.Key}' came back {g.Count()} times"),
            ];
            if (differences.Count == 0 && !_heard.SequenceEqual(_sent))
                differences.Add("the lines came back in another order");
            return differences;
        }
    }

    public override string ToString()
    {
        lock (_gate)
            return $"{_sent.Count} sent, {_heard.Count} came back";
    }
}
