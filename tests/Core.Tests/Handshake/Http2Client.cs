using System.Net;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Handshake;

/// <summary>An open socket to a server of <see cref="Http2Connecting.StartKestrelAsync"/>, over HTTP/2 unless its options say otherwise.</summary>
internal sealed class Http2Client : IAsyncDisposable
{
    private readonly IAsyncEnumerator<WebSocketMessage> _messages;

    private Http2Client(NetWebSocket socket)
    {
        Socket = socket;
        _messages = socket.ReadAllAsync(Token).GetAsyncEnumerator(Token);
    }

    public NetWebSocket Socket { get; }

    /// <summary>Such as HTTP/2.</summary>
    public string Version { get; private set; } = "";

    /// <summary>The server's name of the TCP connection.</summary>
    public string Connection { get; private set; } = "";

    public static NetWebSocket NewSocket(
        Uri uri, NetSession session, Version? version = null, HttpVersionPolicy policy = HttpVersionPolicy.RequestVersionExact) =>
        new(uri, new NetWebSocketOptions { Session = session, HttpVersion = version ?? HttpVersion.Version20, HttpVersionPolicy = policy });

    public static async Task<Http2Client> OpenAsync(
        Uri uri, NetSession session, Version? version = null, HttpVersionPolicy policy = HttpVersionPolicy.RequestVersionExact)
    {
        var client = new Http2Client(NewSocket(uri, session, version, policy));
        await client.Socket.Opened.WaitAsync(Guard, Token);
        string[] which = (await client.NextAsync()).Split(' ');
        (client.Version, client.Connection) = (which[0], which[1]);
        return client;
    }

    public async Task<string> NextAsync()
    {
        if (!await _messages.MoveNextAsync().AsTask().WaitAsync(Guard, Token))
            throw new InvalidOperationException("The socket has closed.");
        return _messages.Current.Text;
    }

    public async Task<string> EchoAsync(string text)
    {
        Socket.Send(text);
        return await NextAsync();
    }

    public async Task<CloseEvent> CloseAsync()
    {
        await _messages.DisposeAsync();
        return await Socket.CloseAsync(1000).WaitAsync(Guard, Token);
    }

    public async ValueTask DisposeAsync()
    {
        Socket.Abort();
        await Socket.DisposeAsync();
    }
}
