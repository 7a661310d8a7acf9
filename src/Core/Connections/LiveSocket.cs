using System.Diagnostics.CodeAnalysis;
using NetWebSockets.Sockets;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>One attempt's socket from its handshake to its drop, and the way of its messages to the hooks.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Its token source has neither a timer nor a wait handle, and may be cancelled after the end: there is nothing to free.")]
internal sealed class LiveSocket : SocketReceiver
{
    private readonly ConnectionSettings _settings;
    private readonly ConnectionHooks _hooks;

    // Holds the first message until the hooks have begun the script that may wait for it.
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _open;
    private volatile bool _muted;

    // Odd while a message is being delivered. Changed by the pump only.
    private long _deliveries;
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _goneSource = new();

    // One of two sockets delivers at a time; null where there are never two.
    private readonly SemaphoreSlim? _turn;
    private long _lastDelivered;
    private int _dropped;
    private Exception? _giveUpCause;
    private LiveSocket? _successor;

    public LiveSocket(ConnectionSettings settings, ConnectionHooks hooks, WebSocketEndpoint endpoint, long number, OutboundPacer? pacer = null, SemaphoreSlim? turn = null)
    {
        _settings = settings;
        _hooks = hooks;
        _turn = turn;
        Socket = new NetWebSocket(endpoint.Uri, settings.SocketOptions(endpoint), this);
        Lease = new SocketLease(Socket, number);
        Sender = new LiveScriptSender(this, pacer, hooks.Framer);
        Gone = Task.WhenAny(Socket.Closed, _givenUp.Task);
    }

    public NetWebSocket Socket { get; }

    /// <summary>What the send queue knows of it. Changed only when a switch to another socket comes to nothing.</summary>
    public SocketLease Lease { get; set; }

    /// <summary>The number of the attempt that opened it, since the connection was last stable.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What hooks send with.</summary>
    public LiveScriptSender Sender { get; }

    /// <summary>Looks after it once it is ready.</summary>
    public KeepAlive? KeepAlive { get; set; }

    /// <summary>Done when the socket has closed or has been given up.</summary>
    public Task Gone { get; }

    /// <summary>Cancelled when the socket has been given up or let go.</summary>
    public CancellationToken GoneToken => _goneSource.Token;

    /// <summary>Why it was given up; null when it was not.</summary>
    public Exception? GiveUpCause => Volatile.Read(ref _giveUpCause);

    /// <summary>The socket that has taken its place while it was open.</summary>
    public LiveSocket? Successor => Volatile.Read(ref _successor);

    /// <summary>Done when another socket has taken its place.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>When bytes last came, or when the hooks last let the pump go on, of the settings' clock.</summary>
    public long LastSignOfLife => Math.Max(Socket.LastReceivedTimestamp, Volatile.Read(ref _lastDelivered));

    /// <summary>Whether nothing is read because the hooks have not taken the last message yet.</summary>
    public bool IsHeldUp => (Deliveries & 1) != 0;

    /// <summary>Changes with every message that the hooks get, and again when they have taken it.</summary>
    public long Deliveries => Volatile.Read(ref _deliveries);

    /// <summary>Whether the hooks know of this socket: they are told of its drop.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Lets messages through: the script that may wait for the first has begun.</summary>
    public void LetThrough()
    {
        _open = true;
        _begun.TrySetResult();
    }

    /// <summary>Ends the wait of a first message whose script never began: the message goes nowhere.</summary>
    public void LetNothingWait()
    {
        if (!_open)
            Mute();
    }

    /// <summary>Lets nothing through any more: the connection goes on, or ends, without this socket.</summary>
    public void Mute()
    {
        _muted = true;
        _begun.TrySetResult();
    }

    /// <summary>Gives it up: whoever looks after the connection drops it and goes on with another.</summary>
    public void GiveUp(Exception cause)
    {
        Interlocked.CompareExchange(ref _giveUpCause, cause, null);
        _givenUp.TrySetResult();
        EndWaits();
    }

