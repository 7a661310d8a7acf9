using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>
/// The codes of errors that the runtime answers with. A contract does not say them, so they follow from where its error replies have their code: at <c>code</c> in
/// <c>error</c>, as JSON-RPC 2.0 has it, they are its numbers (section 5.1); anywhere else they are the names that OCPP-J gives them.
/// </summary>
internal static class HandlerErrors
{
    /// <summary>What the peer is told of a handler that failed: no details.</summary>
    public const string FailedMessage = "The request could not be handled.";

    /// <summary>What the peer is told of a request that could not be read.</summary>
    public const string UnreadableMessage = "The request could not be read.";

    /// <summary>The code of a handler that failed.</summary>
    public static ReadOnlyMemory<byte> Failed(Envelope reply) => IsJsonRpc(reply) ? "-32603"u8.ToArray() : "\"InternalError\""u8.ToArray();

    /// <summary>The code of a request that could not be read.</summary>
    public static ReadOnlyMemory<byte> Unreadable(Envelope reply) => IsJsonRpc(reply) ? "-32602"u8.ToArray() : "\"ProtocolError\""u8.ToArray();

    /// <summary>A handler's own code: an integer as a number, anything else as a string.</summary>
    public static ReadOnlyMemory<byte> Of(string code) =>
        IsInteger(code) ? Encoding.UTF8.GetBytes(code) : JsonText.Quote(code);

    // As JSON writes integers: without a plus and without leading zeros.
    private static bool IsInteger(string text)
    {
        ReadOnlySpan<char> digits = text.StartsWith('-') ? text.AsSpan(1) : text;
        return digits.Length > 0 && digits.IndexOfAnyExceptInRange('0', '9') < 0 && (digits.Length == 1 || digits[0] != '0');
    }

    private static bool IsJsonRpc(Envelope reply)
    {
        int code = Array.FindIndex(reply.Parts, p => p.Slot == EnvelopeSlot.Code);
        return code > 0 && reply.Parts[code - 1].Bytes is { } before && before.AsSpan().EndsWith("\"error\":{\"code\":"u8);
    }
}
