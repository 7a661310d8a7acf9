using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace NetWebSockets.TestServers;

/// <summary>The server's side of one HTTP/2 connection, frame by frame as the test says. It reads no headers: what they are, real servers tell.</summary>
/// <param name="peer">The connection below.</param>
public sealed class Http2Peer(ScriptedPeer peer)
{
    private const int PrefaceLength = 24;
    private const int EnableConnectProtocol = 8;

    /// <summary>Exchanges prefaces.</summary>
    /// <param name="allowsExtendedConnect">Whether to send SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441, section 3).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when both are.</returns>
    public async Task StartAsync(bool allowsExtendedConnect = true, CancellationToken cancellationToken = default)
    {
        await peer.Stream.ReadExactlyAsync(new byte[PrefaceLength], cancellationToken).ConfigureAwait(false);
        byte[] settings = allowsExtendedConnect ? [0, EnableConnectProtocol, 0, 0, 0, 1] : [];
        await WriteAsync(new Http2Frame(Http2FrameTypes.Settings, 0, 0, settings), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads one frame. SETTINGS and PING are acknowledged on the way, as a server must, and are returned too.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="EndOfStreamException">The client ended the connection.</exception>
    public async Task<Http2Frame> ReadAsync(CancellationToken cancellationToken = default)
    {
        byte[] head = new byte[9];
        await peer.Stream.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        byte[] payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await peer.Stream.ReadExactlyAsync(payload, cancellationToken).ConfigureAwait(false);
        Http2Frame frame = new(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        if (frame is { Type: Http2FrameTypes.Settings or Http2FrameTypes.Ping, Flags: 0 })
        {
            byte[] answer = frame.Type == Http2FrameTypes.Ping ? payload : [];
            await WriteAsync(new Http2Frame(frame.Type, Http2Frame.EndStream, 0, answer), cancellationToken).ConfigureAwait(false);
        }

        return frame;
    }

    /// <summary>Reads until a frame of a type comes.</summary>
    /// <param name="type">See <see cref="Http2FrameTypes"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The frame.</returns>
    public async Task<Http2Frame> ReadAsync(int type, CancellationToken cancellationToken = default)
    {
        Http2Frame frame;
        do
            frame = await ReadAsync(cancellationToken).ConfigureAwait(false);
        while (frame.Type != type);
        return frame;
    }

    /// <summary>Reads up to the next request.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its stream.</returns>
    public async Task<int> ReadRequestAsync(CancellationToken cancellationToken = default) =>
        (await ReadAsync(Http2FrameTypes.Headers, cancellationToken).ConfigureAwait(false)).StreamId;

    /// <summary>Answers a request with a status and headers.</summary>
    /// <param name="streamId">Its stream.</param>
    /// <param name="status">The status.</param>
    /// <param name="headers">The headers, in lower case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when it is written.</returns>
    public Task AnswerAsync(int streamId, int status, IEnumerable<(string Name, string Value)>? headers = null, CancellationToken cancellationToken = default)
    {
        byte[] block = [.. Field(":status", status.ToString(CultureInfo.InvariantCulture)), .. (headers ?? []).SelectMany(h => Field(h.Name, h.Value))];
        return WriteAsync(new Http2Frame(Http2FrameTypes.Headers, Http2Frame.EndHeaders, streamId, block), cancellationToken);
    }

    /// <summary>Writes DATA.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="data">The data, at most 16 KiB.</param>
    /// <param name="endStream">Whether it is the last.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when it is written.</returns>
    public Task WriteDataAsync(int streamId, byte[] data, bool endStream = false, CancellationToken cancellationToken = default) =>
        WriteAsync(new Http2Frame(Http2FrameTypes.Data, endStream ? Http2Frame.EndStream : 0, streamId, data), cancellationToken);

    /// <summary>Resets a stream.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="errorCode">The error code (RFC 9113, section 7).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when it is written.</returns>
    public Task ResetAsync(int streamId, byte errorCode, CancellationToken cancellationToken = default) =>
        WriteAsync(new Http2Frame(Http2FrameTypes.ResetStream, 0, streamId, [0, 0, 0, errorCode]), cancellationToken);

    /// <summary>Writes one frame.</summary>
    /// <param name="frame">The frame, valid or not.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when it is written.</returns>
    public Task WriteAsync(Http2Frame frame, CancellationToken cancellationToken = default)
    {
        byte[] bytes = new byte[9 + frame.Payload.Length];
        bytes[0] = (byte)(frame.Payload.Length >> 16);
        bytes[1] = (byte)(frame.Payload.Length >> 8);
        bytes[2] = (byte)frame.Payload.Length;
        bytes[3] = (byte)frame.Type;
        bytes[4] = (byte)frame.Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), frame.StreamId);
        frame.Payload.CopyTo(bytes, 9);
        return peer.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>A header field as HPACK writes it without its tables (RFC 7541, section 6.2.2).</summary>
    /// <param name="name">The name, in lower case.</param>
    /// <param name="value">The value.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Field(string name, string value) => [0, .. Literal(name), .. Literal(value)];

    private static byte[] Literal(string text)
    {
        List<byte> bytes = [];
        int rest = text.Length;
        if (rest < 127)
        {
            bytes.Add((byte)rest);
        }
        else
        {
            bytes.Add(127);
            for (rest -= 127; rest >= 128; rest >>= 7)
                bytes.Add((byte)((rest & 127) | 128));
            bytes.Add((byte)rest);
        }

        bytes.AddRange(Encoding.ASCII.GetBytes(text));
        return [.. bytes];
    }
}
