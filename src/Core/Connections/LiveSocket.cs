using NetWebSockets.Sockets;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>One attempt's socket from its handshake to its drop, and the way of its messages to the hooks.</summary>
internal sealed class LiveSocket : SocketReceiver
{
    private readonly ConnectionSettings _settings;
    private readonly ConnectionHooks _hooks;

    // Holds the first message until the hooks have begun the script that may wait for it.
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _open;
    private volatile bool _muted;
    private volatile bool _heldUp;
    private long _lastDelivered;
    private int _dropped;

    public LiveSocket(ConnectionSettings settings, ConnectionHooks hooks, WebSocketEndpoint endpoint, long number)
    {
        _settings = settings;
        _hooks = hooks;
        Socket = new NetWebSocket(endpoint.Uri, settings.SocketOptions(endpoint), this);
        Lease = new SocketLease(Socket, number);
    }

    public NetWebSocket Socket { get; }

    public SocketLease Lease { get; }

    /// <summary>When bytes last came, or when the hooks last let the pump go on, of the settings' clock.</summary>
    public long LastSignOfLife => Math.Max(Socket.LastReceivedTimestamp, Volatile.Read(ref _lastDelivered));

    /// <summary>Whether nothing is read because the hooks have not taken the last message yet.</summary>
    public bool IsHeldUp => _heldUp;

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

    /// <returns>True for one caller, who then tells the hooks of the drop.</returns>
    public bool TryMarkDropped() => Interlocked.Exchange(ref _dropped, 1) == 0;

    public override ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        if (!_open)
            return DeliverLaterAsync(kind, payload);
        if (_muted)
            return default;
        ValueTask delivery;
        try
        {
            delivery = _hooks.OnMessageAsync(kind, payload);
        }
        catch (Exception e)
        {
            Log.MessageHandlerFailed(_settings.Logger, e); // The next message is delivered all the same.
            return default;
        }

        return delivery.IsCompletedSuccessfully ? delivery : AwaitAsync(delivery);
    }

    public override bool StreamBinary => _hooks.StreamBinary;

    public override ValueTask OnBinaryPieceAsync(ReadOnlyMemory<byte> piece, bool isFirst, bool isLast)
    {
        if (!_open)
            return DeliverLaterAsync(piece, isFirst, isLast);
        if (_muted)
            return default;
        ValueTask delivery;
        try
        {
            delivery = _hooks.OnBinaryPieceAsync(piece, isFirst, isLast);
        }
        catch (Exception e)
        {
            Log.MessageHandlerFailed(_settings.Logger, e); // The next piece is delivered all the same.
            return default;
        }

        return delivery.IsCompletedSuccessfully ? delivery : AwaitAsync(delivery);
    }

    private async ValueTask DeliverLaterAsync(ReadOnlyMemory<byte> piece, bool isFirst, bool isLast)
    {
        _heldUp = true;
        await _begun.Task.ConfigureAwait(false);
        _heldUp = false;
        if (!_muted)
            await OnBinaryPieceAsync(piece, isFirst, isLast).ConfigureAwait(false);
    }

    private async ValueTask DeliverLaterAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        _heldUp = true;
        await _begun.Task.ConfigureAwait(false);
        _heldUp = false;
        if (!_muted)
            await OnMessageAsync(kind, payload).ConfigureAwait(false);
    }

    private async ValueTask AwaitAsync(ValueTask delivery)
    {
        _heldUp = true;
        try
        {
            await delivery.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.MessageHandlerFailed(_settings.Logger, e); // The next message is delivered all the same.
        }

        Volatile.Write(ref _lastDelivered, _settings.TimeProvider.GetTimestamp());
        _heldUp = false;
    }
}
