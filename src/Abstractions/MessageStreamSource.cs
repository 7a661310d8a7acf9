using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace NetWebSockets;

/// <summary>
/// Message streams for tests of code that uses a generated client: implement or mock the client's interface, let its stream methods
/// return <see cref="Open"/>, and write what the server would have sent.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <remarks>
/// The streams behave as a client's do: each sees what is written after it was opened, several each see every item, and the end comes
/// after what is buffered. Their buffers are not bounded, so that a write never waits. All members are safe to use from several threads.
/// </remarks>
/// <example>
/// <code>
/// var said = new MessageStreamSource&lt;Said>();
/// chat.SaidMessages(Arg.Any&lt;MessageStreamOptions?>()).Returns(_ => said.Open());
/// Task worker = StartAsync(chat);
/// said.Write(new Said("lobby", "ann", "hello"));
/// said.Complete();
/// await worker;
/// </code>
/// </example>
public sealed class MessageStreamSource<T>
{
    private readonly Lock _lock = new();
    private readonly List<SourceStream> _streams = [];
    private bool _completed;
    private Exception? _cause;

    /// <summary>How many streams are open: opened and not disposed.</summary>
    public int OpenStreams
    {
        get
        {
            lock (_lock)
                return _streams.Count;
        }
    }

    /// <summary>Opens a stream, registered from here on; one that has ended already after <see cref="Complete"/>.</summary>
    /// <returns>The stream.</returns>
    public MessageStream<T> Open()
    {
        var stream = new SourceStream(this);
        lock (_lock)
        {
            if (_completed)
                stream.Items.Writer.TryComplete(_cause);
            else
                _streams.Add(stream);
        }

        return stream;
    }

    /// <summary>Gives an item to every open stream.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="InvalidOperationException">The source is completed.</exception>
    public void Write(T item)
    {
        lock (_lock)
        {
            if (_completed)
                throw new InvalidOperationException("The message stream source is completed: nothing can be written any more.");
            foreach (SourceStream stream in _streams)
                stream.Items.Writer.TryWrite(item);
        }
    }

    /// <summary>Ends every stream, as a client does when it is closed or has failed for good. A second time does nothing.</summary>
    /// <param name="cause">What readers get once they have read what is buffered; null ends the streams normally.</param>
    public void Complete(NetWebSocketException? cause = null)
    {
        lock (_lock)
        {
            if (_completed)
                return;
            _completed = true;
            _cause = cause;
            foreach (SourceStream stream in _streams)
                stream.Items.Writer.TryComplete(cause);
        }
    }

    private void Remove(SourceStream stream)
    {
        lock (_lock)
            _streams.Remove(stream);
    }

    private sealed class SourceStream(MessageStreamSource<T> source) : MessageStream<T>
    {
        public Channel<T> Items { get; } = Channel.CreateUnbounded<T>();

        public override bool TryRead([MaybeNullWhen(false)] out T item) => Items.Reader.TryRead(out item);

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => Items.Reader.WaitToReadAsync(cancellationToken);

        public override ValueTask DisposeAsync()
        {
            source.Remove(this);
            Items.Writer.TryComplete();
            while (Items.Reader.TryRead(out _))
            {
                // What was buffered goes with the stream.
            }

            return default;
        }
    }
}
