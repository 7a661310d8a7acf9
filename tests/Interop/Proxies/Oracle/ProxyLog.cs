namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>What the listeners of a roster were asked for, in order.</summary>
public sealed class ProxyLog
{
    private readonly Lock _lock = new();
    private readonly List<(string Key, string Entry)> _entries = [];

    /// <summary>Adds an entry.</summary>
    /// <param name="key">The host and port that were asked for.</param>
    /// <param name="entry">Who was asked.</param>
    public void Add(string key, string entry)
    {
        lock (_lock)
            _entries.Add((key, entry));
    }

    /// <summary>Takes all that there is.</summary>
    /// <returns>Who was asked, by host and port.</returns>
    public ILookup<string, string> Take()
    {
        lock (_lock)
        {
            ILookup<string, string> taken = _entries.ToLookup(e => e.Key, e => e.Entry, StringComparer.Ordinal);
            _entries.Clear();
            return taken;
        }
    }
}
