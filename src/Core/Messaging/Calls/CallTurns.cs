namespace NetWebSockets.Messaging;

/// <summary>Lets so many calls of one client be in flight and no more: the requests of others wait here, in order, until one ends.</summary>
/// <param name="most">How many may be in flight.</param>
/// <param name="send">Hands a request to the connection; never throws, and tells the call what became of it.</param>
internal sealed class CallTurns(int most, Action<PendingCall, ReadOnlyMemory<byte>, bool> send)
{
    private readonly Lock _lock = new();
    private readonly HashSet<long> _inFlight = [];
    private readonly LinkedList<Waiting> _queue = [];
    private readonly Dictionary<long, LinkedListNode<Waiting>> _waiting = [];
    private bool _sending;
    private bool _closed;

    /// <summary>Gives a call its turn, or puts it at the end of the queue.</summary>
    /// <param name="call">The call.</param>
    /// <param name="payload">Its request; copied when it has to wait.</param>
    /// <param name="idempotent">Whether the request may be sent again when its outcome was unknown.</param>
    /// <returns>True when the caller is to send it now.</returns>
    public bool TryBegin(PendingCall call, ReadOnlyMemory<byte> payload, bool idempotent)
    {
        lock (_lock)
        {
            // At the end the connection refuses what is sent, and says why.
            if (_closed)
                return true;
            if (_inFlight.Count < most && _queue.Count == 0 && !_sending)
            {
                _inFlight.Add(call.Id);
                return true;
            }

            _waiting.Add(call.Id, _queue.AddLast(new Waiting(call, payload.ToArray(), idempotent)));
            return false;
        }
    }

    /// <summary>A call that is over leaves the queue.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>False when it is not in it: it has had its turn, or asks for it only now.</returns>
    public bool Leave(long id)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(id, out LinkedListNode<Waiting>? node))
                return false;
            _queue.Remove(node);
            return true;
        }
    }

    /// <summary>A call is not in flight any more: its turn goes to the next. Does nothing for a call that is not in flight.</summary>
    /// <param name="id">Its id.</param>
    public void End(long id)
    {
        lock (_lock)
        {
            if (!_inFlight.Remove(id) || _sending || _queue.Count == 0)
                return;
            _sending = true;
        }

        SendNext();
    }

    /// <summary>The client has ended.</summary>
    /// <returns>The calls whose turn never came.</returns>
    public List<PendingCall> Close()
    {
        lock (_lock)
        {
            _closed = true;
            List<PendingCall> rest = [.. _queue.Select(w => w.Call)];
            _queue.Clear();
            _waiting.Clear();
            return rest;
        }
    }

    // A loop and no recursion: a request that is refused at once ends its turn in here.
    private void SendNext()
    {
        while (true)
        {
            Waiting next;
            lock (_lock)
            {
                if (_queue.First is not { } first || _inFlight.Count >= most)
                {
                    _sending = false;
                    return;
                }

                next = first.Value;
                _queue.RemoveFirst();
                _waiting.Remove(next.Call.Id);
                _inFlight.Add(next.Call.Id);
            }

            send(next.Call, next.Payload, next.Idempotent);
        }
    }

    private sealed record Waiting(PendingCall Call, ReadOnlyMemory<byte> Payload, bool Idempotent);
}
