using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace NetWebSockets.TestServers;

/// <summary>What came before the client ended the connection, and how it ended it.</summary>
/// <param name="Bytes">What came.</param>
/// <param name="Reset">Whether it ended with a reset (RST) and not with an orderly FIN.</param>
public sealed record PeerEnd(byte[] Bytes, bool Reset);

/// <summary>The server's side of one connection, driven by the test. Reads and writes may run at the same time; two reads may not.</summary>
public sealed class ScriptedPeer : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    internal ScriptedPeer(Socket socket, Stream stream)
    {
        _socket = socket;
        Stream = stream;
    }

    /// <summary>The stream: TLS when the server speaks it. Reading it past this class loses what is buffered here.</summary>
    public Stream Stream { get; }

    /// <summary>The request of the opening handshake, once it has been read.</summary>
    public HandshakeHead? Request { get; private set; }

    /// <summary>Reads the opening handshake's request.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The request.</returns>
    /// <exception cref="EndOfStreamException">The client ended the connection before the blank line.</exception>
    public async Task<HandshakeHead> ReadRequestAsync(CancellationToken cancellationToken = default)
    {
        List<byte> head = [];
        while (!EndsWithBlankLine(head))
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
                throw new EndOfStreamException($"The client left after {head.Count} bytes of its request.");
            head.Add(_buffer[_start++]);
        }

        return Request = HandshakeHead.Parse(Encoding.Latin1.GetString([.. head]));
    }

    /// <summary>Answers the opening handshake with a proper 101; reads the request first when it has not been.</summary>
    /// <param name="protocol">The subprotocol to choose.</param>
    /// <param name="headers">Further header lines, such as <c>"Set-Cookie: a=1"</c>.</param>
    /// <param name="sameWrite">Bytes to write in the same packet, such as the first frames.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The request.</returns>
    public async Task<HandshakeHead> AcceptHandshakeAsync(
        string? protocol = null,
        IEnumerable<string>? headers = null,
        ReadOnlyMemory<byte> sameWrite = default,
        CancellationToken cancellationToken = default)
    {
        HandshakeHead request = Request ?? await ReadRequestAsync(cancellationToken).ConfigureAwait(false);
        StringBuilder response = new();
        response.Append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
        response.Append("Sec-WebSocket-Accept: ").Append(request.Accept).Append("\r\n");
        if (protocol is not null)
            response.Append("Sec-WebSocket-Protocol: ").Append(protocol).Append("\r\n");
        foreach (string header in headers ?? [])
            response.Append(header).Append("\r\n");
        response.Append("\r\n");
        byte[] bytes = [.. Encoding.Latin1.GetBytes(response.ToString()), .. sameWrite.Span];
        await WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        return request;
    }

    /// <summary>Writes bytes as they are.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when they are written.</returns>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        await Stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes text as Latin-1, such as a botched response.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when it is written.</returns>
    public Task WriteAsync(string text, CancellationToken cancellationToken = default) => WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    /// <summary>Writes bytes one by one, each in a packet of its own.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when they are written.</returns>
    public async Task WriteByteByByteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            await WriteAsync(bytes.Slice(i, 1), cancellationToken).ConfigureAwait(false);
            await Task.Yield();
        }
    }

    /// <summary>Writes one frame; see <see cref="ServerFrame.Encode"/>.</summary>
    /// <param name="opcode">See <see cref="Opcodes"/>; 0 to 15.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="fin">The FIN bit.</param>
    /// <param name="rsv">The reserved bits: RSV1 is 4, RSV2 is 2, RSV3 is 1.</param>
    /// <param name="mask">A key to mask with, which servers must not.</param>
    /// <param name="form">The form of the length.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when it is written.</returns>
    public Task SendFrameAsync(
        int opcode,
        ReadOnlyMemory<byte> payload,
        bool fin = true,
        int rsv = 0,
        byte[]? mask = null,
        LengthForm form = LengthForm.Minimal,
        CancellationToken cancellationToken = default) =>
        WriteAsync(ServerFrame.Encode(opcode, payload.Span, fin, rsv, mask, form), cancellationToken);

    /// <summary>Writes a text message in one frame.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when it is written.</returns>
    public Task SendTextAsync(string text, CancellationToken cancellationToken = default) => WriteAsync(ServerFrame.Text(text), cancellationToken);

    /// <summary>Writes a binary message in one frame.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when it is written.</returns>
    public Task SendBinaryAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        SendFrameAsync(Opcodes.Binary, payload, cancellationToken: cancellationToken);

    /// <summary>Writes a close frame.</summary>
    /// <param name="code">The code, valid or not; <see langword="null"/> sends no payload.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when it is written.</returns>
    public Task SendCloseAsync(int? code = null, string reason = "", CancellationToken cancellationToken = default) =>
        WriteAsync(ServerFrame.Close(code, reason), cancellationToken);

    /// <summary>Reads one frame.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The frame, or <see langword="null"/> when the client ended the connection between two frames.</returns>
    /// <exception cref="EndOfStreamException">The client ended the connection inside a frame.</exception>
    /// <exception cref="IOException">The client reset the connection.</exception>
    public async Task<ClientFrame?> ReadFrameAsync(CancellationToken cancellationToken = default)
    {
        if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            return null;
        byte[] head = await ReadExactlyAsync(2, cancellationToken).ConfigureAwait(false);
        bool masked = (head[1] & 0x80) != 0;
        int shortLength = head[1] & 0x7F;
        (LengthForm form, ulong length) = shortLength switch
        {
            126 => (LengthForm.Bits16, BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(2, cancellationToken).ConfigureAwait(false))),
            127 => (LengthForm.Bits64, BinaryPrimitives.ReadUInt64BigEndian(await ReadExactlyAsync(8, cancellationToken).ConfigureAwait(false))),
            _ => (LengthForm.Bits7, (ulong)shortLength),
        };
        byte[] key = masked ? await ReadExactlyAsync(4, cancellationToken).ConfigureAwait(false) : new byte[4];
        byte[] payload = await ReadExactlyAsync(checked((int)length), cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < payload.Length; i++)
            payload[i] ^= key[i & 3];
        return new ClientFrame(
            (head[0] & 0x80) != 0, (head[0] >> 4) & 7, head[0] & 0xF, masked, BinaryPrimitives.ReadUInt32BigEndian(key), form, payload);
    }

    /// <summary>Reads frames until a close frame comes, answers nothing and returns it.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The close frame, or <see langword="null"/> when the client ended the connection without one.</returns>
    public async Task<ClientFrame?> ReadCloseAsync(CancellationToken cancellationToken = default)
    {
        ClientFrame? frame;
        do
            frame = await ReadFrameAsync(cancellationToken).ConfigureAwait(false);
        while (frame is not null && frame.Opcode != Opcodes.Close);
        return frame;
    }

    /// <summary>Reads until the client ends the connection.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What came, and how it ended.</returns>
    public async Task<PeerEnd> ReadToEndAsync(CancellationToken cancellationToken = default)
    {
        using MemoryStream bytes = new();
        try
        {
            do
            {
                bytes.Write(_buffer, _start, _end - _start);
                _start = _end = 0;
            }
            while (await FillAsync(cancellationToken).ConfigureAwait(false));
            return new PeerEnd(bytes.ToArray(), Reset: false);
        }
        catch (IOException)
        {
            return new PeerEnd(bytes.ToArray(), Reset: true);
        }
    }

    /// <summary>Drops the connection with a reset (RST), losing what the client has not read yet.</summary>
    public void Reset()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (ObjectDisposedException)
        {
            // Dropped already, by another thread of the test.
        }

        _socket.Dispose();
    }

    /// <summary>Says that nothing more comes from this side (FIN, below TLS); the client may still send.</summary>
    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes the connection below TLS. When the client's bytes have all been read this is a FIN, otherwise the system makes it a reset.</summary>
    public void Dispose() => _socket.Dispose();

    private static bool EndsWithBlankLine(List<byte> head) =>
        head.Count >= 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n' && head[^4] == '\r';

    private async Task<byte[]> ReadExactlyAsync(int count, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        int filled = 0;
        while (filled < count)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
                throw new EndOfStreamException("The client ended the connection inside a frame.");
            int take = Math.Min(count - filled, _end - _start);
            _buffer.AsSpan(_start, take).CopyTo(bytes.AsSpan(filled));
            _start += take;
            filled += take;
        }

        return bytes;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = 0;
        _end = await Stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        return _end > 0;
    }
}
