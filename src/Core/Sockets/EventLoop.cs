namespace NetWebSockets.Sockets;

/// <summary>One at a time, in order: the task source of one socket (HTML, event loops). Whoever is inside is the only one.</summary>
internal sealed class EventLoop : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<Action> _tasks = new();
    private bool _busy;

    /// <summary>Queues a task, to run after those before it.</summary>
    public void Post(Action task)
    {
        lock (_lock)
        {
            _tasks.Enqueue(task);
            if (_busy)
                return;
            _busy = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Becomes the running task, when none runs and none waits.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_busy)
                return false;
            _busy = true;
            return true;
        }
    }

    /// <summary>Ends what <see cref="TryEnter"/> began.</summary>
    public void Exit()
    {
        lock (_lock)
        {
            if (_tasks.Count == 0)
            {
                _busy = false;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            Action task;
            lock (_lock)
            {
                if (!_tasks.TryDequeue(out task!))
                {
                    _busy = false;
                    return;
                }
            }

            task();
        }
    }
}
