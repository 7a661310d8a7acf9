using System.Text.Unicode;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>
/// The one order of everything that users send. While a socket is live and nothing waits, the gate is open and a send goes straight
/// to it, without a lock. Else it is copied and waits here: for the next live socket, or for the present one to take more.
/// </summary>
/// <remarks>
/// A send whose write failed before a byte of it left is put back in front of all later ones. So that none of those can overtake it, the
/// gate closes with the first failed write, and the next socket is fed only when every write on the last one is over.
/// </remarks>
internal sealed partial class SendQueue
{
    // Payload handed to a socket and not yet taken by the operating system, beyond which sends wait here and not in the socket.
    private const long Window = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly PendingSendList _queued = new();
    private readonly PendingSendList _waiting = new();
    private readonly PendingSendPool _pool;
    private readonly ConnectionSettings _settings;
    private readonly OutboundPacer? _pacer;

    // The gate: set while sends may go straight to the socket.
    private volatile SocketLease? _open;
    private SocketLease? _lease;
    private bool _pumping;
    private int _messages;
    private long _bytes;
    private long _sequence;

    /// <param name="settings">The settings.</param>
    /// <param name="pacer">Keeps to the rates that the peer takes; null when there are none.</param>
    public SendQueue(ConnectionSettings settings, OutboundPacer? pacer = null)
    {
        _settings = settings;
        _pacer = pacer;
        if (pacer is not null)
            pacer.Freed = Pump;
        _pool = new PendingSendPool(this);
    }

    /// <summary>Sends one message and tells an observer what became of it.</summary>
    /// <exception cref="ArgumentException">The text is not UTF-8: the observer is told nothing.</exception>
    public void Send(MessageKind kind, ReadOnlySpan<byte> payload, bool idempotent, ISendObserver observer, CancellationToken token)
    {
        if (SendNow(kind, payload, idempotent, observer, token, out long number) is null)
            observer.OnSent(number);
    }

    /// <summary>Sends one message.</summary>
    public ValueTask SendAsync(MessageKind kind, ReadOnlySpan<byte> payload, bool idempotent, CancellationToken token)
    {
        PendingSend? send = SendNow(kind, payload, idempotent, observer: null, token, out _);
        return send is null ? default : send.Task;
    }

    /// <summary>The caller's token was cancelled.</summary>
    public void Cancel(PendingSend send)
    {
        SendOutcome outcome;
        lock (_lock)
        {
            switch (send.State)
            {
                case PendingSendState.Waiting:
                    _waiting.Remove(send);
                    Leave(send, admitted: false);
                    outcome = SendOutcome.NotSent;
                    break;
                case PendingSendState.Queued:
                    _queued.Remove(send);
                    Leave(send);
                    outcome = SendOutcome.NotSent;
                    break;
                case PendingSendState.PutBack:
                    send.Lease!.PutBack.Remove(send);
                    Leave(send);
                    outcome = SendOutcome.NotSent;
                    break;
                case PendingSendState.Writing when !send.Abandoned:
                    send.Abandoned = true;
                    outcome = SendOutcome.Unknown;
                    break;
                default:
                    return;
            }
        }

        bool stillWriting = outcome == SendOutcome.Unknown;
        Fail(send, new SendCanceledException(outcome, send.Token), outcome);
        if (!stillWriting)
        {
            send.Release(byQueue: true);
            Pump();
        }
    }

    /// <summary>A write is over.</summary>
    public void Written(PendingSend send, Exception? failure)
    {
        Finish(send, failure);
        Pump();
    }

    public void Recycle(PendingSend send) => _pool.Return(send);

    // Null when it was sent; else the send to wait for.
    private PendingSend? SendNow(
        MessageKind kind, ReadOnlySpan<byte> payload, bool idempotent, ISendObserver? observer, CancellationToken token, out long number)
    {
        number = 0;
        if (kind == MessageKind.Text && !Utf8.IsValid(payload))
            throw new ArgumentException("The payload of a text message must be UTF-8 (RFC 6455, section 5.6): send it as Binary, or encode it.", nameof(payload));
        if (token.IsCancellationRequested)
            return Failed(new SendCanceledException(SendOutcome.NotSent, token), SendOutcome.NotSent, observer);
        if (_pacer?.Refusal(payload.Length) is { } refusal)
            return Failed(refusal, SendOutcome.NotSent, observer);
        while (true)
        {
            if (_open is { } lease)
            {
                ValueTask write = Write(lease, kind, payload);
                if (!write.IsCompletedSuccessfully)
                    return Track(lease, write, kind, payload, idempotent, observer, token);
                write.GetAwaiter().GetResult();
                number = lease.Number;
                NetWebSocketMetrics.SendEnded(_settings.Name, SendOutcome.Sent);
                return null;
            }

            PendingSend send = _pool.Rent();
            send.Start(kind, payload, idempotent, observer, token);
            send.ListenToToken();
            if (Enqueue(send))
                return send;
            // The gate opened meanwhile: nothing waits any more, so nothing is overtaken.
            send.Discard();
        }
    }

