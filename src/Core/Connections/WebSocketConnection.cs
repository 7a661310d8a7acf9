using NetWebSockets.Connections;

namespace NetWebSockets;

/// <summary>Keeps one live socket at a time, reconnecting through a Polly pipeline.</summary>
public sealed class WebSocketConnection : IAsyncDisposable
{
    internal WebSocketConnection(WebSocketConnectionOptions options, ConnectionHooks hooks) => throw new NotImplementedException($"{options}{hooks}");

    /// <summary>Where the connection stands.</summary>
    public ConnectionState State => throw new NotImplementedException();

    /// <summary>Raised at every step, in order, one at a time.</summary>
    public event EventHandler<ConnectionStateChange>? StateChanged
    {
        add => throw new NotImplementedException();
        remove => throw new NotImplementedException();
    }

    /// <summary>Done when the connection has ended for good; faulted with the cause when it gave up.</summary>
    public Task Closed => throw new NotImplementedException();

    /// <summary>Starts when not started, and waits until Ready.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// Sends one message. While not Ready it waits in the bounded queue. Completes when the outcome is Sent; otherwise throws
    /// <see cref="SendException"/> or <see cref="SendCanceledException"/>. Often completes synchronously.
    /// </summary>
    /// <param name="kind">Text or binary.</param>
    /// <param name="payload">The message; copied before the method returns.</param>
    /// <param name="idempotent">Whether it may be sent again when its outcome was Unknown.</param>
    /// <param name="cancellationToken">Abandons the send, never the connection.</param>
    public ValueTask SendAsync(MessageKind kind, ReadOnlyMemory<byte> payload, bool idempotent = false, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// As <see cref="SendAsync"/>, and says on which socket the message went: the result is how many times
    /// <see cref="ConnectionHooks.OnDropped"/> had been called when that socket became live. Whoever waits for an answer knows by it
    /// that the socket is gone when it has counted more drops than that; the order of two threads cannot hide it.
    /// </summary>
    internal ValueTask<long> SendNumberedAsync(MessageKind kind, ReadOnlyMemory<byte> payload, bool idempotent, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Closes for good, within the close deadline.</summary>
    public Task CloseAsync(int code = 1000, string reason = "", CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
