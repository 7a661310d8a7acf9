namespace NetWebSockets;

/// <summary>An event of a <see cref="NetWebSocket"/> (DOM, Event).</summary>
/// <param name="Type">The type of the event: <c>open</c>, <c>message</c>, <c>error</c> or <c>close</c>.</param>
public abstract record SocketEvent(string Type);

/// <summary>The opening handshake succeeded.</summary>
public sealed record OpenEvent() : SocketEvent("open");

/// <summary>A message arrived (HTML, MessageEvent).</summary>
public sealed record MessageEvent : SocketEvent
{
    private readonly WebSocketMessage _message;
    private object? _data;

    internal MessageEvent(WebSocketMessage message, BinaryType binaryType, string origin)
        : base("message")
    {
        _message = message;
        BinaryType = binaryType;
        Origin = origin;
    }

    /// <summary>
    /// A <see cref="string"/> for text; for binary a <c>byte[]</c>, a <see cref="ReadOnlyMemory{T}"/> of bytes or a <see cref="System.IO.Stream"/>, as the socket's
    /// <see cref="NetWebSocket.BinaryType"/> says.
    /// </summary>
    public object Data => _data ??= _message.IsText
        ? _message.Text
        : BinaryType switch
        {
            BinaryType.ByteArray => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(_message.Data, out ArraySegment<byte> owned)
                && owned.Array!.Length == _message.Data.Length ? owned.Array : _message.ToArray(),
            BinaryType.Stream => (object?)_message.Stream ?? _message.ToArray(),
            _ => _message.Data,
        };

    /// <summary>The message, without making a string of text. Under <see cref="BinaryType.Memory"/> it is valid until the handler returns.</summary>
    public WebSocketMessage Message => _message;

    /// <summary>The origin of the socket's address.</summary>
    public string Origin { get; }

    internal BinaryType BinaryType { get; }
}

/// <summary>The connection failed; a <see cref="CloseEvent"/> follows.</summary>
/// <param name="Error">The network error.</param>
/// <param name="Exception">What happened, with the details of a refused handshake where there are any.</param>
public sealed record ErrorEvent(NetError Error, Exception Exception) : SocketEvent("error");

/// <summary>How a socket closed (WHATWG WebSockets, section 5: CloseEvent).</summary>
/// <param name="Code">The close code; 1005 when the peer gave none, 1006 when there was no closing handshake.</param>
/// <param name="Reason">The peer's reason, or the name of the network error (<c>net::ERR_…</c>) when the connection failed.</param>
/// <param name="WasClean">Whether the closing handshake was completed.</param>
/// <param name="Error">The network error of a failed connection; otherwise <see cref="NetError.None"/>.</param>
public sealed record CloseEvent(int Code, string Reason, bool WasClean, NetError Error = NetError.None) : SocketEvent("close");
