using NetWebSockets.Sockets;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

/// <content>Events (WHATWG WebSockets, section 5; DOM, EventTarget).</content>
public sealed partial class NetWebSocket
{
    private readonly EventLoop _events;
    private readonly EventListeners<OpenEvent> _openListeners;
    private readonly EventListeners<MessageEvent> _messageListeners;
    private readonly EventListeners<ErrorEvent> _errorListeners;
    private readonly EventListeners<CloseEvent> _closeListeners;

    /// <summary>Called when the connection is open, also when it is set after that.</summary>
    public Action<OpenEvent>? OnOpen
    {
        get => _openListeners.Property;
        set => _openListeners.Property = value;
    }

    /// <summary>Called for each message. Messages that came before it was set are kept for it.</summary>
    /// <exception cref="InvalidOperationException">A loop over <see cref="ReadAllAsync"/> already consumes the messages.</exception>
    public Action<MessageEvent>? OnMessage
    {
        get => _messageListeners.Property;
        set
        {
            if (value is not null)
                ThrowIfPulled();
            _messageListeners.Property = value;
            _inbox.OnListenerAdded();
        }
    }

    /// <summary>Called before <see cref="OnClose"/> when the socket never opened or the peer broke the protocol; also when it is set after that. As in Chromium, a stream that just ends raises only close, with 1006.</summary>
    public Action<ErrorEvent>? OnError
    {
        get => _errorListeners.Property;
        set => _errorListeners.Property = value;
    }

    /// <summary>Called when the connection is closed, also when it is set after that.</summary>
    public Action<CloseEvent>? OnClose
    {
        get => _closeListeners.Property;
        set => _closeListeners.Property = value;
    }

    /// <summary>
    /// Called when a listener throws. Its exception is also logged; it stops neither the socket nor the other listeners. What this throws itself is logged only.
    /// </summary>
    public Action<Exception>? OnHandlerException { get; set; }

    /// <summary>Adds a listener (DOM, addEventListener). The same one is added once; open, error and close are also delivered to one that comes after them.</summary>
    /// <param name="type"><c>open</c>, <c>message</c>, <c>error</c> or <c>close</c>.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="once">Whether it is removed before it is called for the first time.</param>
    /// <param name="signal">Removes the listener when it is cancelled.</param>
    /// <exception cref="ArgumentException">There is no such event.</exception>
    /// <exception cref="InvalidOperationException">A loop over <see cref="ReadAllAsync"/> already consumes the messages.</exception>
    public void AddEventListener(string type, Action<SocketEvent> listener, bool once = false, CancellationToken signal = default)
    {
        ArgumentNullException.ThrowIfNull(listener);
        switch (type)
        {
            case "open":
                _openListeners.Add(listener, once, signal);
                break;
            case "message":
                AddMessageListener(listener, once, signal);
                break;
            case "error":
                _errorListeners.Add(listener, once, signal);
                break;
            case "close":
                _closeListeners.Add(listener, once, signal);
                break;
            default:
                throw NoSuchEvent(type);
        }
    }

    /// <inheritdoc cref="AddEventListener(string, Action{SocketEvent}, bool, CancellationToken)"/>
    /// <typeparam name="TEvent"><see cref="OpenEvent"/>, <see cref="MessageEvent"/>, <see cref="ErrorEvent"/> or <see cref="CloseEvent"/>: the type of the event says which.</typeparam>
    public void AddEventListener<TEvent>(Action<TEvent> listener, bool once = false, CancellationToken signal = default)
        where TEvent : SocketEvent
    {
        ArgumentNullException.ThrowIfNull(listener);
        switch (listener)
        {
            case Action<SocketEvent>:
                throw new ArgumentException("Name one type of event, such as AddEventListener<MessageEvent>(…).", nameof(listener));
            case Action<OpenEvent> open:
                _openListeners.Add(open, once, signal);
                break;
            case Action<MessageEvent> message:
                AddMessageListener(message, once, signal);
                break;
            case Action<ErrorEvent> error:
                _errorListeners.Add(error, once, signal);
                break;
            case Action<CloseEvent> close:
                _closeListeners.Add(close, once, signal);
                break;
        }
    }

    /// <summary>Removes a listener that was added with <c>AddEventListener</c>; does nothing when it is not there.</summary>
    /// <param name="type"><c>open</c>, <c>message</c>, <c>error</c> or <c>close</c>.</param>
    /// <param name="listener">The listener.</param>
    /// <exception cref="ArgumentException">There is no such event.</exception>
    public void RemoveEventListener(string type, Action<SocketEvent> listener)
    {
        switch (type)
        {
            case "open":
                _openListeners.Remove(listener);
                break;
            case "message":
                _messageListeners.Remove(listener);
                break;
            case "error":
                _errorListeners.Remove(listener);
                break;
            case "close":
                _closeListeners.Remove(listener);
                break;
            default:
                throw NoSuchEvent(type);
        }
    }

    /// <inheritdoc cref="RemoveEventListener(string, Action{SocketEvent})"/>
    /// <typeparam name="TEvent">The type of the event.</typeparam>
    public void RemoveEventListener<TEvent>(Action<TEvent> listener)
        where TEvent : SocketEvent
    {
        switch (listener)
        {
            case Action<OpenEvent> open:
                _openListeners.Remove(open);
                break;
            case Action<MessageEvent> message:
                _messageListeners.Remove(message);
                break;
            case Action<ErrorEvent> error:
                _errorListeners.Remove(error);
                break;
            case Action<CloseEvent> close:
                _closeListeners.Remove(close);
                break;
        }
    }

    private static ArgumentException NoSuchEvent(string type) =>
        new($"There is no event '{type}': a socket has 'open', 'message', 'error' and 'close'.", nameof(type));

    private void AddMessageListener(Action<MessageEvent> listener, bool once, CancellationToken signal)
    {
        ThrowIfPulled();
        _messageListeners.Add(listener, once, signal);
        _inbox.OnListenerAdded();
    }

    private void ThrowIfPulled()
    {
        if (_inbox.IsPulled)
            throw new InvalidOperationException("A loop already reads the messages of this socket. Use the message event or ReadAllAsync, not both.");
    }

    internal bool HasMessageListeners => !_messageListeners.IsEmpty;

    internal void RaiseMessage(WebSocketMessage message)
    {
        // WHATWG: delivered while open; Closing is also entered by the peer's close, whose messages before it still count.
        _messageListeners.Raise(new MessageEvent(message, BinaryType, SocketAddress.Origin(_uri)), isPast: false);
    }

    private void OnHandlerThrew(Exception exception, string type)
    {
        Log.HandlerThrew(_logger, type, exception);
        try
        {
            OnHandlerException?.Invoke(exception);
        }
        catch (Exception second)
        {
            // Nobody is left to tell but the log.
            Log.HandlerThrew(_logger, "handler exception", second);
        }
    }
}
