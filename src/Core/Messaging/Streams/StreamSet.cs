using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>The open streams of one kind of message.</summary>
internal abstract class StreamSet
{
    /// <summary>Whether nobody listens.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>Reads a message and gives it to every stream. Called by the pump only.</summary>
    /// <param name="json">The message; not used once the method has returned.</param>
    /// <param name="error">Why it could not be read.</param>
    /// <returns>Done when the pump may go on.</returns>
    public abstract ValueTask DeliverAsync(ReadOnlySpan<byte> json, out Exception? error);

    /// <summary>The client has ended.</summary>
    /// <param name="cause">The fatal failure, or null.</param>
    public abstract void End(Exception? cause);
}

/// <inheritdoc/>
/// <typeparam name="T">The type of the items.</typeparam>
/// <param name="name">The discriminator, or what else the messages have in common, for logs.</param>
/// <param name="client">The name of the client, for metrics.</param>
/// <param name="gate">What holds the pump.</param>
/// <param name="format">How an item is read; null when items are not read from JSON.</param>
/// <param name="key">What an item is about; null when nothing says so.</param>
/// <param name="release">Called with every item that nobody will read; null when items need no care.</param>
internal sealed class StreamSet<T>(string name, string client, PumpGate gate, PayloadFormat<T>? format, MessageKey<T>? key = null, Action<T>? release = null) : StreamSet
{
    private readonly Lock _lock = new();
    private BufferedMessageStream<T>[] _streams = [];
    private bool _ended;
    private Exception? _cause;

    /// <summary>The discriminator, or what else the messages have in common, for logs.</summary>
    public string Name { get; } = name;

    /// <summary>What an item is about; null when nothing says so, so that no stream can keep the latest only.</summary>
    public MessageKey<T>? Key { get; } = key;

    /// <summary>Whether a reader that waits counts as a call: what it waits for may stand behind the items of another stream that is full.</summary>
    public bool ReaderCalls { get; init; }

    /// <summary>Called when a stream was disposed before its end.</summary>
    public Action? Removed { get; init; }

    /// <summary>Called with every item that nobody will read; null when items need no care. It must be quick: a lock is held.</summary>
    public Action<T>? Release { get; } = release;

    /// <inheritdoc/>
    public override bool IsEmpty => Volatile.Read(ref _streams).Length == 0;

    /// <summary>Opens a stream, registered from here on; one that has ended already when the client has.</summary>
    /// <param name="options">How it buffers.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="ArgumentException">It is to keep the latest of each key, and the items have no key.</exception>
    public BufferedMessageStream<T> Open(MessageStreamOptions options)
    {
        if (options.FullMode == MessageStreamFullMode.Latest && Key is null)
            throw new ArgumentException($"A stream of '{Name}' cannot keep the latest of each key, for nothing says what its key is: declare Key = nameof(…) in the [Receive] of {TypeName.Of(typeof(T))}.", nameof(options));
        var stream = new BufferedMessageStream<T>(this, gate, options);
        lock (_lock)
        {
            if (_ended)
                stream.Complete(_cause);
            else
                Volatile.Write(ref _streams, [.. _streams, stream]);
        }

        return stream;
    }

    /// <summary>Takes a stream out.</summary>
    /// <param name="stream">The stream.</param>
    public void Remove(BufferedMessageStream<T> stream)
    {
        lock (_lock)
        {
            if (Array.IndexOf(_streams, stream) < 0)
                return;
            Volatile.Write(ref _streams, Array.FindAll(_streams, s => s != stream));
        }

        Removed?.Invoke();
    }

    /// <summary>One item was dropped by a stream's policy.</summary>
    public void CountDropped() => NetWebSocketMetrics.MessageDropped(client);

    /// <inheritdoc/>
    public override ValueTask DeliverAsync(ReadOnlySpan<byte> json, out Exception? error)
    {
        try
        {
            ValueTask written = WriteAsync(format!.Read(json));
            error = null;
            return written;
        }
        catch (Exception e)
        {
            // Converters and keys are the user's and may throw anything; the message becomes an unknown one that carries it.
            error = e;
            return default;
        }
    }

    /// <summary>Gives an item to every stream. Called by the pump only.</summary>
    /// <param name="item">The item; all streams get the same.</param>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask WriteAsync(T item)
    {
        BufferedMessageStream<T>[] streams = Volatile.Read(ref _streams);
        bool wait = false;
        foreach (BufferedMessageStream<T> stream in streams)
            wait |= stream.Write(item);
        return wait ? WaitForRoomAsync(streams) : default;
    }

    /// <inheritdoc/>
    public override void End(Exception? cause)
    {
        BufferedMessageStream<T>[] streams;
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            _cause = cause;
            streams = _streams;
            Volatile.Write(ref _streams, []);
        }

        foreach (BufferedMessageStream<T> stream in streams)
            stream.Complete(cause);
    }

    [System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask WaitForRoomAsync(BufferedMessageStream<T>[] streams)
    {
        foreach (BufferedMessageStream<T> stream in streams)
            await stream.WaitForRoom().ConfigureAwait(false);
    }
}
