namespace NetWebSockets;

/// <summary>The states of a socket (WHATWG WebSockets, readyState).</summary>
public enum ReadyState
{
    /// <summary>The opening handshake is in progress.</summary>
    Connecting = 0,

    /// <summary>Messages can be sent and received.</summary>
    Open = 1,

    /// <summary>The closing handshake is in progress, or <c>Close</c> has been called.</summary>
    Closing = 2,

    /// <summary>Closed, or never opened.</summary>
    Closed = 3,
}
