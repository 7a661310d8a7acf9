using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>What a listener plays.</summary>
public enum ListenerKind
{
    /// <summary>Every server there is: ws and wss on one port.</summary>
    Server,

    /// <summary>A proxy that opens tunnels.</summary>
    Http,

    /// <summary>The same, reached by TLS.</summary>
    Https,

    /// <summary>A SOCKS proxy of version 4 and 5.</summary>
    Socks,

    /// <summary>A proxy that reads what it is asked for and hangs up.</summary>
    HangsUp,

    /// <summary>A proxy that reads what it is asked for and resets the connection.</summary>
    Resets,

    /// <summary>A proxy that answers 502.</summary>
    BadGateway,

    /// <summary>A SOCKS proxy that opens nothing.</summary>
    RefusesSocks,
}

/// <summary>
/// Plays a proxy or the servers themselves, and notes who was asked for what. Behind each proxy that works are all servers: whatever is asked for, the
/// opening handshake is accepted and the socket closed by 1000, so that a client sees nothing but success where a way was found.
/// </summary>
public sealed class RecordingListener : IAsyncDisposable
{
    // 1000, and nothing else.
    private static readonly byte[] CloseFrame = [0x88, 2, 0x03, 0xE8];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Task, TcpClient> _connections = new();
    private readonly string _name;
    private readonly ListenerKind _kind;
    private readonly ProxyLog _log;
    private readonly X509Certificate2 _certificate;
    private readonly Task _accepting;

    /// <summary>Starts to listen.</summary>
    /// <param name="name">What it is called in the log.</param>
    /// <param name="kind">What it plays.</param>
    /// <param name="log">Where it notes what it was asked for.</param>
    /// <param name="certificate">Its certificate, and that of all servers.</param>
    public RecordingListener(string name, ListenerKind kind, ProxyLog log, X509Certificate2 certificate)
    {
        _name = name;
        _kind = kind;
        _log = log;
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach ((Task serving, TcpClient connection) in _connections)
        {
            connection.Dispose();
            await serving;
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient connection = await _listener.AcceptTcpClientAsync();
                Task serving = ServeAsync(connection);
                _connections[serving] = connection;
                _ = serving.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                await ServeAsync(connection.GetStream());
                if (_kind == ListenerKind.Resets)
                {
                    // Without shutting down first, as the stream would.
                    connection.LingerState = new LingerOption(true, 0);
                    connection.Client.Close(0);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException or ObjectDisposedException)
            {
                // The client has left. What it asked for is noted.
            }
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        switch (_kind)
        {
            case ListenerKind.Server:
                await ServerAsync(stream, key => _log.Add(key, "DIRECT"));
                break;
            case ListenerKind.Https:
                await using (SslStream secure = await AuthenticateAsync(stream))
                    await TunnelAsync(secure, $"HTTPS {_name}");
                break;
            case ListenerKind.Socks or ListenerKind.RefusesSocks:
                await SocksAsync(stream);
                break;
            default:
                await TunnelAsync(stream, $"PROXY {_name}");
                break;
        }
    }

    private async Task TunnelAsync(Stream stream, string entry)
    {
        string[] request = (await ReadHeadAsync(stream)).Split(' ');
        if (request[0] != "CONNECT")
        {
            // A request of Chromium's own.
            await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            return;
        }

        _log.Add(request[1], entry);
        if (_kind is ListenerKind.HangsUp or ListenerKind.Resets)
            return;
        if (_kind == ListenerKind.BadGateway)
        {
            await stream.WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            return;
        }

        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        await ServerAsync(stream, static _ => { });
    }

    private async Task SocksAsync(Stream stream)
    {
        if ((await ReadAsync(stream, 1))[0] == 4)
        {
            await Socks4Async(stream);
            return;
        }

        await ReadAsync(stream, (await ReadAsync(stream, 1))[0]);
        await stream.WriteAsync(new byte[] { 5, 0 });
        byte[] request = await ReadAsync(stream, 4);
        string host = request[3] switch
        {
            1 => new IPAddress(await ReadAsync(stream, 4)).ToString(),
            3 => Encoding.ASCII.GetString(await ReadAsync(stream, (await ReadAsync(stream, 1))[0])),
            _ => new IPAddress(await ReadAsync(stream, 16)).ToString(),
        };
        int port = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(stream, 2));
        _log.Add(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}", $"SOCKS5 {_name}");
        bool isRefused = _kind == ListenerKind.RefusesSocks;
        await stream.WriteAsync(new byte[] { 5, (byte)(isRefused ? 1 : 0), 0, 1, 0, 0, 0, 0, 0, 0 });
        if (!isRefused)
            await ServerAsync(stream, static _ => { });
    }

    // It is the client that looks up the host: only the handshake within tells which it was.
    private async Task Socks4Async(Stream stream)
    {
        byte[] request = await ReadAsync(stream, 7);
        await ReadUntilAsync(stream, "\0");
        bool isName = request is [_, _, _, 0, 0, 0, not 0];
        string asked = isName ? (await ReadUntilAsync(stream, "\0"))[..^1] : new IPAddress(request.AsSpan(3)).ToString();
        await stream.WriteAsync(new byte[] { 0, 90, 0, 0, 0, 0, 0, 0 });
        await ServerAsync(stream, key => _log.Add(key, asked == "127.0.0.1" ? $"SOCKS4 {_name}" : $"SOCKS4 {_name} for {asked}"));
    }

    private async Task ServerAsync(Stream stream, Action<string> note)
    {
        byte[] first = await ReadAsync(stream, 1);
        bool isSecure = first[0] == 0x16;
        await using PrefixedStream whole = new(first, stream);
        if (!isSecure)
        {
            await HandshakeAsync(whole, isSecure, note);
            return;
        }

        await using SslStream secure = await AuthenticateAsync(whole);
        await HandshakeAsync(secure, isSecure, note);
    }

    private static async Task HandshakeAsync(Stream stream, bool isSecure, Action<string> note)
    {
        string[] lines = (await ReadHeadAsync(stream)).Split("\r\n");
        note(ProxyAddresses.WithPort(Header(lines, "Host"), isSecure));
        byte[] answer = RawConnection.Acceptance(HandshakeHead.AcceptFor(Header(lines, "Sec-WebSocket-Key")), CloseFrame);
        await stream.WriteAsync(answer);
        // The client's own close frame, or its end; Chromium waits for ours.
        await ReadAsync(stream, 1);
    }

    private async Task<SslStream> AuthenticateAsync(Stream stream)
    {
        SslStream secure = new(stream);
        await secure.AuthenticateAsServerAsync(_certificate);
        return secure;
    }

    private static string Header(string[] lines, string name) =>
        lines.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? "";

    private static Task<string> ReadHeadAsync(Stream stream) => ReadUntilAsync(stream, "\r\n\r\n");

    // Byte by byte, since what comes after it is not ours.
    private static async Task<string> ReadUntilAsync(Stream stream, string end)
    {
        StringBuilder text = new();
        do
        {
            text.Append((char)(await ReadAsync(stream, 1))[0]);
        }
        while (text.Length < end.Length || text.ToString(text.Length - end.Length, end.Length) != end);

        return text.ToString();
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
