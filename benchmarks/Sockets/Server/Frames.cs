using System.Buffers.Binary;
using System.Numerics;

namespace NetWebSockets.Benchmarks.Server;

/// <summary>Frames made ahead (RFC 6455, section 5.2), and the little of reading them that the server does.</summary>
internal static class Frames
{
    public const byte Text = 0x81;
    public const byte Binary = 0x82;
    public const byte Close = 0x88;

    /// <summary>Compressed (RFC 7692): the first reserved bit is set.</summary>
    public const byte CompressedText = 0xC1;

    private const byte Masked = 0x80;

    /// <summary>Bytes of a server's frame.</summary>
    public static int ServerLength(int size) => size + HeaderLength(size);

    /// <summary>Bytes of a client's frame, which has a mask.</summary>
    public static int ClientLength(int size) => size + HeaderLength(size) + 4;

    /// <summary>A server's frame.</summary>
    public static byte[] OfServer(ReadOnlySpan<byte> payload, byte start)
    {
        byte[] frame = new byte[ServerLength(payload.Length)];
        payload.CopyTo(frame.AsSpan(WriteHeader(frame, start, payload.Length, masked: false)));
        return frame;
    }

    /// <summary>A server's binary frame of x.</summary>
    public static byte[] OfServer(int size)
    {
        byte[] payload = new byte[size];
        payload.AsSpan().Fill((byte)'x');
        return OfServer(payload, Binary);
    }

    /// <summary>A client's binary frame of x, masked.</summary>
    public static byte[] OfClient(int size)
    {
        byte[] frame = new byte[ClientLength(size)];
        int at = WriteHeader(frame, Binary, size, masked: true);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(at), 0x4D3C2B1A);
        frame.AsSpan(at + 4).Fill((byte)'x');
        Mask(frame.AsSpan(at + 4), frame.AsSpan(at + 4), 0x4D3C2B1A);
        return frame;
    }

    /// <summary>Writes a header and returns its length.</summary>
    public static int WriteHeader(Span<byte> target, byte start, int size, bool masked)
    {
        target[0] = start;
        byte mask = masked ? Masked : (byte)0;
        switch (size)
        {
            case < 126:
                target[1] = (byte)(mask | size);
                return 2;
            case <= ushort.MaxValue:
                target[1] = (byte)(mask | 126);
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)size);
                return 4;
            default:
                target[1] = (byte)(mask | 127);
                BinaryPrimitives.WriteInt64BigEndian(target[2..], size);
                return 10;
        }
    }

    /// <summary>Reads the header of a client's frame of less than 64 KiB. False when not all of it is there.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> source, out int headerLength, out int size)
    {
        headerLength = size = 0;
        if (source.Length < 6)
            return false;
        size = source[1] & ~Masked;
        headerLength = 6;
        if (size < 126)
            return true;
        headerLength = 8;
        if (size == 127)
            throw new InvalidDataException("A frame of 64 KiB or more is not expected here.");
        if (source.Length < 8)
            return false;
        size = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        return true;
    }

    /// <summary>Masks or unmasks.</summary>
    public static void Mask(ReadOnlySpan<byte> source, Span<byte> target, uint key)
    {
        Vector<byte> wide = Vector.AsVectorByte(new Vector<uint>(key));
        int at = 0;
        for (; source.Length - at >= Vector<byte>.Count; at += Vector<byte>.Count)
            (new Vector<byte>(source[at..]) ^ wide).CopyTo(target[at..]);
        for (; at < source.Length; at++)
            target[at] = (byte)(source[at] ^ (byte)(key >> (8 * (at & 3))));
    }

    private static int HeaderLength(int size) => size switch
    {
        < 126 => 2,
        <= ushort.MaxValue => 4,
        _ => 10,
    };
}
