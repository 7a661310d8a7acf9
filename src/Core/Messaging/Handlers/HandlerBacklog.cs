namespace NetWebSockets.Messaging;

/// <summary>
/// Bounds how many requests of the peer wait for their handlers, all handlers of a client together: beyond it, nothing more is read. While a call is pending,
/// which may be that of a handler, the pump goes on for its reply, up to a further bound.
/// </summary>
/// <param name="gate">What holds the pump.</param>
internal sealed class HandlerBacklog(PumpGate gate) : IPumpHolder
{
    /// <summary>How many may wait.</summary>
    public const int Capacity = 256;

    /// <summary>How many more may while a call is pending; as many as a stream holds by default.</summary>
    public const int Overflow = 16_384;

    /// <summary>What it is called in logs.</summary>
    public const string HolderName = "requests of the peer";

    private readonly Lock _lock = new();
    private int _waiting;
    private bool _pumpHeld;

    /// <inheritdoc/>
    public string Name => HolderName;

    private int Limit => gate.CallsPending || gate.Ending ? Capacity + Overflow : Capacity;

    /// <summary>One more waits. Called by the pump only.</summary>
    /// <param name="mustWait">Whether the pump must wait (<see cref="WaitForRoom"/>) before it goes on.</param>
    /// <returns>False when there is no room and nothing may hold the pump any more, because the client is ending.</returns>
    public bool TryEnter(out bool mustWait)
    {
        lock (_lock)
        {
            mustWait = false;
            if (gate.Ending && _waiting >= Limit)
                return false;
            _waiting++;
            mustWait = MustHold();
            return true;
        }
    }

    /// <summary>One waits no longer.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _waiting--;
            if (_pumpHeld && !MustHold())
                Release();
        }
    }

    /// <summary>Holds the pump until there is room. Called by the pump only.</summary>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask WaitForRoom()
    {
        lock (_lock)
        {
            if (!MustHold())
                return default;
            _pumpHeld = true;
            ValueTask wait = gate.Hold(this);
            if (!MustHold())
                Release();
            return wait;
        }
    }

    /// <inheritdoc/>
    public void Recheck()
    {
        lock (_lock)
        {
            if (_pumpHeld && !MustHold())
                Release();
        }
    }

    private bool MustHold() => !gate.Ending && _waiting > Limit;

    private void Release()
    {
        _pumpHeld = false;
        gate.Release();
    }
}
