using System.Diagnostics;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>
/// The calls of one client that wait for a reply. A call is taken out exactly once: by its reply, its time-out, its caller's token, a
/// failed send, a drop, or the end; whoever takes it ends it.
/// </summary>
/// <remarks>
/// There is one timer for all calls, set to the nearest time-out. It looks no more often than every <see cref="Granularity"/>, so that
/// a call may time out that much later than it asked for, never earlier.
/// </remarks>
internal sealed class CallTable : IDisposable
{
    /// <summary>How much later than asked for a call may time out.</summary>
    public static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(25);

    private const int MostSpares = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, PendingCall> _pending = [];
    private readonly string _client;
    private readonly PumpGate _gate;
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private readonly Stack<CancellationTokenSource> _spareCancellations = new();

    // Calls that their callers have abandoned while the peer had their requests: they are in flight all the same, and keep others from their turn.
    private readonly Dictionary<long, PendingCall> _abandoned = [];
    private ITimer? _timer;
    private long _due = long.MaxValue;
    private int _count;
    private long _lastId;
    private long _drops;
    private bool _ended;
    private Exception? _cause;

    /// <summary>Creates the table.</summary>
    /// <param name="client">The name of the client, for metrics.</param>
    /// <param name="gate">Told of every call that begins and ends, so that a full stream does not keep a reply from it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="capacity">How many calls may be pending at once.</param>
    public CallTable(string client, PumpGate gate, TimeProvider time, int capacity)
    {
        _client = client;
        _gate = gate;
        _time = time;
        _capacity = capacity;
    }

    /// <summary>Whether any call is pending.</summary>
    public bool Any => Volatile.Read(ref _count) > 0;

    /// <summary>Lets no more calls be in flight than the peer takes; null when it takes any number.</summary>
    public CallTurns? Turns { get; init; }

    /// <summary>Counts up the id of the next call, from 1.</summary>
    /// <returns>The id.</returns>
    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Whether an id was given to a call of this client, pending or not.</summary>
    /// <param name="id">The id.</param>
    /// <returns>Whether it was.</returns>
    public bool WasIssued(long id) => id > 0 && id <= Interlocked.Read(ref _lastId);

    /// <summary>Puts a call in, under its id. Its time begins.</summary>
    /// <param name="call">The call.</param>
    /// <exception cref="CallException">As many calls are pending as may be, or the client has ended: nothing was sent.</exception>
    public void Add(PendingCall call)
    {
        bool timed = call.Timeout != Timeout.InfiniteTimeSpan;
        if (timed || NetWebSocketMetrics.CallDurationEnabled)
            call.Started = _time.GetTimestamp();

        call.Table = this;
        lock (_lock)
        {
            call.SendCancellation = _spareCancellations.TryPop(out CancellationTokenSource? spare) ? spare : new CancellationTokenSource();
            if (_ended)
                throw new CallException(call.Method, SendOutcome.NotSent, $"'{call.Method}' was not called: the client has {(_cause is null ? "been closed" : "failed for good")}.", _cause);
            if (_pending.Count >= _capacity)
                throw new CallException(call.Method, SendOutcome.NotSent, $"'{call.Method}' was not called: {_capacity} calls are pending already. Await some of them first, or raise WebSocketClientOptions.MaxPendingCalls.");
            _pending.Add(call.Id, call);
            Volatile.Write(ref _count, _pending.Count);
            long deadline = DeadlineOf(call);
            if (deadline < _due)
                SetTimer(deadline);
        }

        _gate.CallStarted();
    }

    /// <summary>Finds a pending call without taking it.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The call, or null.</returns>
    public PendingCall? Find(long id)
    {
        lock (_lock)
            return _pending.GetValueOrDefault(id);
    }

