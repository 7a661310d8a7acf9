namespace NetWebSockets.Messaging;

/// <summary>
/// From the UTF-8 of a key to the subscriptions that have it. One thread at a time changes it (under the lock of the <see cref="SubscriptionTable"/>); the pump finds
/// in it meanwhile, without a lock and without making anything.
/// </summary>
/// <remarks>
/// Entries never change once they can be seen: one is put in front of its chain, and taking one out makes those before it anew, so that a chain is read whole as it was.
/// A server may choose keys, so they are hashed with the process's own seed.
/// </remarks>
internal sealed class SubscriptionKeyTable
{
    private const int SmallestSize = 16;

    private Entry?[] _buckets = new Entry?[SmallestSize];
    private int _count;
    private int _longest;

    /// <summary>How many entries there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The length of the longest key there ever was: what is longer is not in here.</summary>
    public int LongestKey => Volatile.Read(ref _longest);

    /// <summary>Finds the first entry of a key; <see cref="Entry.NextOfKey"/> has the others.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The entry, or null.</returns>
    public Entry? Find(ReadOnlySpan<byte> key)
    {
        int hash = Hash(key);
        Entry?[] buckets = Volatile.Read(ref _buckets);
        return Entry.FirstOf(Volatile.Read(ref buckets[hash & (buckets.Length - 1)]), hash, key);
    }

    /// <summary>Puts a subscription in.</summary>
    /// <param name="key">The key; not changed any more.</param>
    /// <param name="subscription">The subscription.</param>
    public void Add(byte[] key, Subscription subscription)
    {
        if (_count >= _buckets.Length)
            Resize(_buckets.Length * 2);
        Volatile.Write(ref _longest, Math.Max(_longest, key.Length));
        int hash = Hash(key);
        ref Entry? head = ref _buckets[hash & (_buckets.Length - 1)];
        Volatile.Write(ref head, new Entry(key, hash, subscription, head));
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Takes a subscription out.</summary>
    /// <param name="key">The key it was put in with.</param>
    /// <param name="subscription">The subscription.</param>
    public void Remove(byte[] key, Subscription subscription)
    {
        ref Entry? head = ref _buckets[Hash(key) & (_buckets.Length - 1)];
        Entry? gone = head;
        while (gone is not null && !(ReferenceEquals(gone.Subscription, subscription) && key.AsSpan().SequenceEqual(gone.Key)))
            gone = gone.Next;
        if (gone is null)
            return;
        Entry? chain = gone.Next;
        for (Entry? before = head; before != gone; before = before!.Next)
            chain = new Entry(before!.Key, before.Hash, before.Subscription, chain);
        Volatile.Write(ref head, chain);
        Volatile.Write(ref _count, _count - 1);
        if (_buckets.Length > SmallestSize && _count < _buckets.Length / 8)
            Resize(_buckets.Length / 2);
    }

    private void Resize(int size)
    {
        var buckets = new Entry?[size];
        foreach (Entry? head in _buckets)
        {
            for (Entry? entry = head; entry is not null; entry = entry.Next)
            {
                ref Entry? place = ref buckets[entry.Hash & (size - 1)];
                place = new Entry(entry.Key, entry.Hash, entry.Subscription, place);
            }
        }

        Volatile.Write(ref _buckets, buckets);
    }

    private static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }

    /// <summary>One subscription under its key.</summary>
    internal sealed class Entry(byte[] key, int hash, Subscription subscription, Entry? next)
    {
        public byte[] Key { get; } = key;

        public int Hash { get; } = hash;

        public Subscription Subscription { get; } = subscription;

        public Entry? Next { get; } = next;

        /// <summary>The next entry with the same key, or null.</summary>
        public Entry? NextOfKey => FirstOf(Next, Hash, Key);

        public static Entry? FirstOf(Entry? entry, int hash, ReadOnlySpan<byte> key)
        {
            while (entry is not null && (entry.Hash != hash || !key.SequenceEqual(entry.Key)))
                entry = entry.Next;
            return entry;
        }
    }
}
