namespace NetWebSockets;

/// <summary>A handler (see <see cref="HandlesAttribute"/>) answers with an error.</summary>
public sealed class HandlerException : NetWebSocketException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The code of the error, as the protocol has it: an integer is written as one.</param>
    /// <param name="message">What the peer is told.</param>
    /// <param name="innerException">The failure underneath, which the peer is not told.</param>
    public HandlerException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The code of the error.</summary>
    public string Code { get; }
}
