using System.Threading.Tasks.Sources;

namespace NetWebSockets.Sockets;

/// <summary>Someone who waits until a message of a <see cref="SendQueue"/> has been written. Pooled by its queue: a wait allocates nothing.</summary>
internal sealed class SendWaiter : IValueTaskSource
{
    private readonly SendQueue _queue;
    private ManualResetValueTaskSourceCore<bool> _core;

    public SendWaiter(SendQueue queue) => _queue = queue;

    /// <summary>The number of the message that is waited for.</summary>
    public long Sequence { get; private set; }

    /// <summary>The next waiter in the queue, whose number is not lower; in the pool, the next of the pool.</summary>
    public SendWaiter? Next { get; set; }

    public ValueTask Task => new(this, _core.Version);

    /// <param name="sequence">The number of the message.</param>
    /// <param name="inline">Whether who waits goes on on the thread that wrote.</param>
    public void Start(long sequence, bool inline)
    {
        Sequence = sequence;
        _core.RunContinuationsAsynchronously = !inline;
    }

    public void SetWritten() => _core.SetResult(true);

    public void SetFailed(Exception exception) => _core.SetException(exception);

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            _queue.Return(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
