namespace NetWebSockets.Sessions;

/// <summary>Answers one question for credentials, and makes an entry of the answer; null when it was called off.</summary>
/// <param name="cancellationToken">Cancelled when nobody waits any more.</param>
/// <returns>The entry.</returns>
internal delegate Task<AuthEntry?> LoginQuestion(CancellationToken cancellationToken);

/// <summary>The questions for credentials that are open: handshakes which meet the same challenge at the same time share one.</summary>
internal sealed class LoginQuestions
{
    private readonly Lock _lock = new();
    private Dictionary<AuthKey, Question> _open = [];

    /// <summary>How many wait for an answer.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_lock)
                return _open.Values.Sum(static question => question.Waiting);
        }
    }

    /// <summary>Asks, or joins who has asked.</summary>
    /// <param name="key">What for.</param>
    /// <param name="question">Asks.</param>
    /// <param name="cancellationToken">Ends the wait of this one; the question itself ends when nobody waits any more.</param>
    /// <returns>The answer.</returns>
    public async Task<AuthEntry?> AskAsync(AuthKey key, LoginQuestion question, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Question? open;
        lock (_lock)
        {
            if (!_open.TryGetValue(key, out open))
            {
                open = new Question();
                _open.Add(key, open);
                // It has its own thread: a handler that blocks must not hold up those who join, nor the one that asks.
                open.Answer = Task.Run(() => RunAsync(key, open, question), CancellationToken.None);
                // When nobody waits any more: what it throws has been logged.
                _ = open.Answer.ContinueWith(
                    static answer => _ = answer.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }

            open.Waiting++;
        }

        try
        {
            return await open.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(key, open);
        }
    }

    /// <summary>Who asks from here on asks anew. Those who wait get the answer to their question.</summary>
    public void Forget()
    {
        lock (_lock)
            _open = [];
    }

    private async Task<AuthEntry?> RunAsync(AuthKey key, Question open, LoginQuestion question)
    {
        try
        {
            return await question(open.Ending.Token).ConfigureAwait(false);
        }
        finally
        {
            Close(key, open);
        }
    }

    private void Leave(AuthKey key, Question open)
    {
        lock (_lock)
        {
            if (--open.Waiting > 0)
                return;
        }

        Close(key, open);
        if (!open.Answer.IsCompleted)
            open.Ending.Cancel();
    }

    private void Close(AuthKey key, Question open)
    {
        lock (_lock)
        {
            if (_open.TryGetValue(key, out Question? known) && known == open)
                _open.Remove(key);
        }
    }

    // Its source of cancellation has no timer and is collected with it: the handler may look at the token for longer than anybody waits.
#pragma warning disable CA1001
    private sealed class Question
#pragma warning restore CA1001
    {
        public CancellationTokenSource Ending { get; } = new();

        public Task<AuthEntry?> Answer { get; set; } = Task.FromResult<AuthEntry?>(null);

        public int Waiting { get; set; }
    }
}
