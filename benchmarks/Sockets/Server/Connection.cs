using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NetWebSockets.Benchmarks.Server;

/// <summary>
/// One connection, with blocking calls on a thread of its own: nothing here may be slower than a client. What to do stands in the path:
/// <list type="bullet">
/// <item><c>/flood/{size}/{count}</c>: waits for a first byte, then sends messages.</item>
/// <item><c>/deflate/{count}</c>, <c>/ticks/{count}</c>: the same with compressed JSON, and with ticks.</item>
/// <item><c>/sink/{bytes}</c>: reads so many bytes and then answers with one message.</item>
/// <item><c>/echo/{size}</c>: sends every message of that size back.</item>
/// <item><c>/calls/{dialect}</c>: answers calls.</item>
/// <item><c>/idle</c>: does nothing until some connection asks for <c>/drop</c>.</item>
/// </list>
/// A request that begins with RAW is not answered, and is no WebSocket from then on.
/// </summary>
internal sealed class Connection(Socket socket, X509Certificate2? certificate, IdleSockets idle)
{
    public void Serve()
    {
        bool keep = false;
        try
        {
            socket.NoDelay = true;
            var network = new NetworkStream(socket);
            Stream stream = network;
            if (certificate is not null)
            {
                var tls = new SslStream(network);
                tls.AuthenticateAsServer(certificate);
                stream = tls;
            }

            string head = ReadHead(stream);
            if (!head.StartsWith("RAW", StringComparison.Ordinal))
                Accept(stream, head);
            string[] path = head.Split(' ')[1].Split('/', StringSplitOptions.RemoveEmptyEntries);
            switch (path[0])
            {
                case "flood":
                    Floods.Messages(stream, Number(path[1]), Number(path[2]));
                    break;
                case "deflate":
                    Floods.Deflated(stream, Number(path[1]));
                    break;
                case "ticks":
                    Floods.Ticks(stream, Number(path[1]));
                    break;
                case "sink":
                    Sink.Read(stream, long.Parse(path[1], CultureInfo.InvariantCulture));
                    break;
                case "echo":
                    Echo.Serve(stream, Number(path[1]));
                    break;
                case "calls":
                    CallServer.Serve(stream, path[1] == "jsonrpc");
                    stream.Write([Frames.Close, 0]);
                    return;
                case "idle":
                    keep = true;
                    idle.Keep(socket);
                    return;
                case "drop":
                    idle.DropAll();
                    stream.Write(Frames.OfServer(1));
                    break;
                default:
                    throw new InvalidDataException($"The server cannot do {path[0]}.");
            }

            // Until the client leaves, or closes and waits for an answer.
            byte[] rest = new byte[65536];
            while (stream.Read(rest) > 0)
            {
                if (rest[0] == Frames.Close)
                {
                    stream.Write([Frames.Close, 0]);
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client has what it wanted and is gone.
        }
        finally
        {
            if (!keep)
                socket.Dispose();
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Accept(Stream stream, string head)
    {
        string key = Header(head, "Sec-WebSocket-Key") ?? throw new InvalidDataException("No handshake of a WebSocket.");
        // The standard fixes SHA-1 here (RFC 6455, section 4.2.2).
#pragma warning disable CA5350
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        // Accepted as it is offered, with context takeover.
        string extension = Header(head, "Sec-WebSocket-Extensions") is { } offer && offer.Contains("permessage-deflate", StringComparison.Ordinal) && head.Contains("/deflate/", StringComparison.Ordinal)
            ? "Sec-WebSocket-Extensions: permessage-deflate\r\n"
            : "";
        stream.Write(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{extension}\r\n"));
    }

    private static string? Header(string head, string name) => head
        .Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    private static string ReadHead(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (stream.Read(one) == 0)
                throw new IOException("The client left before its request was whole.");
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
