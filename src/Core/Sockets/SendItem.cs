using System.Buffers;
using NetWebSockets.Protocol;

namespace NetWebSockets.Sockets;

/// <summary>One thing in the order of a <see cref="SendQueue"/>: gathered frames, a large message, or a stream.</summary>
internal sealed class SendItem
{
    /// <summary>Gathered frames; null for the other kinds.</summary>
    public SendBuffer? Buffer { get; set; }

    /// <summary>The payload of a large message, masked as it is written.</summary>
    public ReadOnlyMemory<byte> Large { get; init; }

    /// <summary>Memory behind <see cref="Large"/> that goes back to the pool when it is written; null when it is the caller's.</summary>
    public byte[]? Rented { get; init; }

    /// <summary>The source of a message of unknown length, sent in fragments.</summary>
    public Stream? Source { get; init; }

    public Opcode Opcode { get; init; }

    /// <summary>A large message: compressed already. A stream: to be compressed as it is written.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>The number of the (last) message.</summary>
    public long Sequence { get; set; }

    /// <summary>Application data counted in BufferedAmount for this item that has not been written yet.</summary>
    public long Unwritten { get; set; }

    public void Release()
    {
        Buffer?.Release();
        if (Rented is not null)
            ArrayPool<byte>.Shared.Return(Rented);
    }
}
