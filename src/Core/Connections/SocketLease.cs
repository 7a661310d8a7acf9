namespace NetWebSockets.Connections;

/// <summary>What the send queue knows of one socket. All but the first three members are guarded by the queue's lock.</summary>
internal sealed class SocketLease(NetWebSocket socket, long number)
{
    private long _lastSent;

    public NetWebSocket Socket { get; } = socket;

    /// <summary>How many sockets had been dropped when this one became live.</summary>
    public long Number { get; } = number;

    /// <summary>When a message was last sent, of the settings' clock; see <see cref="ConnectionRules.TracksSends"/>. Not guarded.</summary>
    public long LastSent
    {
        get => Volatile.Read(ref _lastSent);
        set => Volatile.Write(ref _lastSent, value);
    }

    /// <summary>Sends that are being written.</summary>
    public int Writing { get; set; }

    /// <summary>Their payload, in bytes.</summary>
    public long WritingBytes { get; set; }

    /// <summary>Set once a write has failed: nothing more is written to this socket, so that nothing overtakes what failed.</summary>
    public bool Broken { get; set; }

    /// <summary>Set when the queue has let go of the socket.</summary>
    public bool Detached { get; set; }

    /// <summary>Sends to be sent again on the next socket, in any order.</summary>
    public List<PendingSend> PutBack { get; } = [];

    /// <summary>Done when nothing is being written any more; made when somebody waits for it.</summary>
    public TaskCompletionSource? Idle { get; set; }
}
