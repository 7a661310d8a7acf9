using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets.Messaging;

/// <summary>A stream of messages that are streams themselves: asking for the next one gives up what has not been read of the last.</summary>
internal sealed class IncomingMessageStream(BufferedMessageStream<Stream> inner, Action onDisposed) : MessageStream<Stream>
{
    private Stream? _last;
    private int _disposed;

    public override long Dropped => inner.Dropped;

    public override bool TryRead([MaybeNullWhen(false)] out Stream item)
    {
        LetGo();
        if (!inner.TryRead(out item))
            return false;
        Volatile.Write(ref _last, item);
        return true;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        LetGo();
        return inner.WaitToReadAsync(cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await inner.DisposeAsync().ConfigureAwait(false);
        LetGo();
        onDisposed();
    }

    private void LetGo() => Interlocked.Exchange(ref _last, null)?.Dispose();
}
