using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>
/// The StateChanged event of a generated client: that of its connection, with the client as the sender. Called by generated code.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="connection">The connection.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ClientStateEvents(IWebSocketClient client, WebSocketConnection connection)
{
    private readonly Lock _lock = new();
    private readonly List<(EventHandler<ConnectionStateChange> Handler, EventHandler<ConnectionStateChange> Forward)> _handlers = [];

    /// <summary>Adds a handler. Each is added to the connection by itself, so that one that throws does not stop the others.</summary>
    /// <param name="handler">The handler.</param>
    public void Add(EventHandler<ConnectionStateChange>? handler)
    {
        foreach (EventHandler<ConnectionStateChange> one in Delegate.EnumerateInvocationList(handler))
        {
            EventHandler<ConnectionStateChange> forward = (_, change) => one(client, change);
            lock (_lock)
                _handlers.Add((one, forward));
            connection.StateChanged += forward;
        }
    }

    /// <summary>Removes a handler, the one that was added last when it was added several times; as events do.</summary>
    /// <param name="handler">The handler.</param>
    public void Remove(EventHandler<ConnectionStateChange>? handler)
    {
        foreach (EventHandler<ConnectionStateChange> one in Delegate.EnumerateInvocationList(handler))
        {
            EventHandler<ConnectionStateChange>? forward = null;
            lock (_lock)
            {
                int index = _handlers.FindLastIndex(h => h.Handler == one);
                if (index >= 0)
                {
                    forward = _handlers[index].Forward;
                    _handlers.RemoveAt(index);
                }
            }

            connection.StateChanged -= forward;
        }
    }
}
