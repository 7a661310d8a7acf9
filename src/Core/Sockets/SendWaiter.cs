using System.Threading.Tasks.Sources;

namespace NetWebSockets.Sockets;

/// <summary>Someone who waits until a message of a <see cref="SendQueue"/> has been written. Pooled: a wait allocates nothing.</summary>
internal sealed class SendWaiter : IValueTaskSource
{
    private const int PoolSize = 32;

    private static readonly SendWaiter?[] Pool = new SendWaiter?[PoolSize];

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>The number of the message that is waited for.</summary>
    public long Sequence { get; private set; }

    /// <summary>The next waiter in the queue, whose number is not lower.</summary>
    public SendWaiter? Next { get; set; }

    public static SendWaiter Rent(long sequence)
    {
        SendWaiter? waiter = null;
        for (int i = 0; i < PoolSize && waiter is null; i++)
        {
            if (Volatile.Read(ref Pool[i]) is not null)
                waiter = Interlocked.Exchange(ref Pool[i], null);
        }

        waiter ??= new SendWaiter();
        waiter.Sequence = sequence;
        return waiter;
    }

    public ValueTask Task => new(this, _core.Version);

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
            Next = null;
            for (int i = 0; i < PoolSize; i++)
            {
                if (Interlocked.CompareExchange(ref Pool[i], this, null) is null)
                    break;
            }
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
