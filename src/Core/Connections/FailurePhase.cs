namespace NetWebSockets;

/// <summary>How far an attempt or a connection had come when it failed.</summary>
public enum FailurePhase
{
    /// <summary>The endpoint factory was asked for an address.</summary>
    Endpoint = 0,

    /// <summary>Name look-up, proxy, TLS and the opening handshake.</summary>
    Handshake = 1,

    /// <summary>The socket was open and the connect script ran.</summary>
    Script = 2,

    /// <summary>Subscriptions were being restored, or what had been queued was going out.</summary>
    Restore = 3,

    /// <summary>The connection was ready: this is a drop.</summary>
    Ready = 4,
}
