using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets.Messaging;

/// <summary>The time of one live socket: what answers a message that came on it may go out on it only.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Its token sources have neither a timer nor a wait handle, and may be asked after the end: there is nothing to free.")]
internal sealed class SocketEpoch
{
    // Two sources: taking sends back must be over before the next socket is fed and runs nobody's code; what handlers hang on their token is anybody's and runs elsewhere.
    private readonly CancellationTokenSource _sends = new();
    private readonly CancellationTokenSource _work = new();

    /// <summary>Creates it.</summary>
    /// <param name="number">How many drops came before.</param>
    public SocketEpoch(long number)
    {
        Number = number;
        Sends = _sends.Token;
        Work = _work.Token;
    }

    /// <summary>How many drops came before, as <see cref="Connections.ISendObserver.OnSent"/> counts sockets.</summary>
    public long Number { get; }

    /// <summary>Takes back what has not been sent when the socket is gone.</summary>
    public CancellationToken Sends { get; }

    /// <summary>Tells the user's code that the socket is gone.</summary>
    public CancellationToken Work { get; }

    /// <summary>Whether the socket is gone.</summary>
    public bool IsOver => Sends.IsCancellationRequested;

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
    private SocketEpoch _current = new(0);

    /// <summary>The time of the present socket, or of the next while there is none.</summary>
    public SocketEpoch Current => Volatile.Read(ref _current);

    /// <summary>The socket is gone.</summary>
    public void OnDropped()
    {
        SocketEpoch gone = _current;
        Volatile.Write(ref _current, new SocketEpoch(gone.Number + 1));
        gone.End();
    }

    /// <summary>No socket comes any more.</summary>
    public void OnEnded() => _current.End();
}
