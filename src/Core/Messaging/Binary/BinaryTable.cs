using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using NetWebSockets.Sockets;

namespace NetWebSockets.Messaging;

/// <summary>
/// Gives binary messages to the streams of their kind: the one with the longest prefix that the message begins with. While a stream of streams is open, messages come in pieces; those of other kinds are
/// then put together here.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The stream is its reader's; here it is only filled.")]
internal sealed class BinaryTable
{
    private readonly Entry[] _entries;
    private readonly long _maxMessageSize;
    private readonly int _longestPrefix;
    private int _streaming;
    private IncomingStream? _current;   // the last one that was begun, for any thread

    // Of the message that comes in pieces. Touched by the pump only.
    private ArrayBufferWriter<byte>? _gathered;
    private IncomingStream? _incoming;
    private bool _isRouted;
    private bool _isTooLarge;
    private Entry? _target;

    /// <summary>Creates the table.</summary>
    /// <param name="routes">What is received.</param>
    /// <param name="client">The name of the client, for metrics.</param>
    /// <param name="gate">What holds the pump.</param>
    /// <param name="maxMessageSize">The largest message that is put together, in bytes.</param>
    /// <exception cref="ArgumentException">Two kinds have the same prefix.</exception>
    public BinaryTable(IReadOnlyList<BinaryRoute> routes, string client, PumpGate gate, long maxMessageSize)
    {
        _maxMessageSize = maxMessageSize;
        _entries = [.. routes.OrderByDescending(r => r.Prefix.Length).Select(r => Entry.Create(r, client, gate))];
        for (int i = 1; i < _entries.Length; i++)
        {
            if (_entries[i].Route.Prefix.AsSpan().SequenceEqual(_entries[i - 1].Route.Prefix))
                throw new ArgumentException($"'{_entries[i].Route.Name}' and '{_entries[i - 1].Route.Name}' take the same binary messages: give them different prefixes.");
        }

        _longestPrefix = _entries.Length == 0 ? 0 : _entries[0].Route.Prefix.Length;
    }

    /// <summary>Whether messages are to come in pieces.</summary>
    public bool Streams => Volatile.Read(ref _streaming) > 0;

    /// <summary>Opens a stream.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="route">The kind.</param>
    /// <param name="options">How it buffers.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="InvalidOperationException">A second stream of streams: a message can be read by one reader only.</exception>
    public MessageStream<T> Open<T>(BinaryRoute<T> route, MessageStreamOptions options)
    {
        Entry entry = Array.Find(_entries, e => e.Route == route)
            ?? throw new ArgumentException($"The route '{route.Name}' is not in the contract: open streams with the routes in ClientContract.Binary.", nameof(route));
        if (entry is not Entry<Stream> streams)
            return ((Entry<T>)entry).Set.Open(options);
        if (Interlocked.CompareExchange(ref streams.Readers, 1, 0) != 0)
            throw new InvalidOperationException($"A stream of '{route.Name}' is open already. Its items are streams, which have one reader: dispose it first, or receive byte[].");
        Interlocked.Increment(ref _streaming);
        return (MessageStream<T>)(object)new IncomingMessageStream(streams.Set.Open(options), () =>
        {
            Interlocked.Decrement(ref _streaming);
            Volatile.Write(ref streams.Readers, 0);
        });
    }

    /// <summary>Gives a whole message to its streams. Called by the pump only.</summary>
    /// <param name="message">The message.</param>
    /// <param name="delivered">Done when the pump may go on.</param>
    /// <returns>False when no kind takes it.</returns>
    public bool TryDeliver(ReadOnlyMemory<byte> message, out ValueTask delivered)
    {
        delivered = default;
        if (Find(message.Span) is not { } entry)
            return false;
        delivered = entry.DeliverAsync(message[entry.Route.Prefix.Length..]);
        return true;
    }

