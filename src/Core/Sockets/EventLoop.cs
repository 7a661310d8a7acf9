namespace NetWebSockets.Sockets;

/// <summary>One at a time, in order: the task source of one socket (HTML, event loops). Whoever is inside is the only one.</summary>
internal sealed class EventLoop : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private Queue<Action>? _tasks;      // none while nothing waits: an idle socket should be small
    private bool _busy;

    /// <summary>Queues a task, to run after those before it.</summary>
    public void Post(Action task)
    {
        lock (_lock)
        {
            (_tasks ??= new Queue<Action>(1)).Enqueue(task);
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
            if (_tasks is null)
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
                if (_tasks is null)
                {
                    _busy = false;
                    return;
                }

                task = _tasks.Dequeue();
                if (_tasks.Count == 0)
                    _tasks = null;
            }

            task();
        }
    }
}
