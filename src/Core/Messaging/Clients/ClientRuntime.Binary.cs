using System.Buffers;

namespace NetWebSockets.Messaging;

/// <content>Binary messages.</content>
public sealed partial class ClientRuntime
{
    /// <summary>Sends a binary message. Same outcomes as <see cref="WebSocketConnection.SendAsync"/>.</summary>
    /// <param name="data">The message; copied before the method returns.</param>
    /// <param name="prefix">What stands before it; null for nothing.</param>
    /// <param name="cancellationToken">Abandons the send, never the connection.</param>
    /// <returns>Done when the outcome is Sent.</returns>
    public ValueTask SendBinaryAsync(ReadOnlyMemory<byte> data, byte[]? prefix, CancellationToken cancellationToken)
    {
        Use();
        if (prefix is null or { Length: 0 })
            return SendBinary(data, cancellationToken);
        byte[] whole = ArrayPool<byte>.Shared.Rent(prefix.Length + data.Length);
        try
        {
            prefix.CopyTo(whole, 0);
            data.CopyTo(whole.AsMemory(prefix.Length));
            return SendBinary(whole.AsMemory(0, prefix.Length + data.Length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>
    /// Sends a stream as one binary message, as it is read. It waits until the client is ready; once a byte of it was read it is not sent again.
    /// </summary>
    /// <param name="data">The stream; not disposed.</param>
    /// <param name="prefix">What stands before it; null for nothing.</param>
    /// <param name="cancellationToken">Abandons the send while it waits to begin, never the connection: a message that has begun goes on.</param>
    /// <returns>Done when the outcome is Sent.</returns>
    public ValueTask SendBinaryAsync(Stream data, byte[]? prefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        Use();
        return Connection.SendStreamAsync(data, prefix, cancellationToken);
    }

    /// <summary>Opens a stream of binary messages, registered from here on.</summary>
    /// <typeparam name="T"><c>byte[]</c>, <c>ReadOnlyMemory&lt;byte&gt;</c> or <c>Stream</c>.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="options">How it buffers; null for what the contract says, otherwise the defaults.</param>
    /// <returns>The stream; one that has ended already when the client has.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The options are wrong.</exception>
    /// <exception cref="InvalidOperationException">A second stream of streams: a message can be read by one reader only.</exception>
    public MessageStream<T> OpenBinary<T>(BinaryRoute<T> route, MessageStreamOptions? options)
    {
        ArgumentNullException.ThrowIfNull(route);
        return _router.Binary.Open(route, Checked(options ?? route.Stream ?? DefaultStream));
    }

    private ValueTask SendBinary(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) => _router.Session.Flow is { } script
        ? script.SendAsync(MessageKind.Binary, payload, cancellationToken)
        : Connection.SendAsync(MessageKind.Binary, payload, idempotent: false, cancellationToken);
}
