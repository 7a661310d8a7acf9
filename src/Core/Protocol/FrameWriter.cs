using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace NetWebSockets.Protocol;

/// <summary>Writes client frames (RFC 6455, section 5.2): always masked, always the shortest length form.</summary>
internal static class FrameWriter
{
    /// <summary>The longest client header: 2 + 8 of length + 4 of key.</summary>
    public const int MaxHeaderLength = 14;

    private const byte FinBit = 0x80;
    private const byte MaskBit = 0x80;

    /// <summary>The length of a header for a payload of this length, with its key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int HeaderLength(long payloadLength) => payloadLength < 126 ? 6 : payloadLength <= ushort.MaxValue ? 8 : 14;

    /// <summary>Writes a header.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="opcode">The opcode.</param>
    /// <param name="fin">Whether this is the last frame of its message.</param>
    /// <param name="compressed">RSV1: the first frame of a message compressed by permessage-deflate (RFC 7692, section 6).</param>
    /// <param name="payloadLength">The length of the payload.</param>
    /// <param name="key">The mask key.</param>
    /// <returns>The length of the header.</returns>
    public static int WriteHeader(Span<byte> destination, Opcode opcode, bool fin, bool compressed, long payloadLength, uint key)
    {
        destination[0] = (byte)((byte)opcode | (fin ? FinBit : 0) | (compressed ? 0x40 : 0));
        int length;
        if (payloadLength < 126)
        {
            destination[1] = (byte)(MaskBit | payloadLength);
            length = 2;
        }
        else if (payloadLength <= ushort.MaxValue)
        {
            destination[1] = MaskBit | 126;
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
            length = 4;
        }
        else
        {
            destination[1] = MaskBit | 127;
            BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)payloadLength);
            length = 10;
        }

        Mask.WriteKey(destination[length..], key);
        return length + 4;
    }

    /// <summary>Writes a whole frame: header, then the payload masked.</summary>
    /// <returns>The length of the frame.</returns>
    public static int WriteFrame(Span<byte> destination, Opcode opcode, bool fin, bool compressed, ReadOnlySpan<byte> payload)
    {
        uint key = Mask.NextKey();
        int header = WriteHeader(destination, opcode, fin, compressed, payload.Length, key);
        Mask.Apply(payload, destination[header..], key);
        return header + payload.Length;
    }
}
