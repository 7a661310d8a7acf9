using NetWebSockets.Protocol;

namespace NetWebSockets.Sockets;

/// <summary>
/// Pings and pongs that wait to be written. Bounded whatever the peer does: once pongs have gathered because the peer reads nothing, only the
/// newest further ping is answered, as RFC 6455, section 5.5.3 allows.
/// </summary>
internal sealed class ControlQueue
{
    /// <summary>Bytes of frames beyond which only the newest pong is kept.</summary>
    public const int Limit = 4096;

    // RFC 6455, section 5.5.
    private const int MaxPayload = 125;

    private SendBuffer? _frames;
    private byte[]? _newestPong;
    private int _newestPongLength;

    public bool IsEmpty => _frames is null || _frames.IsEmpty;

    /// <summary>Adds a ping or pong.</summary>
    public void Add(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        _frames ??= new SendBuffer();
        if (opcode != Opcode.Pong || _frames.Length < Limit)
        {
            _frames.Append(opcode, payload, isData: false, 0);
            return;
        }

        _newestPong ??= new byte[MaxPayload];
        payload.CopyTo(_newestPong);
        _newestPongLength = payload.Length;
    }

    /// <summary>Takes everything, as frames to write.</summary>
    public SendBuffer Take()
    {
        // Out of a copy, so that others can be added meanwhile.
        var copy = new SendBuffer();
        copy.AppendRaw(_frames!.Written.Span);
        if (_newestPong is not null)
            copy.Append(Opcode.Pong, _newestPong.AsSpan(0, _newestPongLength), isData: false, 0);
        Release();
        return copy;
    }

    /// <summary>Forgets everything and gives the memory back.</summary>
    public void Release()
    {
        _frames?.Release();
        _newestPong = null;
    }
}