    /// <summary>Takes a call out to end it by its reply; <see cref="Report"/> it then.</summary>
    /// <param name="call">The call.</param>
    /// <returns>False when somebody else has taken it.</returns>
    public bool TryTake(PendingCall call)
    {
        lock (_lock)
        {
            if (!Remove(call))
                return false;
        }

        LetGo(call);
        Turns?.End(call.Id);
        return true;
    }

    /// <summary>An item of a streamed call has come: from the first on, neither its time-out nor its turn matters.</summary>
    /// <param name="call">The call.</param>
    /// <returns>False when it has ended.</returns>
    public bool MarkAnswered(PendingCall call)
    {
        lock (_lock)
        {
            if (!_pending.ContainsKey(call.Id))
                return false;
            if (call.Answered)
                return true;
            call.Answered = true;
        }

        _gate.CallEnded();
        Turns?.End(call.Id);
        return true;
    }

    /// <summary>A reply came to a call that had ended.</summary>
    /// <param name="id">The id in it.</param>
    public void OnLateReply(long id)
    {
        if (Turns is not { } turns)
            return;
        lock (_lock)
        {
            if (!_abandoned.Remove(id))
                return;
        }

        turns.End(id);
    }

    /// <summary>Hands a request to the connection when its call has its turn; otherwise it waits.</summary>
    /// <param name="call">The call, which is in here.</param>
    /// <param name="payload">The request.</param>
    /// <param name="idempotent">Whether it may be sent again when its outcome was unknown.</param>
    /// <returns>True when the caller is to send it now.</returns>
    public bool TakeTurn(PendingCall call, ReadOnlyMemory<byte> payload, bool idempotent)
    {
        if (Turns is not { } turns)
            return true;
        bool hasTurn = turns.TryBegin(call, payload, idempotent);
        if (Find(call.Id) is not null)
            return hasTurn;

        // It ended before it was in line, so whoever ended it could not take it out.
        if (hasTurn || turns.Leave(call.Id))
            call.Observer.OnSendFailed(new SendException(SendOutcome.NotSent, "The call ended before its turn came."));
        return false;
    }

    /// <summary>Counts a call that has been taken.</summary>
    /// <param name="call">The call.</param>
    /// <param name="outcome">How it ended: one of <see cref="CallOutcomes"/>.</param>
    public void Report(PendingCall call, string outcome)
    {
        if (call.Started != 0 && NetWebSocketMetrics.CallDurationEnabled)
            NetWebSocketMetrics.CallEnded(_client, call.Method, _time.GetElapsedTime(call.Started), outcome);
    }

    /// <summary>The request of a call was written.</summary>
    /// <param name="call">The call.</param>
    /// <param name="socket">The number of the socket.</param>
    public void MarkSent(PendingCall call, long socket)
    {
        bool timedOut;
        bool dropped = false;
        lock (_lock)
        {
            call.SentOn = socket;
            Recycle(call);
            timedOut = call.TimedOutBeforeSent;
            if (!timedOut && (socket < _drops || _ended))
                dropped = Remove(call);
        }

        if (timedOut)
        {
            call.Fail(new CallTimeoutException(call.Method, SendOutcome.Sent, call.Timeout));
            Turns?.End(call.Id);
        }

        if (dropped)
            EndDropped(call, _cause);
        else if (call.Abandoned)
            call.GiveUp();
    }

    /// <summary>The request of a call could not be written.</summary>
    /// <param name="call">The call.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="error">Why.</param>
    public void MarkNotSent(PendingCall call, SendOutcome outcome, Exception error)
    {
        bool timedOut;
        bool taken = false;
        bool goesOn;
        lock (_lock)
        {
            Recycle(call);
            timedOut = call.TimedOutBeforeSent;
            if (!timedOut)
                taken = Remove(call);

            // What the token found half written goes on: the peer will have it.
            goesOn = outcome == SendOutcome.Unknown && error is SendCanceledException;
            if (!goesOn)
                _abandoned.Remove(call.Id);
        }

        if (timedOut)
        {
            call.Fail(new CallTimeoutException(call.Method, outcome, call.Timeout));
        }
        else if (taken)
        {
            OnTaken(call, error is SendException ? CallOutcomes.Dropped : CallOutcomes.Failed);
            string what = outcome == SendOutcome.NotSent ? "was not sent" : "may or may not have been sent";
            call.Fail(new CallException(call.Method, outcome, $"The request '{call.Method}' {what}: {error.Message}", error));
        }

        if (goesOn && call.Abandoned)
            call.GiveUp();
        if (!goesOn || timedOut)
            Turns?.End(call.Id);
    }

