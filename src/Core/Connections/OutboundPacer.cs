using System.Diagnostics;

namespace NetWebSockets.Connections;

/// <summary>
/// Keeps what is written within the rates that the peer takes. A message counts from the moment it is handed to the socket until a whole window after the operating system has taken it: whenever in
/// between it left, no window of that length ever has more than the limit. What the connection itself sends (scripts, heartbeats, acknowledgements) takes its turn before the queue of user sends.
/// </summary>
internal sealed class OutboundPacer : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Window[] _windows;
    private readonly Queue<Waiter> _waiters = new();
    private readonly ITimer _timer;
    private readonly int _maxBytes;
    private int _writing;
    private bool _queueWaits;
    private bool _disposed;

    private OutboundPacer(IReadOnlyList<OutboundLimit> limits, TimeProvider time)
    {
        _time = time;
        _windows = [.. limits.Where(l => l.Messages > 0).Select(l => new Window(l, (long)Math.Ceiling(l.Per.TotalSeconds * time.TimestampFrequency)))];
        _maxBytes = limits.Where(l => l.MaxBytes > 0).Select(l => l.MaxBytes).DefaultIfEmpty(int.MaxValue).Min();
        _timer = time.CreateTimer(static state => ((OutboundPacer)state!).Serve(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes it; null when there is nothing to keep to.</summary>
    public static OutboundPacer? Create(IReadOnlyList<OutboundLimit> limits, TimeProvider time) => limits.Count == 0 ? null : new OutboundPacer(limits, time);

    /// <summary>Whether there is a rate, and not only a size.</summary>
    public bool Paces => _windows.Length > 0;

    /// <summary>Called when the queue may try again.</summary>
    public Action? Freed { get; set; }

    /// <summary>Why a message is not sent at all; null when it may be.</summary>
    public SendException? Refusal(int bytes)
    {
        return bytes <= _maxBytes ? null : new SendException(
            SendOutcome.NotSent, $"The message has {bytes} bytes and the peer takes {_maxBytes} at most (MaxBytes of [OutboundLimit]): send less in one message.");
    }

    /// <summary>Whether one more user's message behind those that wait is over a rate that is not to be waited for.</summary>
    public SendException? RefusalOver(int waiting)
    {
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            foreach (Window window in _windows)
            {
                OutboundLimit limit = window.Limit;
                if (limit.Fails && _writing + waiting + _waiters.Count + window.Recent(now) >= limit.Messages)
                {
                    return new SendException(
                        SendOutcome.NotSent,
                        $"The peer takes {limit.Messages} messages in {limit.Per.TotalSeconds:0.###} s and so many have been sent or wait ([OutboundLimit] with Fail): send it again later.");
                }
            }
        }

        return null;
    }

    /// <summary>Takes a turn for the queue of user sends, which is called when it may try again.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_waiters.Count == 0 && MayWrite(_time.GetTimestamp()))
            {
                _writing++;
                return true;
            }

            _queueWaits = true;
            SetTimer();
            return false;
        }
    }

    /// <summary>Waits for a turn, before the queue of user sends.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; no turn was taken.</exception>
    /// <exception cref="SendException">The connection has ended.</exception>
    public ValueTask TakeAsync(CancellationToken token)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (_disposed)
                return ValueTask.FromException(new SendException(SendOutcome.NotSent, "The connection has ended."));
            if (_waiters.Count == 0 && MayWrite(_time.GetTimestamp()))
            {
                _writing++;
                return default;
            }

            waiter = new Waiter();
            _waiters.Enqueue(waiter);
            SetTimer();
        }

        return WaitAsync(waiter, token);
    }

    /// <summary>The next connection begins, and the one before is gone: what its peer counted of it alone is over.</summary>
    public void OnConnecting()
    {
        lock (_lock)
        {
            foreach (Window window in _windows)
            {
                if (!window.Limit.AcrossConnections)
                    window.Clear();
            }

            if (_waiters.Count > 0 || _queueWaits)
                SetTimer();
        }
    }

    /// <summary>A write is over.</summary>
    /// <param name="left">Whether any of it may have left.</param>
    public void Written(bool left)
    {
        lock (_lock)
        {
            Debug.Assert(_writing > 0, "A turn was taken for it.");
            _writing--;
            if (left)
            {
                long now = _time.GetTimestamp();
                foreach (Window window in _windows)
                    window.Add(now);
            }

            if (_waiters.Count > 0 || _queueWaits)
                SetTimer();
        }
    }

    public void Dispose()
    {
        Waiter[] rest;
        lock (_lock)
        {
            _disposed = true;
            rest = [.. _waiters];
            _waiters.Clear();
        }

        _timer.Dispose();
        foreach (Waiter waiter in rest)
            waiter.TrySetException(new SendException(SendOutcome.NotSent, "The connection has ended."));
    }

    private static async ValueTask WaitAsync(Waiter waiter, CancellationToken token)
    {
        // Whoever settles the waiter decides: a turn that was given is used, a cancelled one was never taken.
        await using (token.UnsafeRegister(static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter).ConfigureAwait(false))
            await waiter.Task.ConfigureAwait(false);
    }

    private void Serve()
    {
        bool queue;
        lock (_lock)
        {
            while (_waiters.TryPeek(out Waiter? waiter) && (waiter.Task.IsCompleted || MayWrite(_time.GetTimestamp())))
            {
                _waiters.Dequeue();

                // Its continuation runs elsewhere.
                if (waiter.TrySetResult())
                    _writing++;
            }

            queue = _queueWaits && _waiters.Count == 0;
            if (queue)
                _queueWaits = false;
            else if (_waiters.Count > 0 && !_disposed)
                SetTimer();
        }

        if (queue)
            Freed?.Invoke();
    }

    // Under the lock, as all that follows.
    private bool MayWrite(long now)
    {
        foreach (Window window in _windows)
        {
            if (_writing + window.Recent(now) >= window.Limit.Messages)
                return false;
        }

        return true;
    }

    // For the moment at which the next one may be written, when that is known. Else the end of a write sets it.
    private void SetTimer()
    {
        if (_disposed)
            return;
        long now = _time.GetTimestamp();
        long wait = 0;
        foreach (Window window in _windows)
        {
            if (window.WaitFor(_writing, now) is not { } one)
                return;
            wait = Math.Max(wait, one);
        }

        // Rounded up to the timer's unit: one too early would find nothing to do.
        double milliseconds = Math.Ceiling(wait * 1000.0 / _time.TimestampFrequency);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }

    private sealed class Waiter() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    // When the last messages were written, in a ring.
    private sealed class Window(OutboundLimit limit, long length)
    {
        private readonly long[] _written = new long[limit.Messages];
        private int _first;
        private int _count;

        public OutboundLimit Limit { get; } = limit;

        public void Add(long now)
        {
            if (_count == _written.Length)
                RemoveFirst();
            _written[(_first + _count++) % _written.Length] = now;
        }

        // Exactly a window ago still counts.
        public int Recent(long now)
        {
            while (_count > 0 && now - _written[_first] > length)
                RemoveFirst();
            return _count;
        }

        // How long until one more may be written; null when that needs a write to end.
        public long? WaitFor(int writing, long now)
        {
            if (writing >= Limit.Messages)
                return null;
            int tooMany = writing + Recent(now) - Limit.Messages + 1;
            return tooMany <= 0 ? 0 : _written[(_first + tooMany - 1) % _written.Length] + length + 1 - now;
        }

        public void Clear() => _count = 0;

        private void RemoveFirst()
        {
            _first = (_first + 1) % _written.Length;
            _count--;
        }
    }
}
