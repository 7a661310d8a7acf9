namespace NetWebSockets.Sockets;

/// <summary>
/// The listeners of one event type, called in the order in which they were added (DOM, EventTarget). An event that happens once is also delivered to a
/// listener that comes after it.
/// </summary>
internal sealed class EventListeners<TEvent>
    where TEvent : SocketEvent
{
    private readonly Lock _lock;
    private readonly EventLoop _loop;
    private readonly Action<Exception, string> _onThrown;
    private Listener[] _listeners = [];
    private Action<TEvent>? _property;
    private TEvent? _past;

    // The lock is the socket's, for all kinds of events alike: an idle socket should be small.
    public EventListeners(EventLoop loop, Lock sharedLock, Action<Exception, string> onThrown)
    {
        _lock = sharedLock;
        _loop = loop;
        _onThrown = onThrown;
    }

    public bool IsEmpty => Volatile.Read(ref _listeners).Length == 0;

    /// <summary>The listener of the On… property: one, replaced in its place.</summary>
    public Action<TEvent>? Property
    {
        get => _property;
        set
        {
            lock (_lock)
            {
                int index = Array.FindIndex(_listeners, l => l.IsProperty);
                _property = value;
                if (value is null)
                {
                    if (index >= 0)
                        _listeners = [.. _listeners[..index], .. _listeners[(index + 1)..]];
                    return;
                }

                var listener = new Listener(value) { IsProperty = true };
                if (index >= 0)
                    _listeners = [.. _listeners[..index], listener, .. _listeners[(index + 1)..]];
                else
                    _listeners = [.. _listeners, listener];
                DeliverPast(listener);
            }
        }
    }

    /// <summary>Adds a listener, unless the same one is there (DOM, add an event listener).</summary>
    public void Add(Action<TEvent> callback, bool once, CancellationToken signal)
    {
        if (signal.IsCancellationRequested)
            return;
        var listener = new Listener(callback) { Once = once };
        lock (_lock)
        {
            if (Array.Exists(_listeners, l => !l.IsProperty && l.Callback == callback))
                return;
            _listeners = [.. _listeners, listener];
            DeliverPast(listener);
        }

        if (signal.CanBeCanceled)
            listener.Registration = signal.UnsafeRegister(static state => { var (owner, l) = ((EventListeners<TEvent>, Listener))state!; owner.Remove(l); }, (this, listener));
    }

    public void Remove(Action<TEvent> callback)
    {
        if (Array.Find(_listeners, l => !l.IsProperty && l.Callback == callback) is { } listener)
            Remove(listener);
    }

    /// <summary>Calls every listener; must be called inside the event loop. One that throws is reported, and the others are called.</summary>
    public void Raise(TEvent socketEvent, bool isPast)
    {
        Listener[] listeners;
        lock (_lock)
        {
            if (isPast)
                _past = socketEvent;
            listeners = _listeners;
        }

        foreach (Listener listener in listeners)
            Call(listener, socketEvent);
    }

    private void DeliverPast(Listener listener)
    {
        if (_past is { } past)
            _loop.Post(() => Call(listener, past));
    }

    private void Call(Listener listener, TEvent socketEvent)
    {
        if (listener.Removed)
            return;
        if (listener.Once)
            Remove(listener);
        try
        {
            listener.Callback(socketEvent);
        }
        catch (Exception exception)
        {
            // A user's handler: its failure is reported and must not stop the socket or the other handlers.
            _onThrown(exception, socketEvent.Type);
        }
    }

    private void Remove(Listener listener)
    {
        lock (_lock)
        {
            listener.Removed = true;
            _listeners = Array.FindAll(_listeners, l => l != listener);
        }

        listener.Registration.Unregister();
    }

    private sealed class Listener(Action<TEvent> callback)
    {
        public Action<TEvent> Callback { get; } = callback;

        public bool IsProperty { get; init; }

        public bool Once { get; init; }

        public bool Removed { get; set; }

        public CancellationTokenRegistration Registration { get; set; }
    }
}
