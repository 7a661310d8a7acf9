using System.Net;
using System.Net.Sockets;
using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Handshake;

/// <summary>What the tests of handshakes and sessions share: sessions that go straight to the loopback, and both sides of one connection.</summary>
internal static class Connecting
{
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private static readonly List<Socket> Bound = [];

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static NetSession NewSession(Action<NetSessionOptions>? configure = null)
    {
        var options = new NetSessionOptions { Proxy = new ProxyConfig { Mode = ProxyMode.Direct } };
        configure?.Invoke(options);
        return new NetSession(options);
    }

    public static NetSession NewTrustingSession() =>
        NewSession(options => options.CertificateAuthorities.Add(TestCertificates.Shared.Authority));

    public static HandshakeRequest Request(Uri uri) => new() { Uri = uri };

    public static Task<HandshakeResult> ConnectAsync(NetSession session, HandshakeRequest request, CancellationToken? token = null) =>
        session.ConnectAsync(request, token ?? Token).AsTask().WaitAsync(Guard, Token);

    public static Task<HandshakeResult> ConnectAsync(NetSession session, Uri uri) => ConnectAsync(session, Request(uri));

    public static async Task<HandshakeException> FailAsync(NetSession session, HandshakeRequest request, CancellationToken? token = null) =>
        await Assert.ThrowsAsync<HandshakeException>(() => ConnectAsync(session, request, token));

    public static Task<HandshakeException> FailAsync(NetSession session, Uri uri) => FailAsync(session, Request(uri));

    /// <summary>Answers the next connection with what the test makes of its request, and leaves it open.</summary>
    public static async Task<ScriptedPeer> AnswerAsync(ScriptedServer server, Func<HandshakeHead, string> response)
    {
        ScriptedPeer peer = await server.AcceptAsync(Token);
        HandshakeHead request = await peer.ReadRequestAsync(Token);
        await peer.WriteAsync(response(request), Token);
        return peer;
    }

    /// <summary>Fails a handshake with one response.</summary>
    public static async Task<HandshakeException> FailByResponseAsync(Func<HandshakeHead, string> response, Func<Uri, HandshakeRequest>? request = null)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<ScriptedPeer> peer = AnswerAsync(server, response);
        HandshakeException failure = await FailAsync(session, request?.Invoke(server.Uri) ?? Request(server.Uri));
        await peer.WaitAsync(Guard, Token);
        Assert.Equal(1, server.ConnectionCount);
        return failure;
    }

    public static string Accepted(HandshakeHead request, params string[] lines) =>
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + request.Accept + "\r\n"
        + string.Concat(lines.Select(line => line + "\r\n")) + "\r\n";

    /// <summary>Reads a number of bytes of an accepted handshake: first those that came with it.</summary>
    public static async Task<byte[]> ReadAsync(HandshakeResult result, int count)
    {
        byte[] bytes = new byte[count];
        int kept = Math.Min(count, result.Received.Length);
        result.Received[..kept].CopyTo(bytes);
        await result.Stream.ReadExactlyAsync(bytes.AsMemory(kept), Token).AsTask().WaitAsync(Guard, Token);
        return bytes;
    }

    /// <summary>The stream under that of a handshake made through a session, which network emulation stands before.</summary>
    public static Stream Transport(Stream stream) => Assert.IsType<EmulatedStream>(stream).Transport;

    /// <summary>A port on which nothing listens, nor ever will: it stays bound as long as the process lives.</summary>
    public static int FreePort()
    {
        var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        lock (Bound)
            Bound.Add(bound);
        return ((IPEndPoint)bound.LocalEndPoint!).Port;
    }
}
