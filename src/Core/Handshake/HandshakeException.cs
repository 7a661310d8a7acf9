using System.Net;

namespace NetWebSockets;

/// <summary>A connection did not come to be: the network failed, or the server refused or botched the opening handshake.</summary>
public sealed class HandshakeException : NetWebSocketException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The network error.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The failure underneath.</param>
    public HandshakeException(NetError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The network error, named as Chromium names it.</summary>
    public NetError Error { get; }

    /// <summary>The status of the server's response, when there was one.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The headers of the server's response, in order; empty when there was none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The start of the response's body, at most 64 KiB; empty when there was none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether it failed on the way to the server, so that another way may do: no connection to the server had come to be.</summary>
    internal bool IsOnTheWay { get; set; }

    /// <summary>How long the server asks to wait before the next attempt (Retry-After), when it says.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
