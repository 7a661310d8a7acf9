namespace NetWebSockets;

/// <summary>Where a connection stands between its first attempt and its end.</summary>
public enum ConnectionState
{
    /// <summary>Not started, or between two attempts while the connect pipeline waits.</summary>
    Disconnected = 0,

    /// <summary>An attempt is running: address, proxy, TLS, opening handshake.</summary>
    Connecting = 1,

    /// <summary>The socket is open and the connect script runs (authentication and the like); user sends are held back.</summary>
    Scripting = 2,

    /// <summary>Subscriptions are being restored; user sends are held back.</summary>
    Restoring = 3,

    /// <summary>Open for use; what was held back has gone out first.</summary>
    Ready = 4,

    /// <summary>Closed by the user. Final.</summary>
    Closed = 5,

    /// <summary>Given up: the failure was fatal, or the connect pipeline came to its end. Final.</summary>
    Faulted = 6,
}
