using System.Net;
using System.Net.Sockets;
using System.Text;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Handshake;

[CollectionDefinition(nameof(IdleMemoryTests), DisableParallelization = true)]
public sealed class IdleMemoryCollection;

/// <summary>What a connection holds after its handshake: its socket and stream, and nothing of HTTP.</summary>
[Collection(nameof(IdleMemoryTests))]
public sealed class IdleMemoryTests
{
    private const int Count = 200;

    // Sockets and stream of both sides, with a read pending, are about 2.5 KB; one buffer of HTTP would add 4 KB.
    private const int MostBytes = 4_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_the_http_connection_stays(bool throughProxy)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(16);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using NetSession session = NewSession(options => options.Proxy = throughProxy
            ? new ProxyConfig { ProxyRules = $"http://127.0.0.1:{port}", ProxyBypassRules = "<-loopback>" }
            : options.Proxy);
        HandshakeRequest request = Request(new Uri($"ws://127.0.0.1:{port}/"));
        var held = new List<object>(2 * (Count + 10));
        for (int i = 0; i < 10; i++)
            await OpenAsync(session, request, listener, throughProxy, held);

        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Count; i++)
            await OpenAsync(session, request, listener, throughProxy, held);
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        foreach (IDisposable one in held.Cast<IDisposable>())
            one.Dispose();

        Assert.InRange(each, 0, MostBytes);
    }

    // The listener plays the proxy too: it answers CONNECT, and then the handshake on the same connection.
    private static async Task OpenAsync(NetSession session, HandshakeRequest request, Socket listener, bool throughProxy, List<object> held)
    {
        Task<HandshakeResult> connecting = ConnectAsync(session, request);
        Socket server = await listener.AcceptAsync(Token);
        held.Add(server);
        if (throughProxy)
        {
            ReadHead(server);
            server.Send("HTTP/1.1 200 OK\r\n\r\n"u8);
        }

        string head = ReadHead(server);
        const string KeyHeader = "Sec-WebSocket-Key: ";
        int key = head.IndexOf(KeyHeader, StringComparison.Ordinal) + KeyHeader.Length;
        string accept = HandshakeHead.AcceptFor(head[key..head.IndexOf('\r', key)]);
        server.Send(
            Encoding.ASCII.GetBytes($"HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        Stream stream = (await connecting).Stream;
        held.Add(stream);
        // What a codec does while nothing comes; it also lets go of the buffer of the last read.
        _ = stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
    }

    // Synchronous, since the asynchronous calls of a socket keep their last buffer.
    private static string ReadHead(Socket socket)
    {
        Span<byte> buffer = stackalloc byte[4096];
        int length = 0;
        do
            length += socket.Receive(buffer[length..]);
        while (!buffer[..length].EndsWith("\r\n\r\n"u8));
        return Encoding.ASCII.GetString(buffer[..length]);
    }
}
