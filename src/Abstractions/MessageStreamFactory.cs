using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets;

/// <summary>Makes message streams from what there is, for tests and fakes of generated clients.</summary>
public static class MessageStream
{
    /// <summary>A stream of items that are known beforehand; it ends behind the last.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="items">The items.</param>
    /// <returns>The stream.</returns>
    public static MessageStream<T> From<T>(params IEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var source = new MessageStreamSource<T>();
        MessageStream<T> stream = source.Open();
        foreach (T item in items)
            source.Write(item);
        source.Complete();
        return stream;
    }

    /// <summary>
    /// A stream of what an async enumerable gives, taken from it one item at a time as the reader asks. It ends, or fails, as the
    /// enumerable does; disposing the stream cancels the enumerable.
    /// </summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="items">The items.</param>
    /// <returns>The stream.</returns>
    public static MessageStream<T> FromAsyncEnumerable<T>(IAsyncEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new EnumerableStream<T>(items);
    }

    private sealed class EnumerableStream<T> : MessageStream<T>
    {
        private readonly CancellationTokenSource _disposed = new();
        private readonly IAsyncEnumerator<T> _items;
        private Task<bool>? _move;
        private bool _hasItem;
        private bool _ended;

        public EnumerableStream(IAsyncEnumerable<T> items) => _items = items.GetAsyncEnumerator(_disposed.Token);

        public override bool TryRead([MaybeNullWhen(false)] out T item)
        {
            if (!_hasItem)
            {
                item = default;
                return false;
            }

            item = _items.Current;
            _hasItem = false;
            return true;
        }

        public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            if (_hasItem)
                return true;
            if (_ended)
                return false;

            // A cancelled wait leaves the enumerable's own step running; the next wait takes it up again.
            _move ??= _items.MoveNextAsync().AsTask();
            bool moved;
            try
            {
                moved = await _move.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                return false;
            }

            _move = null;
            _hasItem = moved;
            _ended = !moved;
            return moved;
        }

        public override async ValueTask DisposeAsync()
        {
            if (_disposed.IsCancellationRequested)
                return;
            _ended = true;
            _hasItem = false;
            await _disposed.CancelAsync().ConfigureAwait(false);

            // An enumerator may not be disposed in the middle of a step; one that does not heed its token is left to the end of it.
            if (_move is { IsCompleted: false })
                await ((Task)_move).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _items.DisposeAsync().ConfigureAwait(false);
            _disposed.Dispose();
        }
    }
}
