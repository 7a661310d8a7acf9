using System.Diagnostics.CodeAnalysis;
using NetWebSockets.Connections;

namespace NetWebSockets.Messaging;

/// <summary>The time of one live socket: what answers a message that came on it may go out on it only.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Its token sources have neither a timer nor a wait handle, and may be asked after the end: there is nothing to free.")]
internal sealed class SocketEpoch
{
    // Two sources: taking sends back must be over before the next socket is fed and runs nobody's code; what handlers hang on their token is anybody's and runs elsewhere.
    private readonly CancellationTokenSource _sends = new();
    private readonly CancellationTokenSource _work = new();

    private ScriptSender? _past;

    /// <summary>Creates it.</summary>
    /// <param name="number">How many drops came before.</param>
    /// <param name="past">What sends on it while another socket has the queue; null when it has the queue itself.</param>
    public SocketEpoch(long number, ScriptSender? past = null)
    {
        Number = number;
        _past = past;
        Sends = _sends.Token;
        Work = _work.Token;
    }

    /// <summary>How many drops came before, as <see cref="Connections.ISendObserver.OnSent"/> counts sockets.</summary>
    public long Number { get; }

    /// <summary>What sends on it while another socket has the queue; null once it has the queue itself.</summary>
    public ScriptSender? Past => Volatile.Read(ref _past);

    /// <summary>Takes back what has not been sent when the socket is gone.</summary>
    public CancellationToken Sends { get; }

    /// <summary>Tells the user's code that the socket is gone.</summary>
    public CancellationToken Work { get; }

    /// <summary>Whether the socket is gone.</summary>
    public bool IsOver => Sends.IsCancellationRequested;

    /// <summary>The queue is its own from here on.</summary>
    public void TakeQueue() => Volatile.Write(ref _past, null);

    /// <summary>The socket is gone.</summary>
    public void End()
    {
        _sends.Cancel();
        _ = _work.CancelAsync();
    }
}

/// <summary>The present <see cref="SocketEpoch"/> of one client.</summary>
internal sealed class SocketEpochs
{
    // Guards what follows: a message may come while another socket takes over.
    private readonly Lock _lock = new();
    private SocketEpoch _current = new(0);

    // Of the socket that is to replace the present one.
    private SocketEpoch? _next;

    // Where sockets overlap: of the one that the present message came on. Touched by the pump only.
    private SocketEpoch? _delivering;
    private SocketEpoch? _replaced;

    /// <summary>The time of the present socket, or of the next while there is none.</summary>
    public SocketEpoch Current => Volatile.Read(ref _current);

    /// <summary>The time of the socket that the present message came on. For the pump only.</summary>
    public SocketEpoch OfMessage => _delivering ?? Current;

    /// <summary>The messages from here on came on this socket, where sockets overlap. Called by the pump only.</summary>
    public void OnMessagesOf(ScriptSender sender)
    {
        // As for nearly every message: the socket is the present one, and was.
        if (_delivering is { } last && last == Current && last.Number == sender.Number)
            return;
        lock (_lock)
        {
            if (sender.Number == _current.Number)
            {
                _delivering = _current;
                return;
            }

            if (sender.Number < _current.Number)
            {
                _delivering = _replaced;
                return;
            }

            if (_next?.Past != sender)
                _next = new SocketEpoch(sender.Number, sender);
            _delivering = _next;
        }
    }

    /// <summary>The connection is ready on this socket. It may have replaced one that is not gone yet: from here on what is sent goes out on it.</summary>
    public void OnReady(ScriptSender sender)
    {
        SocketEpoch old;
        lock (_lock)
        {
            if (sender.Number <= _current.Number)
                return;
            _replaced = old = _current;
            Volatile.Write(ref _current, _next?.Past == sender ? _next : new SocketEpoch(sender.Number));
            _current.TakeQueue();
            _next = null;
        }

        old.End();
    }

    /// <summary>A socket that was to replace the present one is given up.</summary>
    public void OnAbandoned()
    {
        SocketEpoch? next;
        lock (_lock)
            (next, _next) = (_next, null);
        next?.End();
    }

    /// <summary>The socket is gone.</summary>
    public void OnDropped()
    {
        SocketEpoch gone;
        lock (_lock)
        {
            gone = _current;
            Volatile.Write(ref _current, new SocketEpoch(gone.Number + 1));
        }

        gone.End();
    }

    /// <summary>No socket comes any more.</summary>
    public void OnEnded()
    {
        OnAbandoned();
        _current.End();
    }
}
