namespace NetWebSockets.Hosting;

/// <summary>Remembers why a client last left a state, for its health check.</summary>
internal sealed class ClientStatus
{
    private ConnectionStateChange? _lastFailure;

    /// <summary>The last step that a failure caused; null once the client has been ready again.</summary>
    public ConnectionStateChange? LastFailure => Volatile.Read(ref _lastFailure);

    public void Watch(IWebSocketClient client) => client.StateChanged += (_, change) =>
    {
        if (change.Current == ConnectionState.Ready)
            Volatile.Write(ref _lastFailure, null);
        else if (change.Cause is not null)
            Volatile.Write(ref _lastFailure, change);
    };
}
