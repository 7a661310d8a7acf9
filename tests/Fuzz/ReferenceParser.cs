using System.Buffers;
using System.Text;

namespace NetWebSockets.Fuzz;

/// <summary>
/// Says what the bytes of a server mean, the slow and simple way: all at once and by nothing but RFC 6455. What the product makes of the same bytes, in whatever reads they
/// come, must be the same. It shares no code with the product.
/// </summary>
internal static class ReferenceParser
{
    private const int ProtocolError = 1002;
    private const int TooBig = 1009;
    private const string InvalidUtf8 = "Invalid UTF-8 in text frame";
    private const string InvalidHeader = "WebSocket Protocol Error";

    public static WireOutcome Parse(ReadOnlySpan<byte> wire, WireRules rules)
    {
        var outcome = new WireOutcome();
        List<byte> message = [];
        bool inMessage = false;
        bool isText = false;
        bool compressed = false;
        int validText = 0;
        int messages = 0;
        int at = 0;
        long announced = 0;

        while (at < wire.Length)
        {
            int first = wire[at];
            int opcode = first & 15;
            bool fin = first >= 128;
            bool rsv1 = (first & 64) != 0;
            bool isControl = opcode >= 8;
            if (rsv1 && rules.CompressionAllowed && inMessage && opcode is 0 or 1 or 2)
                return Fail(ProtocolError, InvalidHeader);
            if ((first & 32) != 0 || (first & 16) != 0 || (rsv1 && !(rules.CompressionAllowed && opcode is 0 or 1 or 2)))
                return Fail(ProtocolError, "Invalid reserved bit");
            if (opcode is (>= 3 and <= 7) or >= 11)
                return Fail(ProtocolError, "Unknown opcode");
            if (opcode == 0 && !inMessage)
                return Fail(ProtocolError, "Unexpected continuation");
            if (opcode is 1 or 2 && inMessage)
                return Fail(ProtocolError, "Previous data frame unfinished");
            if (isControl && !fin)
                return Fail(ProtocolError, InvalidHeader);

            if (at + 1 == wire.Length)
                break;
            int second = wire[at + 1];
            if (second >= 128)
                return Fail(ProtocolError, "Masked frame from server");
            int more = second == 126 ? 2 : second == 127 ? 8 : 0;
            if (isControl && more > 0)
                return Fail(ProtocolError, InvalidHeader);
            if (wire.Length - at - 2 < more)
                break;
            UInt128 length = (UInt128)second;
            if (more > 0)
            {
                length = 0;
                foreach (byte b in wire.Slice(at + 2, more))
                    length = (length * 256) + b;
                if (length < (more == 2 ? 126u : 65_536u) || length >= (UInt128)1 << 63)
                    return Fail(ProtocolError, InvalidHeader);
            }

            int body = at + 2 + more;
            int there = (int)UInt128.Min(length, (UInt128)(wire.Length - body));
            ReadOnlySpan<byte> payload = wire.Slice(body, there);
            bool isWhole = (UInt128)there == length;
            if (isControl)
            {
                if (!isWhole)
                    break;
                outcome.Events.Add(new WireEvent(opcode == 8 ? WireEventType.Close : opcode == 9 ? WireEventType.Ping : WireEventType.Pong, payload.ToArray()));
                at = body + there;
                continue;
            }

            if (!inMessage)
            {
                inMessage = true;
                isText = opcode == 1;
                compressed = rsv1;
                message.Clear();
                validText = 0;
                announced = 0;
            }

            bool streamed = !isText && rules.IsStreamed(messages);
            if (length > (UInt128)rules.MaxFrameSize)
                return Fail(TooBig, "");
            if (!streamed && (UInt128)announced + length > (UInt128)rules.MaxMessageSize)
                return Fail(TooBig, "");
            announced += (long)UInt128.Min(length, long.MaxValue / 4);
            message.AddRange(payload);
            if (isText && !compressed && !IsStartOfUtf8(message, ref validText))
                return Fail(ProtocolError, InvalidUtf8);
            if (!isWhole)
            {
                if (streamed)
                    break;
                message.Clear();
                inMessage = false;
                break;
            }

            at = body + there;
            if (!fin)
                continue;
            if (isText && !compressed && validText < message.Count)
                return Fail(ProtocolError, InvalidUtf8);
            outcome.Events.Add(new WireEvent(isText ? WireEventType.Text : WireEventType.Binary, [.. message], compressed));
            inMessage = false;
            messages++;
        }

        AddPart();
        return outcome;

        WireOutcome Fail(int code, string reason)
        {
            AddPart();
            outcome.Violation = (code, reason);
            return outcome;
        }

        void AddPart()
        {
            if (inMessage && !isText && rules.IsStreamed(messages) && message.Count > 0)
                outcome.Events.Add(new WireEvent(WireEventType.BinaryPart, [.. message], compressed));
        }
    }

    // Whether bytes can still become UTF-8; moves 'valid' to the end of the last whole character.
    private static bool IsStartOfUtf8(List<byte> text, ref int valid)
    {
        ReadOnlySpan<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text)[valid..];
        while (!rest.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(rest, out _, out int used);
            if (status == OperationStatus.NeedMoreData)
                return true;
            if (status == OperationStatus.InvalidData)
                return false;
            valid += used;
            rest = rest[used..];
        }

        return true;
    }
}