    /// <summary>Ends the waits of what has not been handed to the socket yet.</summary>
    public void EndWaits() => _goneSource.Cancel();

    /// <summary>Another socket has taken its place.</summary>
    public void ReplaceBy(LiveSocket successor)
    {
        Volatile.Write(ref _successor, successor);
        _replaced.TrySetResult();
    }

    /// <summary>A message is handed to the socket.</summary>
    public void NoteSend()
    {
        if (_settings.Rules.TracksSends)
            Lease.LastSent = _settings.TimeProvider.GetTimestamp();
    }

    /// <returns>True for one caller, who then tells the hooks of the drop.</returns>
    public bool TryMarkDropped() => Interlocked.Exchange(ref _dropped, 1) == 0;

    public override ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        if (!_open)
            return DeliverLaterAsync(kind, payload);
        if (_muted)
            return default;
        if (_turn is not null)
            return DeliverInTurnAsync(_turn, kind, payload);
        ValueTask delivery;
        NoteDelivery();
        try
        {
            delivery = _hooks.OnMessageAsync(kind, payload);
        }
        catch (Exception e)
        {
            Log.MessageHandlerFailed(_settings.Logger, e); // The next message is delivered all the same.
            delivery = default;
        }

        if (!delivery.IsCompletedSuccessfully)
            return AwaitAsync(delivery);
        NoteDelivery();
        return delivery;
    }

    public override bool StreamBinary => _turn is null && _hooks.StreamBinary; // Whole where two sockets take turns.

    public override ValueTask OnBinaryPieceAsync(ReadOnlyMemory<byte> piece, bool isFirst, bool isLast)
    {
        if (!_open)
            return DeliverLaterAsync(piece, isFirst, isLast);
        if (_muted)
            return default;
        ValueTask delivery;
        NoteDelivery();
        try
        {
            delivery = _hooks.OnBinaryPieceAsync(piece, isFirst, isLast);
        }
        catch (Exception e)
        {
            Log.MessageHandlerFailed(_settings.Logger, e); // The next piece is delivered all the same.
            delivery = default;
        }

        if (!delivery.IsCompletedSuccessfully)
            return AwaitAsync(delivery);
        NoteDelivery();
        return delivery;
    }

    // A delivery begins or has ended. An addition that is not interlocked, for the pump is the only one to make it.
    private void NoteDelivery() => Volatile.Write(ref _deliveries, _deliveries + 1);

    private async ValueTask DeliverLaterAsync(ReadOnlyMemory<byte> piece, bool isFirst, bool isLast)
    {
        NoteDelivery();
        await _begun.Task.ConfigureAwait(false);
        NoteDelivery();
        if (!_muted)
            await OnBinaryPieceAsync(piece, isFirst, isLast).ConfigureAwait(false);
    }

    private async ValueTask DeliverLaterAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        NoteDelivery();
        await _begun.Task.ConfigureAwait(false);
        NoteDelivery();
        if (!_muted)
            await OnMessageAsync(kind, payload).ConfigureAwait(false);
    }

    private async ValueTask DeliverInTurnAsync(SemaphoreSlim turn, MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        NoteDelivery();
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_muted)
            {
                _hooks.OnMessagesOf(Sender);
                await _hooks.OnMessageAsync(kind, payload).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Log.MessageHandlerFailed(_settings.Logger, e); // The next message is delivered all the same.
        }
        finally
        {
            turn.Release();
            Volatile.Write(ref _lastDelivered, _settings.TimeProvider.GetTimestamp());
            NoteDelivery();
        }
    }

    private async ValueTask AwaitAsync(ValueTask delivery)
    {
        try
        {
            await delivery.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.MessageHandlerFailed(_settings.Logger, e); // The next message is delivered all the same.
        }

        Volatile.Write(ref _lastDelivered, _settings.TimeProvider.GetTimestamp());
        NoteDelivery();
    }
}
