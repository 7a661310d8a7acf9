using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>What a session remembers of hosts, for as long as it holds; bounded. Not safe from many threads by itself.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class HostCache(TimeProvider timeProvider)
{
    /// <summary>The most entries, as in Chromium.</summary>
    public const int MaxEntries = 1000;

    // What a server says is believed for a day at most.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Dictionary<HostKey, Entry> _entries = [];

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Finds what is remembered.</summary>
    /// <param name="key">What.</param>
    /// <param name="allowStale">Whether addresses whose time is over will do.</param>
    /// <returns>The addresses, none when the host is known not to exist; null when nothing is known.</returns>
    public IReadOnlyList<IPAddress>? Find(HostKey key, bool allowStale)
    {
        if (!_entries.TryGetValue(key, out Entry entry))
            return null;
        return timeProvider.GetElapsedTime(entry.Since) < entry.Holds || (allowStale && entry.Addresses.Count > 0) ? entry.Addresses : null;
    }

    /// <summary>Remembers an answer. The entry that ends first goes when there are too many.</summary>
    /// <param name="key">What was asked.</param>
    /// <param name="answer">The answer.</param>
    public void Store(HostKey key, HostAnswer answer)
    {
        if (answer.TimeToLive <= TimeSpan.Zero)
        {
            _entries.Remove(key);
            return;
        }

        if (_entries.Count >= MaxEntries && !_entries.ContainsKey(key))
            _entries.Remove(_entries.MinBy(entry => entry.Value.Holds - timeProvider.GetElapsedTime(entry.Value.Since)).Key);
        _entries[key] = new(answer.Addresses, timeProvider.GetTimestamp(), answer.TimeToLive < Longest ? answer.TimeToLive : Longest);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _entries.Clear();

    private readonly record struct Entry(IReadOnlyList<IPAddress> Addresses, long Since, TimeSpan Holds);
}
