using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets.Messaging;

/// <summary>Makes keys from what generated code says of them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MessageKey
{
    /// <summary>The key of a message is one of its properties.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <typeparam name="TKey">The type of the property.</typeparam>
    /// <param name="read">Reads the property.</param>
    /// <returns>The key.</returns>
    public static MessageKey<T> By<T, TKey>(Func<T, TKey> read) => new Property<T, TKey>(read);

    private sealed class Property<T, TKey>(Func<T, TKey> read) : MessageKey<T>
    {
        internal override LatestIndex<T> CreateIndex() => new PropertyIndex<T, TKey>(read);
    }

    // A key type may be nullable: null is no key, and such items are not in the dictionary, whose key therefore never is null.
    private sealed class PropertyIndex<T, TKey>(Func<T, TKey> read) : LatestIndex<T>
    {
        private readonly Dictionary<Slot<TKey>, long> _places = [];

        public override bool TryGet(T item, out long place) => _places.TryGetValue(new(read(item)), out place);

        public override void Set(T item, long place)
        {
            if (read(item) is { } key)
                _places[new(key)] = place;
        }

        public override void Remove(T item) => _places.Remove(new(read(item)));

        public override void Clear() => _places.Clear();
    }

    private readonly record struct Slot<TKey>(TKey Key);
}

/// <summary>What of a message says what it is about.</summary>
/// <typeparam name="T">The record.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Design", "CA1005", Justification = "Generated code names it.")]
public abstract class MessageKey<T>
{
    private protected MessageKey()
    {
    }

    /// <summary>Makes the index of one stream.</summary>
    internal abstract LatestIndex<T> CreateIndex();
}

/// <summary>Where the unread item of each key stands in a stream's buffer. Not safe from several threads.</summary>
/// <typeparam name="T">The record.</typeparam>
internal abstract class LatestIndex<T>
{
    /// <summary>Finds the item with the same key.</summary>
    /// <param name="item">An item.</param>
    /// <param name="place">Where the other stands, counted from the first item that ever was in the stream.</param>
    /// <returns>False when there is none.</returns>
    public abstract bool TryGet(T item, out long place);

    /// <summary>An item was put in.</summary>
    /// <param name="item">The item.</param>
    /// <param name="place">Where it stands.</param>
    public abstract void Set(T item, long place);

    /// <summary>An item was taken out.</summary>
    /// <param name="item">The item.</param>
    public abstract void Remove(T item);

    /// <summary>All were taken out.</summary>
    public abstract void Clear();
}
