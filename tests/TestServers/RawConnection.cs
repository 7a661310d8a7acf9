using System.Net.Sockets;
using System.Text;

namespace NetWebSockets.TestServers;

/// <summary>One connection of a <see cref="RawServer"/>.</summary>
public sealed class RawConnection
{
    private static readonly byte[] KeyHeader = Encoding.ASCII.GetBytes("sec-websocket-key:");
    private readonly byte[] _request = new byte[4096];
    private int _requestLength;

    internal RawConnection(Socket socket, int number)
    {
        Socket = socket;
        Number = number;
    }

    /// <summary>The socket, to read and write by oneself.</summary>
    public Socket Socket { get; }

    /// <summary>Which connection of the server this is, counted from 1.</summary>
    public int Number { get; }

    /// <summary>The target of the request, once it has been read: path and query.</summary>
    public string RequestTarget { get; private set; } = "";

    /// <summary>Reads the request of the opening handshake, which must come alone.</summary>
    /// <returns>The value of Sec-WebSocket-Accept that answers it.</returns>
    /// <exception cref="EndOfStreamException">The client left first.</exception>
    public async ValueTask<string> ReadRequestAsync()
    {
        _requestLength = 0;
        while (!_request.AsSpan(0, _requestLength).EndsWith("\r\n\r\n"u8))
        {
            int count = await Socket.ReceiveAsync(_request.AsMemory(_requestLength)).ConfigureAwait(false);
            if (count == 0)
                throw new EndOfStreamException("The client left inside its request.");
            _requestLength += count;
        }

        string head = Encoding.ASCII.GetString(_request, 0, _requestLength);
        RequestTarget = head.Split(' ', 3)[1];
        return HandshakeHead.AcceptFor(Key());
    }

    /// <summary>Answers the opening handshake properly.</summary>
    /// <param name="sameWrite">Bytes to write in the same packet.</param>
    /// <param name="headers">Further header lines, each with its line end.</param>
    /// <returns>A task that is done when the answer is written.</returns>
    public async ValueTask AcceptAsync(ReadOnlyMemory<byte> sameWrite = default, string headers = "")
    {
        string accept = await ReadRequestAsync().ConfigureAwait(false);
        await WriteAsync(Acceptance(accept, sameWrite.Span, headers)).ConfigureAwait(false);
    }

    /// <summary>The proper answer to an opening handshake.</summary>
    /// <param name="accept">The value of Sec-WebSocket-Accept.</param>
    /// <param name="sameWrite">Bytes that follow it.</param>
    /// <param name="headers">Further header lines, each with its line end.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Acceptance(string accept, ReadOnlySpan<byte> sameWrite = default, string headers = "")
    {
        byte[] head = Encoding.Latin1.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{headers}\r\n");
        return [.. head, .. sameWrite];
    }

    /// <summary>Writes bytes as they are.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>A task that is done when the system has them.</returns>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await Socket.SendAsync(bytes).ConfigureAwait(false)..];
    }

    /// <summary>Writes bytes in pieces.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="sizes">The lengths of the pieces; the last one is the rest.</param>
    /// <returns>A task that is done when the system has them.</returns>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, IEnumerable<int> sizes)
    {
        using IEnumerator<int> size = sizes.GetEnumerator();
        while (!bytes.IsEmpty)
        {
            int length = size.MoveNext() ? Math.Min(size.Current, bytes.Length) : bytes.Length;
            await WriteAsync(bytes[..length]).ConfigureAwait(false);
            bytes = bytes[length..];
            await Task.Yield();
        }
    }

    /// <summary>Reads frames until the client's close frame; for a client that writes little before it.</summary>
    /// <returns>The frames, the close frame as the last.</returns>
    /// <exception cref="EndOfStreamException">The client ended the connection first.</exception>
    public async ValueTask<List<ClientFrame>> ReadUntilCloseAsync()
    {
        byte[] buffer = new byte[1024];
        int length = 0;
        while (true)
        {
            int count = await Socket.ReceiveAsync(buffer.AsMemory(length)).ConfigureAwait(false);
            if (count == 0)
                throw new EndOfStreamException("The client ended the connection without a close frame.");
            length += count;
            ClientFrames.Parse(buffer.AsSpan(0, length), out List<ClientFrame> frames);
            if (frames.Count > 0 && frames[^1].Opcode == Opcodes.Close)
                return frames;
        }
    }

    /// <summary>Reads until the client has ended or reset the connection.</summary>
    /// <returns>What came.</returns>
    public async ValueTask<byte[]> ReadToEndAsync()
    {
        MemoryStream all = new();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await Socket.ReceiveAsync(buffer.AsMemory()).ConfigureAwait(false)) > 0)
                all.Write(buffer, 0, count);
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }

        return all.ToArray();
    }

    /// <summary>Says that nothing more comes from this side (FIN).</summary>
    public void ShutdownSend() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Drops the connection with a reset (RST).</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    private string Key()
    {
        for (int at = 0; at < _requestLength;)
        {
            ReadOnlySpan<byte> line = _request.AsSpan(at, _requestLength - at);
            line = line[..line.IndexOf((byte)'\n')];
            at += line.Length + 1;
            if (line.Length > KeyHeader.Length && Ascii.EqualsIgnoreCase(line[..KeyHeader.Length], KeyHeader))
                return Encoding.ASCII.GetString(line[KeyHeader.Length..]).Trim();
        }

        return "";
    }
}
