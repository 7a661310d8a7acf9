using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace NetWebSockets.IntegrationTests.Messaging;

/// <summary>
/// A server for one connection that sends every message back and allocates nothing while it does: a thread of its own on a blocking
/// socket. It knows unfragmented frames of 126 to 65,535 bytes only (RFC 6455, section 5.2) and drops the connection at anything else.
/// </summary>
internal sealed class EchoThread : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Thread _thread;

    public EchoThread()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Uri = new Uri($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public Uri Uri { get; }

    public void Dispose() => _listener.Dispose();

    private void Serve()
    {
        try
        {
            using Socket socket = _listener.Accept();
            socket.NoDelay = true;
            using var stream = new NetworkStream(socket);
            Open(stream);
            Echo(stream);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The test is over.
        }
    }

    private static void Open(NetworkStream stream)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)stream.ReadByte());
        const string Name = "Sec-WebSocket-Key: ";
        string key = head.ToString().Split("\r\n").Single(l => l.StartsWith(Name, StringComparison.OrdinalIgnoreCase))[Name.Length..];
#pragma warning disable CA5350 // RFC 6455, section 4.2.2, says SHA-1; it protects nothing.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        stream.Write(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
    }

    private static void Echo(NetworkStream stream)
    {
        byte[] frame = new byte[70_000];
        while (true)
        {
            stream.ReadExactly(frame, 0, 8);
            if ((frame[1] & 0x7F) != 126)
                return;
            int length = (frame[2] << 8) | frame[3];
            stream.ReadExactly(frame, 8, length);
            for (int i = 0; i < length; i++)
                frame[8 + i] ^= frame[4 + (i & 3)];
            frame[4] = frame[0];
            frame[5] = 126;
            frame[6] = (byte)(length >> 8);
            frame[7] = (byte)length;
            stream.Write(frame, 4, length + 4);
        }
    }
}
