using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace NetWebSockets;

/// <summary>
/// Messages of one kind, from the moment the stream was opened (not from its first await) until it is disposed or the client closes
/// for good. It goes on across reconnects. Each stream has its own buffer: several streams of one kind each see every item.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <remarks>
/// A stream has one reader at a time. All streams of one kind get the same object for a message: do not change it. The runtime's streams
/// derive from this; for fakes of a client there are <see cref="MessageStreamSource{T}"/> and <see cref="MessageStream"/>.
/// </remarks>
public abstract class MessageStream<T> : IAsyncEnumerable<T>, IAsyncDisposable
{
    /// <summary>Items dropped by policy since the stream was opened.</summary>
    public virtual long Dropped => 0;

    /// <summary>Takes the next item when one is there.</summary>
    /// <param name="item">The item.</param>
    /// <returns><see langword="false"/> when none is buffered now.</returns>
    public abstract bool TryRead([MaybeNullWhen(false)] out T item);

    /// <summary>Waits for an item.</summary>
    /// <param name="cancellationToken">Ends the wait; the stream stays usable and the connection is not touched.</param>
    /// <returns><see langword="true"/> when an item may be there, <see langword="false"/> when the stream has ended.</returns>
    /// <exception cref="NetWebSocketException">The connection has failed for good; what was buffered is read first.</exception>
    public abstract ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits for the next item and takes it.</summary>
    /// <param name="cancellationToken">Ends the wait; the stream stays usable and the connection is not touched.</param>
    /// <returns>The item.</returns>
    /// <exception cref="InvalidOperationException">The stream has ended.</exception>
    /// <exception cref="NetWebSocketException">The connection has failed for good; what was buffered is read first.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public virtual async ValueTask<T> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryRead(out T? item))
                return item;
            if (!await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                throw new InvalidOperationException("The message stream has ended.");
        }
    }

    /// <inheritdoc/>
    public virtual async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        do
        {
            while (TryRead(out T? item))
                yield return item;
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Ends the stream: nothing is buffered for it any more, and a pending read ends as at the end of the stream.</summary>
    /// <returns>A task that is done when the stream has ended.</returns>
    public abstract ValueTask DisposeAsync();
}
