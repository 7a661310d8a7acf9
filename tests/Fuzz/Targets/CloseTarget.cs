using System.Buffers;
using System.Text;
using NetWebSockets.Protocol;
using NetWebSockets.TestServers;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>Bodies of close frames (RFC 6455, section 5.5.1).</summary>
internal sealed class CloseTarget : FuzzTarget
{
    public override string Name => "close";

    public override int OptionBytes => 0;

    public override int MaxLength => 123 + 2;

    public override long? MaxAllocated => 64 * 1024;

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        yield return ("empty", []);
        yield return ("one-byte", [3]);
        foreach (int code in new[] { 1000, 1005, 1006, 1015, 3000, 4999 })
            yield return ($"{code}", ServerFrame.ClosePayload(code, "bye"u8));
        yield return ("utf8", ServerFrame.ClosePayload(1001, Encoding.UTF8.GetBytes("a\u00E9\u20AC\U0001F600z")));
        yield return ("longest", ServerFrame.ClosePayload(1011, new byte[123]));
    }

    public override ValueTask<string> RunAsync(byte[] input)
    {
        // By RFC 6455 and the codes that Chromium takes; the text by the runtime's strict decoder.
        int? code = input.Length switch { 0 => 1005, 1 => null, _ => (input[0] << 8) + input[1] };
        bool isText = IsUtf8(input.AsSpan(Math.Min(2, input.Length)));
        bool isValid = input.Length == 0 || (code is not (null or 1005 or 1006 or 1015) && isText);
        try
        {
            (int found, string reason) = CloseCode.Parse(input);
            if (!isValid)
                throw new FuzzFailure($"A body was taken that is not valid; its code is {found}.");
            byte[] again = new byte[125];
            int length = CloseCode.Write(found, reason, again);
            if (found != code || !again.AsSpan(0, length).SequenceEqual(input))
                throw new FuzzFailure($"Written again, the body of code {found} is another one.");
            return ValueTask.FromResult($"{found / 1000} {reason.Length > 0} {reason.Length > 62}");
        }
        catch (ProtocolException violation)
        {
            if (isValid)
                throw new FuzzFailure($"A valid body was refused: {violation.Message}", violation);
            return ValueTask.FromResult($"{violation.CloseCode} {violation.WireReason} {input.Length > 2}");
        }
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out _, out int used) != OperationStatus.Done)
                return false;
            bytes = bytes[used..];
        }

        return true;
    }
}