    /// <summary>The caller's token was cancelled: the call is abandoned, and its request taken back when it is still queued.</summary>
    /// <param name="call">The call.</param>
    /// <param name="token">The token.</param>
    public void Cancel(PendingCall call, CancellationToken token)
    {
        if (!Abandon(call, out _))
            return;
        call.Cancel(token);
        call.SendCancellation?.Cancel();
    }

    /// <summary>The reader of a streamed call has gone: its request is taken back when it is still queued, and the peer told when it has it.</summary>
    /// <param name="call">The call.</param>
    public void Forget(PendingCall call)
    {
        if (!Abandon(call, out bool sent))
            return;
        if (sent)
            call.GiveUp();
        else
            call.SendCancellation?.Cancel();
    }

    /// <summary>A socket is gone: every call that went out on it fails. Those still queued stay.</summary>
    /// <param name="cause">Why.</param>
    public void OnDropped(Exception cause)
    {
        List<PendingCall>? lost = null;
        long[] over = [];
        lock (_lock)
        {
            _drops++;
            foreach (PendingCall call in _pending.Values)
            {
                if (call.SentOn >= 0 && call.SentOn < _drops)
                    (lost ??= []).Add(call);
            }

            lost?.ForEach(c => Remove(c));
            if (_abandoned.Count > 0)
            {
                // Those that were still queued are being taken back: none goes out on another socket.
                over = [.. _abandoned.Keys];
                _abandoned.Clear();
            }
        }

        lost?.ForEach(c => EndDropped(c, cause));
        foreach (long id in over)
            Turns?.End(id);
    }

    /// <summary>The connection has ended: every call whose request went out fails; the others as soon as the connection says what became of them.</summary>
    /// <param name="cause">The fatal failure, or null.</param>
    public void OnEnded(Exception? cause)
    {
        List<PendingCall>? lost = null;
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            _cause = cause;
            foreach (PendingCall call in _pending.Values)
            {
                if (call.SentOn >= 0)
                    (lost ??= []).Add(call);
            }

            lost?.ForEach(c => Remove(c));
        }

        lost?.ForEach(c => EndDropped(c, cause));
        Turns?.Close().ForEach(c => c.Observer.OnSendFailed(new SendException(
            SendOutcome.NotSent, cause is null ? "the client was closed." : $"the client has failed for good. {cause.Message}", cause)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
            _due = long.MinValue;
        }
    }

    private bool Abandon(PendingCall call, out bool sent)
    {
        lock (_lock)
        {
            sent = call.SentOn >= 0 || call.Answered;
            if (!Remove(call))
                return false;
            call.Abandoned = true;
            if (Turns is not null && !call.Answered)
                _abandoned.Add(call.Id, call);
        }

        if (Turns?.Leave(call.Id) == true)
        {
            lock (_lock)
                _abandoned.Remove(call.Id);
        }

        OnTaken(call, CallOutcomes.Canceled);
        return true;
    }

    // Under the lock.
    private bool Remove(PendingCall call)
    {
        if (!_pending.Remove(call.Id))
            return false;
        Volatile.Write(ref _count, _pending.Count);
        return true;
    }

