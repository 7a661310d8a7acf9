using NetWebSockets.Sockets;

namespace NetWebSockets;

/// <summary>One WHATWG connection. Never reconnects.</summary>
public sealed class NetWebSocket : IAsyncDisposable
{
    // What Connections may use; everything else of the WHATWG surface comes with the real class.
    internal NetWebSocket(Uri uri, NetWebSocketOptions options, SocketReceiver receiver) =>
        throw new NotImplementedException($"{uri}{options}{receiver}");

    /// <summary>Done when open; faulted with a <see cref="HandshakeException"/> when it never opened.</summary>
    public Task Opened => throw new NotImplementedException();

    /// <summary>Done when closed; never faulted.</summary>
    public Task<CloseEvent> Closed => throw new NotImplementedException();

    /// <summary>The subprotocol the server chose.</summary>
    public string Protocol => throw new NotImplementedException();

    /// <summary>Starts the closing handshake (WHATWG). Does not wait.</summary>
    public void Close(int? code = null, string? reason = null) => throw new NotImplementedException();

    /// <summary>Closes and waits for the peer, no longer than the close time-out.</summary>
    public Task<CloseEvent> CloseAsync(int? code = null, string? reason = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Drops the connection at once, without a closing handshake.</summary>
    public void Abort() => throw new NotImplementedException();

    /// <summary>What made the connection fail, when it closed with 1006; otherwise null.</summary>
    internal Exception? Failure => throw new NotImplementedException();

    /// <summary>Drops the connection at once, with a cause that <see cref="Failure"/> keeps.</summary>
    internal void Abort(Exception cause) => throw new NotImplementedException($"{cause}");

    /// <summary>TimeProvider timestamp of the last read that brought bytes: any frame is a sign of life.</summary>
    internal long LastReceivedTimestamp => throw new NotImplementedException();

    /// <summary>
    /// Writes one message whole. Completes (often synchronously) when the operating system has all of it. The payload is copied before
    /// it returns. Frames of concurrent callers are gathered into one write.
    /// </summary>
    /// <exception cref="SendException">NotSent: no byte of it left. Unknown: the connection failed while it was being written.</exception>
    internal ValueTask SendWrittenAsync(MessageKind kind, ReadOnlySpan<byte> payload) => throw new NotImplementedException(kind + payload.ToString());

    /// <summary>Sends a ping of at most 125 bytes.</summary>
    internal ValueTask PingAsync(ReadOnlySpan<byte> payload) => throw new NotImplementedException(payload.ToString());

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
