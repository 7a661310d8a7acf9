using System.Threading.Channels;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Connections;

internal static class Support
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Options that try again at once, for tests that are not about when.</summary>
    public static WebSocketConnectionOptions Options(Uri uri, Action<WebSocketConnectionOptions>? change = null)
    {
        WebSocketConnectionOptions options = new()
        {
            Uri = uri,
            ReconnectSpread = TimeSpan.Zero,
            // Most tests end with a peer that does not take part in a close.
            CloseTimeout = TimeSpan.Zero,
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(50), UseJitter = false },
        };
        change?.Invoke(options);
        return options;
    }

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task Soon(this ValueTask task) => task.AsTask().WaitAsync(Limit);

    /// <summary>Connects to a scripted server, which answers properly.</summary>
    public static async Task<ScriptedPeer> ConnectToAsync(this WebSocketConnection connection, ScriptedServer server)
    {
        Task ready = connection.ConnectAsync();
        ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
        await ready.Soon();
        return peer;
    }

    public static async Task<string> ReadTextAsync(this ScriptedPeer peer)
    {
        ClientFrame? frame = await peer.ReadFrameAsync().Soon();
        Assert.NotNull(frame);
        Assert.Equal(Opcodes.Text, frame.Opcode);
        return frame.Text;
    }

    public static async Task<SendException> SendFailsAsync(this ValueTask send) => await Assert.ThrowsAsync<SendException>(() => send.Soon());
}

/// <summary>Writes down the steps of a connection.</summary>
internal sealed class States
{
    private readonly Channel<ConnectionStateChange> _changes = Channel.CreateUnbounded<ConnectionStateChange>();

    public States(WebSocketConnection connection) => connection.StateChanged += (_, change) => _changes.Writer.TryWrite(change);

    public Task<ConnectionStateChange> NextAsync() => _changes.Reader.ReadAsync().AsTask().Soon();

    /// <summary>Passes over steps up to the next one into a state.</summary>
    public async Task<ConnectionStateChange> UntilAsync(ConnectionState state)
    {
        while (true)
        {
            ConnectionStateChange change = await NextAsync();
            if (change.Current == state)
                return change;
        }
    }

    public async Task<List<ConnectionState>> TakeAsync(int count)
    {
        List<ConnectionState> states = [];
        while (states.Count < count)
            states.Add((await NextAsync()).Current);
        return states;
    }
}
