namespace NetWebSockets.Protocol;

/// <summary>The peer broke RFC 6455, or a limit. The connection is failed: a close frame goes out and nothing more is read.</summary>
internal sealed class ProtocolException : NetWebSocketException
{
    /// <param name="closeCode">The code for the close frame: 1002, 1007 or 1009.</param>
    /// <param name="wireReason">The reason in the close frame, as Chromium words it; may be empty.</param>
    /// <param name="message">What the peer did.</param>
    public ProtocolException(int closeCode, string wireReason, string message)
        : base(message)
    {
        CloseCode = closeCode;
        WireReason = wireReason;
    }

    public int CloseCode { get; }

    public string WireReason { get; }
}
