using System.Text;
using System.Text.Unicode;

namespace NetWebSockets.Protocol;

/// <summary>Close codes (RFC 6455, section 7.4) and the body of a close frame (section 5.5.1).</summary>
internal static class CloseCode
{
    public const int NormalClosure = 1000;
    public const int ProtocolError = 1002;
    public const int NoStatusReceived = 1005;
    public const int AbnormalClosure = 1006;
    public const int InvalidPayload = 1007;
    public const int MessageTooBig = 1009;
    public const int TlsHandshakeFailed = 1015;

    /// <summary>UTF-8 bytes that fit beside the code in a control frame.</summary>
    public const int MaxReasonLength = 123;

    /// <summary>Whether a script may pass the code to close() (WHATWG WebSockets, close method).</summary>
    public static bool MayBeSentByApplication(int code) => code == NormalClosure || code is >= 3000 and <= 4999;

    /// <summary>
    /// Whether a peer may put the code on the wire. As Chromium does, every code but the three that stand for something else than a frame (section 7.4.1)
    /// is taken: servers send codes that no registry knows.
    /// </summary>
    public static bool MayBeReceived(int code) => code is not (NoStatusReceived or AbnormalClosure or TlsHandshakeFailed);

    /// <summary>Reads the body of a close frame.</summary>
    /// <exception cref="ProtocolException">One byte alone, a code that must not be sent, or a reason that is not UTF-8.</exception>
    public static (int Code, string Reason) Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length == 0)
            return (NoStatusReceived, "");
        if (body.Length == 1)
            throw new ProtocolException(ProtocolError, "", "Received a broken close frame with an invalid size of 1 byte.");
        int code = (body[0] << 8) | body[1];
        if (!MayBeReceived(code))
            throw new ProtocolException(ProtocolError, "", $"Received a broken close frame containing the reserved status code {code}.");
        ReadOnlySpan<byte> reason = body[2..];
        if (!Utf8.IsValid(reason))
            throw new ProtocolException(ProtocolError, "Invalid UTF-8 in Close frame", "Received a broken close frame containing invalid UTF-8.");
        return (code, Encoding.UTF8.GetString(reason));
    }

    /// <summary>Writes the body of a close frame.</summary>
    /// <param name="code">The code; 1005 writes an empty body.</param>
    /// <param name="reason">The reason, already known to fit.</param>
    /// <param name="body">At least 125 bytes.</param>
    /// <returns>The length of the body.</returns>
    public static int Write(int code, string reason, Span<byte> body)
    {
        if (code == NoStatusReceived)
            return 0;
        body[0] = (byte)(code >> 8);
        body[1] = (byte)code;
        return 2 + Encoding.UTF8.GetBytes(reason, body[2..]);
    }
}
