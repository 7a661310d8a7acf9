using System.Buffers.Binary;

namespace NetWebSockets.TestServers;

/// <summary>Reads what a client has written, from its bytes. Shares nothing with the client's code.</summary>
public static class ClientFrames
{
    /// <summary>Reads frames.</summary>
    /// <param name="bytes">What came after the handshake.</param>
    /// <param name="frames">The whole frames, in order.</param>
    /// <returns>How many bytes at the end are no whole frame.</returns>
    public static int Parse(ReadOnlySpan<byte> bytes, out List<ClientFrame> frames)
    {
        frames = [];
        while (bytes.Length >= 2)
        {
            bool masked = bytes[1] >= 128;
            int small = bytes[1] & 127;
            (LengthForm form, int lengthBytes) = small switch
            {
                126 => (LengthForm.Bits16, 2),
                127 => (LengthForm.Bits64, 8),
                _ => (LengthForm.Bits7, 0),
            };
            int header = 2 + lengthBytes + (masked ? 4 : 0);
            if (bytes.Length < header)
                break;
            ulong length = lengthBytes switch
            {
                2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
                8 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
                _ => (ulong)small,
            };
            if ((ulong)(bytes.Length - header) < length)
                break;
            ReadOnlySpan<byte> key = masked ? bytes.Slice(header - 4, 4) : [0, 0, 0, 0];
            byte[] payload = bytes.Slice(header, (int)length).ToArray();
            for (int i = 0; i < payload.Length; i++)
                payload[i] ^= key[i % 4];
            frames.Add(new ClientFrame(
                bytes[0] >= 128, (bytes[0] >> 4) & 7, bytes[0] & 15, masked, BinaryPrimitives.ReadUInt32BigEndian(key), form, payload));
            bytes = bytes[(header + (int)length)..];
        }

        return bytes.Length;
    }
}