    private void EndDropped(PendingCall call, Exception? cause)
    {
        OnTaken(call, CallOutcomes.Dropped);
        Turns?.End(call.Id);
        call.Fail(new CallException(
            call.Method,
            SendOutcome.Sent,
            cause is null
                ? $"The client was closed before the reply to '{call.Method}' came. The request had been sent."
                : $"The connection dropped before the reply to '{call.Method}' came. The request had been sent. {cause.Message}",
            cause));
    }

    private void OnTaken(PendingCall call, string outcome)
    {
        LetGo(call);
        Report(call, outcome);
    }

    private void LetGo(PendingCall call)
    {
        if (!call.Answered)
            _gate.CallEnded();
        call.StopWatching();
    }

    // Under the lock. Whoever has abandoned the call still holds its source and will cancel it.
    private void Recycle(PendingCall call)
    {
        if (!call.Abandoned && _spareCancellations.Count < MostSpares && call.SendCancellation is { } cancellation && cancellation.TryReset())
            _spareCancellations.Push(cancellation);
        call.SendCancellation = call.Abandoned ? call.SendCancellation : null;
    }

    // Under the lock.
    private void SetTimer(long due)
    {
        if (_due == long.MinValue)
            return;
        _due = due;
        TimeSpan wait = due == long.MaxValue ? Timeout.InfiniteTimeSpan : Remaining(due);
        if (_timer is not null)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }

        _timer = QuietTimer.Create(_time, static state => ((CallTable)state!).OnTimer(), this, wait);
    }

    // Rounded up to whole milliseconds, the clock's unit for timers: one too early would find nothing due. Capped at what a timer
    // takes; it then merely looks once more.
    private TimeSpan Remaining(long due)
    {
        double milliseconds = Math.Ceiling((due - _time.GetTimestamp()) * 1000.0 / _time.TimestampFrequency);
        return TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, int.MaxValue));
    }

    // When its time runs out, as the clock's timestamp.
    private long DeadlineOf(PendingCall call) =>
        call.Timeout == Timeout.InfiniteTimeSpan || call.Answered ? long.MaxValue : call.Started + (long)(call.Timeout.TotalSeconds * _time.TimestampFrequency);

    private void OnTimer()
    {
        List<PendingCall>? late = null;
        List<long>? unanswered = null;
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            long next = long.MaxValue;
            foreach (PendingCall call in _pending.Values)
            {
                long deadline = DeadlineOf(call);
                if (deadline <= now)
                    (late ??= []).Add(call);
                else if (deadline < next)
                    next = deadline;
            }

            foreach (PendingCall call in _abandoned.Values)
            {
                long deadline = DeadlineOf(call);
                if (deadline <= now)
                    (unanswered ??= []).Add(call.Id);
                else if (deadline < next)
                    next = deadline;
            }

            unanswered?.ForEach(id => _abandoned.Remove(id));
            if (late is not null)
            {
                foreach (PendingCall call in late)
                {
                    Remove(call);
                    call.Abandoned = true;
                    call.TimedOutBeforeSent = call.SentOn < 0;
                }
            }

            if (next != long.MaxValue)
                next = Math.Max(next, now + (long)(Granularity.TotalSeconds * _time.TimestampFrequency));
            SetTimer(next);
        }

        unanswered?.ForEach(id => Turns?.End(id));
        if (late is null)
            return;
        foreach (PendingCall call in late)
        {
            OnTaken(call, CallOutcomes.Timeout);
            if (Turns?.Leave(call.Id) == true)
            {
                call.Fail(new CallTimeoutException(call.Method, SendOutcome.NotSent, call.Timeout));
            }
            else if (call.TimedOutBeforeSent)
            {
                // The end of the send says whether the peer may have seen the request; that ends the call.
                Debug.Assert(call.SendCancellation is not null, "A call that is not sent yet can be taken back.");
                call.SendCancellation.Cancel();
            }
            else
            {
                call.Fail(new CallTimeoutException(call.Method, SendOutcome.Sent, call.Timeout));
                call.GiveUp();
                Turns?.End(call.Id);
            }
        }
    }
}
