namespace NetWebSockets.Sessions;

/// <summary>The proxies that could not be reached a while ago. They are tried after the others, for as long as Chromium does it: five minutes.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class BadProxies(TimeProvider timeProvider)
{
    /// <summary>For how long a proxy is put behind the others.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(5);

    // A proxy script may name ever new proxies.
    private const int MaxCount = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<ProxyServer, long> _failedAt = [];

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _failedAt.Count;
        }
    }

    /// <summary>Puts the bad ones behind the others; both keep their order.</summary>
    /// <param name="list">The list.</param>
    /// <returns>The list in the order in which it is to be tried.</returns>
    public ProxyList Order(ProxyList list)
    {
        if (list.Servers.Count == 1)
            return list;
        lock (_lock)
        {
            if (_failedAt.Count == 0)
                return list;
            // Sorting is stable.
            return new ProxyList([.. list.Servers.OrderBy(IsBad)]);
        }
    }

    /// <summary>Remembers what a way that worked has shown. Only then it is known that the network was not at fault.</summary>
    /// <param name="failed">The ways that failed before it; null for none.</param>
    /// <param name="worked">The way that worked.</param>
    public void Report(IReadOnlyList<(ProxyServer Server, NetError Error)>? failed, ProxyServer worked)
    {
        lock (_lock)
        {
            _failedAt.Remove(worked);
            foreach ((ProxyServer server, _) in failed ?? [])
            {
                if (server.IsDirect)
                    continue;
                if (_failedAt.Count >= MaxCount && !_failedAt.ContainsKey(server))
                    Shrink();
                _failedAt[server] = timeProvider.GetTimestamp();
            }
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (_lock)
            _failedAt.Clear();
    }

    private bool IsBad(ProxyServer server)
    {
        if (!_failedAt.TryGetValue(server, out long failedAt))
            return false;
        if (timeProvider.GetElapsedTime(failedAt) <= RetryDelay)
            return true;
        _failedAt.Remove(server);
        return false;
    }

    // The one whose time is up first.
    private void Shrink() => _failedAt.Remove(_failedAt.MinBy(static entry => entry.Value).Key);
}