    /// <summary>Takes a piece. Called by the pump only.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="isFirst">Whether the message begins with it.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    /// <param name="unknown">What no kind takes, once it is whole.</param>
    /// <param name="error">Why it could not be taken.</param>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask TakePieceAsync(ReadOnlyMemory<byte> piece, bool isFirst, bool isLast, out ReadOnlyMemory<byte>? unknown, out Exception? error)
    {
        unknown = null;
        error = null;
        if (isFirst)
            Reset();
        if (!_isRouted)
        {
            // What decides may come in several pieces.
            if (_gathered is not null || (piece.Length < _longestPrefix && !isLast))
            {
                (_gathered ??= new ArrayBufferWriter<byte>()).Write(piece.Span);
                if (_gathered.WrittenCount < _longestPrefix && !isLast)
                    return default;
                piece = _gathered.WrittenMemory;
                _gathered = null;
            }

            _isRouted = true;
            _target = Find(piece.Span);
            piece = piece[(_target?.Route.Prefix.Length ?? 0)..];
            if (_target is Entry<Stream> { Set.IsEmpty: false } streams)
            {
                _incoming = new IncomingStream();
                Volatile.Write(ref _current, _incoming);
                return PushFirstAsync(streams, _incoming, piece, isLast);
            }
        }

        if (_incoming is { } incoming)
        {
            if (isLast)
                Reset();
            return incoming.PushAsync(piece, isLast);
        }

        if (_isTooLarge)
            return EndIf(isLast);
        if ((_gathered?.WrittenCount ?? 0) + (long)piece.Length > _maxMessageSize)
        {
            _isTooLarge = true;
            _gathered = null;
            error = new InvalidOperationException($"A binary message is larger than MaxMessageSize, {_maxMessageSize} bytes, and nobody reads it as a stream. It was not kept.");
            unknown = ReadOnlyMemory<byte>.Empty;
            return EndIf(isLast);
        }

        if (!isLast)
        {
            (_gathered ??= new ArrayBufferWriter<byte>()).Write(piece.Span);
            return default;
        }

        if (_gathered is not null)
        {
            _gathered.Write(piece.Span);
            piece = _gathered.WrittenMemory;
        }

        Entry? target = _target;
        Reset();
        if (target is not null)
            return target.DeliverAsync(piece);
        unknown = piece;
        return default;
    }

    /// <summary>The socket is gone, perhaps inside a message.</summary>
    public void OnDropped(Exception cause)
    {
        _incoming?.Cut(cause);
        Reset();
    }

    /// <summary>The client is ending: whoever does not read must not hold the pump.</summary>
    public void OnEnding() => Volatile.Read(ref _current)?.Cut(new ConnectionException("The client was closed before the message had ended."));

    /// <summary>The client has ended.</summary>
    public void End(Exception? cause)
    {
        OnEnding();
        foreach (Entry entry in _entries)
            entry.End(cause);
    }

    private ValueTask EndIf(bool isLast)
    {
        if (isLast)
            Reset();
        return default;
    }

    private void Reset()
    {
        _gathered = null;
        _incoming = null;
        _target = null;
        _isRouted = _isTooLarge = false;
    }

    // The reader must have the stream before the pump waits for it to be read.
    private async ValueTask PushFirstAsync(Entry<Stream> streams, IncomingStream incoming, ReadOnlyMemory<byte> piece, bool isLast)
    {
        if (isLast)
            Reset();
        ValueTask room = streams.Set.WriteAsync(incoming);
        if (streams.Set.IsEmpty)
            await incoming.DisposeAsync().ConfigureAwait(false); // Its reader has just gone.
        await incoming.PushAsync(piece, isLast).ConfigureAwait(false);
        await room.ConfigureAwait(false);
    }

    private Entry? Find(ReadOnlySpan<byte> message)
    {
        foreach (Entry entry in _entries)
        {
            if (message.StartsWith(entry.Route.Prefix))
                return entry;
        }

        return null;
    }

    private abstract class Entry(BinaryRoute route)
    {
        public BinaryRoute Route { get; } = route;

        public static Entry Create(BinaryRoute route, string client, PumpGate gate) => route switch
        {
            BinaryRoute<byte[]> => new BytesEntry(route, client, gate),
            BinaryRoute<ReadOnlyMemory<byte>> => new MemoryEntry(route, client, gate),
            _ => new StreamEntry(route, client, gate),
        };

        public abstract ValueTask DeliverAsync(ReadOnlyMemory<byte> payload);

        public abstract void End(Exception? cause);
    }

    private abstract class Entry<T>(BinaryRoute route, string client, PumpGate gate, Action<T>? release = null) : Entry(route)
    {
        public int Readers;

        public StreamSet<T> Set { get; } = new(route.Name, client, gate, format: null, key: null, release);

        public override void End(Exception? cause) => Set.End(cause);
    }

    private sealed class BytesEntry(BinaryRoute route, string client, PumpGate gate) : Entry<byte[]>(route, client, gate)
    {
        public override ValueTask DeliverAsync(ReadOnlyMemory<byte> payload) => Set.IsEmpty ? default : Set.WriteAsync(payload.ToArray());
    }

    private sealed class MemoryEntry(BinaryRoute route, string client, PumpGate gate) : Entry<ReadOnlyMemory<byte>>(route, client, gate)
    {
        public override ValueTask DeliverAsync(ReadOnlyMemory<byte> payload) => Set.IsEmpty ? default : Set.WriteAsync(payload.ToArray());
    }

    // A message that came whole, before the stream was opened in the eyes of the pump.
    private sealed class StreamEntry(BinaryRoute route, string client, PumpGate gate) : Entry<Stream>(route, client, gate, static s => s.Dispose())
    {
        public override ValueTask DeliverAsync(ReadOnlyMemory<byte> payload) => Set.IsEmpty ? default : Set.WriteAsync(new MemoryStream(payload.ToArray(), writable: false));
    }
}
