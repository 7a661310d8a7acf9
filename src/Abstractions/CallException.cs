namespace NetWebSockets;

/// <summary>A call ended without its result: the connection dropped, the time ran out, or the reply could not be read.</summary>
public class CallException : NetWebSocketException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    /// <param name="outcome">What became of the request.</param>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The failure underneath, when there is one.</param>
    public CallException(string method, SendOutcome outcome, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Method = method;
        Outcome = outcome;
    }

    /// <summary>The method, as it is named on the wire.</summary>
    public string Method { get; }

    /// <summary>
    /// What became of the request. <see cref="SendOutcome.NotSent"/> means that calling again is safe;
    /// <see cref="SendOutcome.Sent"/> and <see cref="SendOutcome.Unknown"/> that the peer may have acted on it.
    /// </summary>
    public SendOutcome Outcome { get; }
}

/// <summary>The peer answered a call with an error.</summary>
public class CallErrorException : CallException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    /// <param name="error">The JSON value found at the contract's error locator, as UTF-8.</param>
    /// <param name="message">What the peer says went wrong.</param>
    /// <param name="code">The error's code, when it has one.</param>
    public CallErrorException(string method, ReadOnlyMemory<byte> error, string message, string? code = null)
        : base(method, SendOutcome.Sent, message)
    {
        ErrorJson = error;
        Code = code;
    }

    /// <summary>The JSON value found at the contract's error locator, as UTF-8: read it with System.Text.Json.</summary>
    public ReadOnlyMemory<byte> ErrorJson { get; }

    /// <summary>The error's code as text, when it has one: a string, or an integer in digits (see <see cref="CallsAttribute.ErrorCode"/>).</summary>
    public string? Code { get; }
}

/// <summary>The peer answered a call with an error, which the contract gives a type (see <see cref="CallsAttribute.ErrorType"/>).</summary>
/// <typeparam name="TError">The type.</typeparam>
public sealed class CallErrorException<TError> : CallErrorException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    /// <param name="error">The error.</param>
    /// <param name="json">The same as UTF-8.</param>
    /// <param name="message">What the peer says went wrong.</param>
    /// <param name="code">The error's code, when it has one.</param>
    public CallErrorException(string method, TError error, ReadOnlyMemory<byte> json, string message, string? code = null)
        : base(method, json, message, code) => Error = error;

    /// <summary>The error.</summary>
    public TError Error { get; }
}

/// <summary>No reply came within the call's time-out.</summary>
public sealed class CallTimeoutException : CallException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    /// <param name="outcome">What became of the request.</param>
    /// <param name="timeout">The time-out that ran out.</param>
    public CallTimeoutException(string method, SendOutcome outcome, TimeSpan timeout)
        : base(method, outcome, $"No reply to '{method}' came within {timeout.TotalSeconds:0.###} s.") => Timeout = timeout;

    /// <summary>The time-out that ran out.</summary>
    public TimeSpan Timeout { get; }
}
