using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>How the queue goes from socket to socket, and to its end; and its books.</summary>
internal sealed partial class SendQueue
{
    private string? _refusal;
    private Exception? _refusalCause;
    private bool _ended;
    private int _held;
    private TaskCompletionSource? _released;
    private TaskCompletionSource? _empty;

    /// <summary>Messages that wait or are being written. For tests and health checks.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _messages;
        }
    }

    /// <summary>Takes a live socket and sends on it what was held back.</summary>
    /// <returns>Done when all that waited at this moment has been written or cancelled. Not done when the socket drops before.</returns>
    public Task Attach(SocketLease lease)
    {
        TaskCompletionSource? released = null;
        lock (_lock)
        {
            if (lease.Detached)
                return Task.CompletedTask; // It is gone already.
            _lease = lease;
            _held = _queued.Count + _waiting.Count;
            for (PendingSend? send = _queued.First; send is not null; send = send.Next)
                send.Held = true;
            for (PendingSend? send = _waiting.First; send is not null; send = send.Next)
                send.Held = true;
            if (_held > 0)
                _released = released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Pump();
        return released?.Task ?? Task.CompletedTask;
    }

    /// <summary>Lets go of a socket that is closed or about to be.</summary>
    /// <returns>Done when every write on it is over and what can be sent again is back in the queue.</returns>
    public Task Detach(SocketLease lease)
    {
        lock (_lock)
        {
            lease.Broken = lease.Detached = true;
            if (_open == lease)
                _open = null;
            if (_lease == lease)
                _lease = null;
            _released = null;
            if (lease.Writing == 0)
            {
                TakeBack(lease);
                return Task.CompletedTask;
            }

            lease.Idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return lease.Idle.Task;
        }
    }

    /// <summary>Refuses new sends from here on; what has been accepted still goes out.</summary>
    public void StopAccepting(string sentence, Exception? cause)
    {
        lock (_lock)
        {
            _refusal ??= sentence;
            _refusalCause ??= cause;
            _open = null;
        }
    }

    /// <returns>Done when everything that was accepted has come to its outcome.</returns>
    public Task WhenEmpty()
    {
        lock (_lock)
        {
            if (_messages == 0 && _waiting.Count == 0)
                return Task.CompletedTask;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    /// <summary>Fails everything that is not being written. Writes that are still under way end by themselves, with their socket.</summary>
    public void End()
    {
        List<PendingSend> rest = [];
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            _refusal ??= "the connection has ended.";
            _open = null;
            if (_lease is { } lease)
            {
                _lease = null;
                lease.Broken = lease.Detached = true;
                TakeBack(lease);
            }

            TakeRest(rest);
        }

        FailAll(rest);
    }

    private SendException Refused() => new(SendOutcome.NotSent, $"The message was not sent: {_refusal}", _refusalCause);

    private void FailAll(List<PendingSend> sends)
    {
        foreach (PendingSend send in sends)
        {
            send.Release(byQueue: true);
            Fail(send, Refused(), SendOutcome.NotSent);
        }
    }

    private void Finish(PendingSend send, Exception? failure)
    {
        SendOutcome outcome = failure is null ? SendOutcome.Sent : (failure as SendException)?.Outcome ?? SendOutcome.Unknown;
        if (_pacer is { Paces: true })
            _pacer.Written(left: outcome != SendOutcome.NotSent);
        SocketLease lease = send.Lease!;
        bool abandoned;
        TaskCompletionSource? idle = null;
        List<PendingSend>? rest = null;
        lock (_lock)
        {
            lease.Writing--;
            lease.WritingBytes -= send.Length;
            abandoned = send.Abandoned;
            if (failure is SendException)
            {
                lease.Broken = true;
                if (_open == lease)
                    _open = null;
            }

            bool again = !abandoned && !_ended && failure is SendException && (outcome == SendOutcome.NotSent || send.Idempotent);
            if (again)
            {
                send.State = PendingSendState.PutBack;
                lease.PutBack.Add(send);
            }
            else
            {
                Leave(send);
            }

            if (lease.Writing == 0 && lease.Detached)
            {
                TakeBack(lease);
                idle = lease.Idle;
                if (_ended)
                    TakeRest(rest = []);
            }

            if (again)
                send = null!;
        }

        idle?.TrySetResult();
        if (rest is not null)
            FailAll(rest);
        if (send is null)
            return;
        if (abandoned)
        {
            send.Release(byQueue: true);
            return;
        }

        // The number has to be read before the send may go back to the pool.
        long number = lease.Number;
        send.Release(byQueue: true);
        if (failure is null)
        {
            NetWebSocketMetrics.SendEnded(_settings.Name, SendOutcome.Sent);
            send.SetSent(number);
        }
        else
        {
            Fail(send, failure as SendException ?? new SendException(SendOutcome.Unknown, "The message could not be written; the peer may have seen it.", failure), outcome);
        }
    }

    // What follows is called under the lock.
    private bool HasRoom(PendingSend send) =>
        _messages == 0 || (_messages < _settings.SendQueueCapacity && _bytes + send.Length <= _settings.SendQueueBytes);

    private void Admit(PendingSend send)
    {
        if (send.Sequence == 0)
            send.Sequence = ++_sequence;
        send.State = PendingSendState.Queued;
        _queued.Append(send);
        _messages++;
        _bytes += send.Length;
    }

    private void Wait(PendingSend send)
    {
        send.Sequence = ++_sequence;
        send.State = PendingSendState.Waiting;
        _waiting.Append(send);
    }

    private static void MarkWriting(PendingSend send, SocketLease lease)
    {
        send.State = PendingSendState.Writing;
        send.Lease = lease;
        lease.Writing++;
        lease.WritingBytes += send.Length;
    }

    // A send has come to its outcome.
    private void Leave(PendingSend send, bool admitted = true)
    {
        send.State = PendingSendState.Gone;
        if (admitted)
        {
            _messages--;
            _bytes -= send.Length;
            while (!_ended && _waiting.First is { } next && HasRoom(next))
            {
                _waiting.Remove(next);
                Admit(next);
            }
        }

        if (send.Held)
        {
            send.Held = false;
            if (--_held == 0)
            {
                _released?.TrySetResult();
                _released = null;
            }
        }

        if (_messages == 0 && _waiting.Count == 0 && _empty is { } empty)
        {
            _empty = null;
            empty.TrySetResult();
        }
    }

    private void TakeBack(SocketLease lease)
    {
        if (lease.PutBack.Count == 0)
            return;
        lease.PutBack.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        foreach (PendingSend send in lease.PutBack)
            send.State = PendingSendState.Queued;
        _queued.Merge(lease.PutBack);
        lease.PutBack.Clear();
    }

    private void TakeRest(List<PendingSend> rest)
    {
        while (_queued.First is { } queued)
        {
            _queued.Remove(queued);
            rest.Add(queued);
            Leave(queued);
        }

        while (_waiting.First is { } waiting)
        {
            _waiting.Remove(waiting);
            rest.Add(waiting);
            Leave(waiting, admitted: false);
        }
    }
}