    // A message on its way that did not complete at once. It keeps a copy, to send it again if no byte of it leaves.
    private PendingSend Track(
        SocketLease lease, ValueTask write, MessageKind kind, ReadOnlySpan<byte> payload, bool idempotent, ISendObserver? observer, CancellationToken token)
    {
        PendingSend send = _pool.Rent();
        send.Start(kind, payload, idempotent, observer, token);
        lock (_lock)
        {
            send.Sequence = ++_sequence;
            _messages++;
            _bytes += send.Length;
            MarkWriting(send, lease);
            if (lease.WritingBytes >= Window || _messages >= _settings.SendQueueCapacity || _bytes >= _settings.SendQueueBytes)
                _open = null;
        }

        // Before the write may end: what it ends with takes the token's registration back.
        send.ListenToToken();
        send.Await(write);
        return send;
    }

    // False when the gate is open.
    private bool Enqueue(PendingSend send)
    {
        Exception? refusal = null;
        lock (_lock)
        {
            // From here on the token's callback finds the send in its place; before, it did nothing.
            if (send.Token.IsCancellationRequested)
                refusal = new SendCanceledException(SendOutcome.NotSent, send.Token);
            else if (_refusal is not null)
                refusal = Refused();
            else if (_open is not null)
                return false;
            else if (_pacer?.RefusalOver(_queued.Count + _waiting.Count) is { } over)
                refusal = over;
            else if (_waiting.Count == 0 && HasRoom(send))
                Admit(send);
            else if (_settings.SendQueueFullMode == SendQueueFullMode.Fail)
                refusal = new SendException(
                    SendOutcome.NotSent, $"The send queue is full: {_messages} messages with {_bytes} bytes wait in it. Send less, or wait and send again.");
            else if (_waiting.Count >= _settings.MaxWaitingSends)
                refusal = new SendException(
                    SendOutcome.NotSent, $"The send queue is full and {_waiting.Count} sends wait for room in it, the most that may. Await each send before the next.");
            else
                Wait(send);
        }

        if (refusal is not null)
        {
            send.Release(byQueue: true);
            Fail(send, refusal, SendOutcome.NotSent);
            return true;
        }

        Pump();
        return true;
    }

    // Feeds the live socket from the queue, in order; one thread at a time.
    private void Pump()
    {
        while (true)
        {
            PendingSend send;
            SocketLease lease;
            lock (_lock)
            {
                if (_pumping || _lease is null || _lease.Broken || _lease.WritingBytes >= Window)
                    return;
                lease = _lease;
                if (_queued.First is not { } first)
                {
                    // Nothing waits here: later sends may go straight to the socket, unless those in flight fill the queue.
                    if (_pacer is not { Paces: true } && _refusal is null && _messages < _settings.SendQueueCapacity && _bytes < _settings.SendQueueBytes)
                        _open = lease;
                    return;
                }

                if (_pacer is { Paces: true } && !_pacer.TryTake())
                    return;
                send = first;
                _queued.Remove(send);
                MarkWriting(send, lease);
                _pumping = true;
            }

            ValueTask write = Write(lease, send.Kind, send.Payload);
            // The order is fixed from here on. Others may pump again before this write is over.
            lock (_lock)
                _pumping = false;
            if (write.IsCompleted)
                Finish(send, FailureOf(write));
            else
                send.Await(write);
        }
    }

    private ValueTask Write(SocketLease lease, MessageKind kind, ReadOnlySpan<byte> payload)
    {
        try
        {
            if (_settings.Rules.TracksSends)
                lease.LastSent = _settings.TimeProvider.GetTimestamp();
            return lease.Socket.SendWrittenAsync(kind, payload);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e); // Becomes the outcome of the send.
        }
    }

    private static Exception? FailureOf(ValueTask write)
    {
        try
        {
            write.GetAwaiter().GetResult();
            return null;
        }
        catch (Exception e)
        {
            return e; // Becomes the outcome of the send.
        }
    }

    private PendingSend Failed(Exception exception, SendOutcome outcome, ISendObserver? observer)
    {
        PendingSend send = _pool.Rent();
        send.Start(MessageKind.Binary, default, false, observer, default);
        send.State = PendingSendState.Gone;
        send.Release(byQueue: true);
        Fail(send, exception, outcome);
        return send;
    }

    private void Fail(PendingSend send, Exception exception, SendOutcome outcome)
    {
        NetWebSocketMetrics.SendEnded(_settings.Name, outcome);
        send.SetFailed(exception);
    }
}
