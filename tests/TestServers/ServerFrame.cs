using System.Buffers.Binary;
using System.Text;

namespace NetWebSockets.TestServers;

/// <summary>How many bytes a frame's length takes (RFC 6455, section 5.2). The forced forms may be non-minimal, which the RFC forbids.</summary>
public enum LengthForm
{
    /// <summary>The shortest that fits, as the RFC asks.</summary>
    Minimal = 0,

    /// <summary>7 bits; the payload must be shorter than 126 bytes.</summary>
    Bits7 = 7,

    /// <summary>126 and 16 bits.</summary>
    Bits16 = 16,

    /// <summary>127 and 64 bits.</summary>
    Bits64 = 64,
}

/// <summary>Builds frames as a server writes them, and as no server should.</summary>
public static class ServerFrame
{
    /// <summary>Encodes one frame. Nothing is checked: every invalid combination can be built.</summary>
    /// <param name="opcode">See <see cref="Opcodes"/>; 0 to 15.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="fin">The FIN bit.</param>
    /// <param name="rsv">The three reserved bits as a number: RSV1 is 4, RSV2 is 2, RSV3 is 1.</param>
    /// <param name="mask">A key of four bytes to mask with, which servers must not.</param>
    /// <param name="form">The form of the length.</param>
    /// <param name="declaredLength">A length to declare in place of the payload's own, such as one that is never sent.</param>
    /// <returns>The bytes of the frame.</returns>
    public static byte[] Encode(
        int opcode,
        ReadOnlySpan<byte> payload,
        bool fin = true,
        int rsv = 0,
        byte[]? mask = null,
        LengthForm form = LengthForm.Minimal,
        ulong? declaredLength = null)
    {
        ulong length = declaredLength ?? (ulong)payload.Length;
        if (form == LengthForm.Minimal)
            form = length < 126 ? LengthForm.Bits7 : length <= ushort.MaxValue ? LengthForm.Bits16 : LengthForm.Bits64;

        using MemoryStream bytes = new();
        bytes.WriteByte((byte)((fin ? 0x80 : 0) | (rsv << 4) | opcode));
        byte maskBit = (byte)(mask is null ? 0 : 0x80);
        Span<byte> number = stackalloc byte[8];
        switch (form)
        {
            case LengthForm.Bits7:
                bytes.WriteByte((byte)(maskBit | (byte)length));
                break;
            case LengthForm.Bits16:
                bytes.WriteByte((byte)(maskBit | 126));
                BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)length);
                bytes.Write(number[..2]);
                break;
            default:
                bytes.WriteByte((byte)(maskBit | 127));
                BinaryPrimitives.WriteUInt64BigEndian(number, length);
                bytes.Write(number);
                break;
        }

        byte[] content = payload.ToArray();
        if (mask is not null)
        {
            bytes.Write(mask);
            for (int i = 0; i < content.Length; i++)
                content[i] ^= mask[i & 3];
        }

        bytes.Write(content);
        return bytes.ToArray();
    }

    /// <summary>A text frame.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fin">The FIN bit.</param>
    /// <returns>The bytes of the frame.</returns>
    public static byte[] Text(string text, bool fin = true) => Encode(Opcodes.Text, Encoding.UTF8.GetBytes(text), fin);

    /// <summary>A binary frame.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="fin">The FIN bit.</param>
    /// <returns>The bytes of the frame.</returns>
    public static byte[] Binary(ReadOnlySpan<byte> payload, bool fin = true) => Encode(Opcodes.Binary, payload, fin);

    /// <summary>A continuation frame.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="fin">The FIN bit.</param>
    /// <returns>The bytes of the frame.</returns>
    public static byte[] Continuation(ReadOnlySpan<byte> payload, bool fin) => Encode(Opcodes.Continuation, payload, fin);

    /// <summary>A close frame.</summary>
    /// <param name="code">The code, valid or not; <see langword="null"/> sends no payload.</param>
    /// <param name="reason">The reason.</param>
    /// <returns>The bytes of the frame.</returns>
    public static byte[] Close(int? code = null, string reason = "") => Encode(Opcodes.Close, ClosePayload(code, Encoding.UTF8.GetBytes(reason)));

    /// <summary>The payload of a close frame.</summary>
    /// <param name="code">The code, valid or not; <see langword="null"/> gives no payload.</param>
    /// <param name="reason">The reason's bytes, UTF-8 or not.</param>
    /// <returns>The payload.</returns>
    public static byte[] ClosePayload(int? code, ReadOnlySpan<byte> reason)
    {
        if (code is not { } value)
            return [];
        byte[] payload = new byte[2 + reason.Length];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)value);
        reason.CopyTo(payload.AsSpan(2));
        return payload;
    }
}
