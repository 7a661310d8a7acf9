using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace NetWebSockets.Connections;

/// <summary>Where a send stands that did not complete at once. Changed only under the queue's lock.</summary>
internal enum PendingSendState
{
    New,
    Waiting,
    Queued,
    Writing,
    PutBack,
    Gone,
}

/// <summary>
/// A send that did not complete at once, with its own copy of the message. Pooled: it goes back when both its caller has taken the
/// outcome and the queue has let go of it.
/// </summary>
internal sealed class PendingSend : IValueTaskSource
{
    private readonly SendQueue _queue;
    private readonly Action _onWritten;
    private ManualResetValueTaskSourceCore<bool> _core;
    private ISendObserver? _observer;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _write;
    private CancellationTokenRegistration _registration;
    private byte[] _buffer = [];
    private int _length;
    private int _owners;

    public PendingSend(SendQueue queue)
    {
        _queue = queue;
        _onWritten = OnWritten;
        // The outcome is set on the pump, or under the hands of another sender: a caller's code must not run there.
        _core.RunContinuationsAsynchronously = true;
    }

    // Links and marks of the queue, guarded by its lock.
    public PendingSend? Next { get; set; }

    public PendingSend? Previous { get; set; }

    public PendingSendState State { get; set; }

    /// <summary>The order of sends. A send that is put back keeps it.</summary>
    public long Sequence { get; set; }

    /// <summary>Whether it was held back and has to go out before the connection is ready.</summary>
    public bool Held { get; set; }

    public SocketLease? Lease { get; set; }

    /// <summary>Whether the caller has its outcome (its token was cancelled while the message was being written).</summary>
    public bool Abandoned { get; set; }

    public MessageKind Kind { get; private set; }

    public bool Idempotent { get; private set; }

    public CancellationToken Token { get; private set; }

    public int Length => _length;

    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(0, _length);

    public void Start(MessageKind kind, ReadOnlySpan<byte> payload, bool idempotent, ISendObserver? observer, CancellationToken token)
    {
        _observer = observer;
        Kind = kind;
        Idempotent = idempotent;
        Token = token;
        Abandoned = Held = false;
        Sequence = 0;
        State = PendingSendState.New;
        _length = payload.Length;
        _buffer = payload.IsEmpty ? [] : ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(_buffer);
        _owners = 2;
    }

    /// <summary>Listens to the caller's token. Called before the queue may end the send: by then nobody may touch it.</summary>
    public void ListenToToken()
    {
        if (Token.CanBeCanceled)
            _registration = Token.UnsafeRegister(static send => ((PendingSend)send!)._queue.Cancel((PendingSend)send!), this);
    }

    public ValueTask Task => new(this, _core.Version);

    /// <summary>Calls the queue when the write is over.</summary>
    public void Await(ValueTask write)
    {
        _write = write.ConfigureAwait(false).GetAwaiter();
        _write.UnsafeOnCompleted(_onWritten);
    }

    public void SetSent(long number)
    {
        if (_observer is not { } observer)
        {
            _core.SetResult(true);
            return;
        }

        LeaveObserver();
        observer.OnSent(number);
    }

    public void SetFailed(Exception exception)
    {
        if (_observer is not { } observer)
        {
            _core.SetException(exception);
            return;
        }

        LeaveObserver();
        observer.OnSendFailed(exception);
    }

    /// <summary>The queue, or the caller, is done with it.</summary>
    public void Release(bool byQueue)
    {
        if (byQueue)
        {
            // The message is not needed any more, even when its caller never looks at the outcome.
            byte[] buffer = _buffer;
            _buffer = [];
            if (buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(buffer);
        }

        if (Interlocked.Decrement(ref _owners) > 0)
            return;
        _core.Reset();
        _observer = null;
        _write = default;
        Lease = null;
        Token = default;
        _queue.Recycle(this);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token)
    {
        // Also throws when the task is awaited twice, before anything below is touched.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The outcome of a send was asked for before it was there: await the task.");
        // Waits for a running cancellation callback, which must not meet the next use of this object.
        _registration.Dispose();
        _registration = default;
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            Release(byQueue: false);
        }
    }

    /// <summary>It is not needed after all.</summary>
    public void Discard()
    {
        _registration.Dispose();
        _registration = default;
        Release(byQueue: true);
        Release(byQueue: false);
    }

    // An observer never asks: it is told, and this goes back to the pool before that.
    private void LeaveObserver()
    {
        // Waits for a running cancellation callback, which must not meet the next use of this object.
        _registration.Dispose();
        _registration = default;
        Release(byQueue: false);
    }

    private void OnWritten()
    {
        Exception? failure = null;
        try
        {
            _write.GetResult();
        }
        catch (Exception e)
        {
            failure = e; // Becomes the outcome of this send.
        }

        _queue.Written(this, failure);
    }
}
