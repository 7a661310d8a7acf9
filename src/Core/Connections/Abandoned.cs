namespace NetWebSockets.Connections;

/// <summary>Work of others that does not end when it is asked to.</summary>
internal static class Abandoned
{
    /// <summary>Waits for work only as long as a token says, even when the work itself does not look at it.</summary>
    public static async ValueTask WaitAsync(ValueTask work, CancellationToken token)
    {
        if (work.IsCompleted)
        {
            await work.ConfigureAwait(false);
            return;
        }

        Task task = work.AsTask();
        try
        {
            await task.WaitAsync(token).ConfigureAwait(false);
        }
        finally
        {
            Observe(task);
        }
    }

    /// <inheritdoc cref="WaitAsync(ValueTask, CancellationToken)"/>
    public static async ValueTask<T> WaitAsync<T>(ValueTask<T> work, CancellationToken token)
    {
        if (work.IsCompleted)
            return await work.ConfigureAwait(false);
        Task<T> task = work.AsTask();
        try
        {
            return await task.WaitAsync(token).ConfigureAwait(false);
        }
        finally
        {
            Observe(task);
        }
    }

    /// <summary>Keeps a failure that nobody waits for any more from being reported as an unobserved one: what ended the wait has been reported.</summary>
    public static void Observe(Task task)
    {
        if (!task.IsCompleted)
            _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        else
            _ = task.Exception;
    }
}
