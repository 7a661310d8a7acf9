using System.Buffers.Binary;
using System.Text;

namespace NetWebSockets.TestServers;

/// <summary>One frame as the client wrote it.</summary>
/// <param name="Fin">The FIN bit.</param>
/// <param name="Rsv">The reserved bits: RSV1 is 4, RSV2 is 2, RSV3 is 1.</param>
/// <param name="Opcode">See <see cref="Opcodes"/>.</param>
/// <param name="Masked">The mask bit; a client must set it.</param>
/// <param name="Key">The masking key, 0 when not masked.</param>
/// <param name="Form">The form the length was written in.</param>
/// <param name="Payload">The payload, unmasked.</param>
public sealed record ClientFrame(bool Fin, int Rsv, int Opcode, bool Masked, uint Key, LengthForm Form, byte[] Payload)
{
    /// <summary>The payload as UTF-8 text; throws when it is not.</summary>
    public string Text => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Payload);

    /// <summary>The code of a close frame, or <see langword="null"/> when it carries none.</summary>
    public int? CloseCode => Payload.Length < 2 ? null : BinaryPrimitives.ReadUInt16BigEndian(Payload);

    /// <summary>The reason of a close frame.</summary>
    public string CloseReason => Payload.Length < 2 ? "" : new UTF8Encoding(false, true).GetString(Payload.AsSpan(2));

    /// <summary>The frame for the message of an assertion: any frame has one, while a record's own asks <see cref="Text"/>, which throws for what is no text.</summary>
    /// <returns>What is in the header, and how the payload begins.</returns>
    public override string ToString() =>
        $"opcode {Opcode}{(Fin ? "" : ", not final")}{(Rsv == 0 ? "" : $", rsv {Rsv}")}{(Masked ? $", key {Key:X8}" : ", not masked")}, {Payload.Length} bytes ({Form}): "
        + Convert.ToHexString(Payload.AsSpan(0, Math.Min(Payload.Length, 32)));
}
