using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>
/// Tells handlers of every step, in order, one at a time, on the thread pool: never on the pump or the connection's own loop, so a handler
/// may do whatever it likes with the connection.
/// </summary>
internal sealed class StateNotifier(object sender, string? name, ILogger logger) : IThreadPoolWorkItem
{
    // Steps kept for a handler that does not return. A connection may reconnect for days meanwhile.
    private const int Most = 1024;

    private readonly Lock _lock = new();
    private readonly Queue<ConnectionStateChange> _changes = new();
    private bool _running;
    private bool _overflowed;

    public event EventHandler<ConnectionStateChange>? StateChanged;

    public void Tell(ConnectionStateChange change)
    {
        bool overflowed = false;
        lock (_lock)
        {
            if (_changes.Count == Most)
            {
                _changes.Dequeue();
                overflowed = !_overflowed;
                _overflowed = true;
            }

            _changes.Enqueue(change);
            if (!_running)
            {
                _running = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }

        if (overflowed)
            Log.StateHandlerStuck(logger, Most);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            ConnectionStateChange change;
            lock (_lock)
            {
                if (!_changes.TryDequeue(out change!))
                {
                    _running = false;
                    _overflowed = false;
                    return;
                }
            }

            Log.StateChanged(logger, name, change.Current, change.Attempt);
            foreach (EventHandler<ConnectionStateChange> handler in Delegate.EnumerateInvocationList(StateChanged))
            {
                try
                {
                    handler(sender, change);
                }
                catch (Exception e)
                {
                    Log.StateHandlerFailed(logger, change.Current, e); // The other handlers and the connection go on.
                }
            }
        }
    }
}
