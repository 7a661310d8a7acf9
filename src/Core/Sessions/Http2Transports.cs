namespace NetWebSockets.Sessions;

/// <summary>
/// The transports of a session's HTTP/2 connections. The handlers own them; disposing a handler only closes a connection when its last stream
/// has ended, and a handler that was forgotten is not disposed at all.
/// </summary>
internal sealed class Http2Transports
{
    private readonly Lock _lock = new();
    private readonly List<WeakReference<Stream>> _transports = [];

    /// <summary>Remembers one, weakly.</summary>
    /// <param name="transport">The transport.</param>
    public void Add(Stream transport)
    {
        lock (_lock)
        {
            _transports.RemoveAll(static known => !known.TryGetTarget(out _));
            _transports.Add(new WeakReference<Stream>(transport));
        }
    }

    /// <summary>Drops all connections there are.</summary>
    public void DropAll()
    {
        WeakReference<Stream>[] all;
        lock (_lock)
        {
            all = [.. _transports];
            _transports.Clear();
        }

        foreach (WeakReference<Stream> known in all)
        {
            if (known.TryGetTarget(out Stream? transport))
                transport.Dispose();
        }
    }
}
