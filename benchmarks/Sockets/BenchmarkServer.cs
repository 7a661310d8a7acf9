using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace NetWebSockets.Benchmarks;

/// <summary>
/// Moves prepared bytes as fast as a socket takes them. What to do stands in the path: <c>/flood/{size}/{count}</c> sends messages,
/// <c>/sink/{bytes}</c> reads so many bytes and then sends one byte's worth of an answer. A request that begins with RAW has no frames.
/// </summary>
internal static class BenchmarkServer
{
    public static async Task RunAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture));
        // The parent closes our input when it is done.
        Task<int> parentGone = Task.Run(() => Console.In.Read());
        while (true)
        {
            Task<Socket> accept = listener.AcceptAsync();
            if (await Task.WhenAny(accept, parentGone) == parentGone)
                return;
            Serve(await accept);
        }
    }

    // One connection at a time, with blocking calls: nothing here may be slower than a client.
    private static void Serve(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            string head = ReadHead(socket);
            bool raw = head.StartsWith("RAW", StringComparison.Ordinal);
            string[] path = head.Split(' ')[1].Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (!raw)
            {
                string key = head.Split("Sec-WebSocket-Key: ", StringSplitOptions.None)[1].Split('\r')[0];
                // The standard fixes SHA-1 here (RFC 6455, section 4.2.2).
#pragma warning disable CA5350
                string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
                socket.Send(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
            }

            try
            {
                if (path[0] == "flood")
                    Flood(socket, int.Parse(path[1], CultureInfo.InvariantCulture), long.Parse(path[2], CultureInfo.InvariantCulture));
                else
                    Sink(socket, long.Parse(path[1], CultureInfo.InvariantCulture));
                // Until the client leaves.
                byte[] rest = new byte[65536];
                while (socket.Receive(rest) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // The client has what it wanted and is gone.
            }
        }
    }

    private static void Flood(Socket socket, int size, long count)
    {
        byte[] frame = Frame(size);
        int perBatch = Math.Max(1, 256 * 1024 / frame.Length);
        byte[] batch = new byte[frame.Length * perBatch];
        for (int i = 0; i < perBatch; i++)
            frame.CopyTo(batch, i * frame.Length);
        for (long left = count; left > 0; left -= perBatch)
            SendAll(socket, batch.AsSpan(0, (int)Math.Min(left, perBatch) * frame.Length));
    }

    private static void Sink(Socket socket, long bytes)
    {
        byte[] buffer = new byte[256 * 1024];
        while (bytes > 0)
        {
            int count = socket.Receive(buffer);
            if (count == 0)
                return;
            bytes -= count;
        }

        socket.Send([0x82, 0x01, 0x01]);
    }

    /// <summary>A server's binary frame.</summary>
    public static byte[] Frame(int size)
    {
        byte[] header = size switch
        {
            < 126 => [0x82, (byte)size],
            <= ushort.MaxValue => [0x82, 126, (byte)(size >> 8), (byte)size],
            _ => [0x82, 127, .. BigEndian(size)],
        };
        byte[] frame = new byte[header.Length + size];
        header.CopyTo(frame, 0);
        frame.AsSpan(header.Length).Fill((byte)'x');
        return frame;
    }

    private static byte[] BigEndian(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[socket.Send(bytes)..];
    }

    private static string ReadHead(Socket socket)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (socket.Receive(one) == 0)
                throw new IOException("The client left before its request was whole.");
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
