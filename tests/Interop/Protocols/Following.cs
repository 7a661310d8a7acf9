using System.Threading.Channels;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>The states that a client goes through from the time that it is followed.</summary>
internal sealed class Following
{
    private readonly Channel<ConnectionStateChange> _changes = Channel.CreateUnbounded<ConnectionStateChange>();

    public Following(IWebSocketClient client) => client.StateChanged += (_, change) => _changes.Writer.TryWrite(change);

    /// <summary>Waits until the client has come to a state, which it must do soon.</summary>
    public async Task<ConnectionStateChange> ReachesAsync(ConnectionState state)
    {
        while (true)
        {
            ConnectionStateChange change = await _changes.Reader.ReadAsync().AsTask().Soon();
            if (change.Current == state)
                return change;
        }
    }
}
