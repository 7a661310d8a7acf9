using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Sockets;

/// <summary>A socket that is open to a scripted peer, and how long a test waits for what must come.</summary>
internal sealed class OpenPair : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private OpenPair(ScriptedServer server, ScriptedPeer peer, NetWebSocket socket)
    {
        Server = server;
        Peer = peer;
        Socket = socket;
    }

    public ScriptedServer Server { get; }

    public ScriptedPeer Peer { get; }

    public NetWebSocket Socket { get; }

    public static async Task<OpenPair> CreateAsync(NetWebSocketOptions? options = null, IEnumerable<string>? headers = null)
    {
        var server = new ScriptedServer();
        var socket = new NetWebSocket(server.Uri, options);
        ScriptedPeer peer = await server.AcceptOpenAsync(headers: headers, cancellationToken: TestContext.Current.CancellationToken).WaitAsync(Patience);
        await socket.Opened.WaitAsync(Patience);
        return new OpenPair(server, peer, socket);
    }

    public async ValueTask DisposeAsync()
    {
        Socket.Abort();
        await Socket.Closed.WaitAsync(Patience);
        Peer.Dispose();
        await Server.DisposeAsync();
    }
}
