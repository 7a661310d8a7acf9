using Microsoft.Extensions.Logging;
using NetWebSockets.Sessions;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

public sealed partial class CookieStore
{
    // Longer than any change waits for being written; a program that was stopped for longer may bring a removed cookie back.
    private static readonly TimeSpan RemovalsAreKeptFor = TimeSpan.FromDays(1);

    // What has changed since it was last written: the number of the change.
    private readonly Dictionary<CookieKey, long> _unwritten = [];
    private Action? _onChangeForDisk;
    private Action? _synchronize;
    private bool _isMerging;

    /// <summary>Whether there is something to write.</summary>
    internal bool HasChangesForDisk
    {
        get
        {
            lock (_lock)
                return _unwritten.Count > 0;
        }
    }

    /// <summary>
    /// Reads what other programs have written to the session's folder, and writes what has changed here, down to the disk. Otherwise that happens by itself: 30 seconds after
    /// a change, after 512 of them, and when the session is disposed. Does nothing for a session in memory.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting; the writing goes on.</param>
    /// <returns>Done when it is on the disk.</returns>
    /// <exception cref="IOException">It could not be written; the changes stay in memory, and writing is tried again.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default) =>
        _synchronize is { } synchronize ? Task.Run(synchronize, CancellationToken.None).WaitAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>From now on changes are to be written.</summary>
    /// <param name="onChange">Told of each; must be quick.</param>
    /// <param name="synchronize">Reads what is on disk and writes what has changed.</param>
    internal void KeepOnDisk(Action onChange, Action synchronize)
    {
        lock (_lock)
        {
            _onChangeForDisk = onChange;
            _synchronize = synchronize;
        }
    }

    /// <summary>Brings this store and what is on disk to one state: of two changes of one cookie the later counts.</summary>
    /// <param name="found">What is on disk; null when there is nothing that can be used.</param>
    /// <param name="file">Its file, for the log.</param>
    /// <param name="logger">The session's log.</param>
    /// <returns>The state, to be written.</returns>
    internal CookieFileModel Merge(CookieFileModel? found, string file, ILogger logger)
    {
        CookieFileModel merged;
        int broken;
        lock (_lock)
        {
            DateTimeOffset now = _timeProvider.GetUtcNow();
            _jar.RemoveExpired(now);
            Dictionary<CookieKey, long> removed = [];
            _isMerging = true;
            try
            {
                broken = found is null ? 0 : TakeOver(found, removed, now);
            }
            finally
            {
                _isMerging = false;
            }

            _jar.EnforceLimits(domain: null, NextStamp(), now);
            foreach ((CookieKey key, long stamp) in _unwritten)
            {
                if (_jar.Find(key) is null or { Cookie.IsSession: true })
                    removed[key] = stamp;
            }

            long oldest = (now - RemovalsAreKeptFor).UtcTicks;
            merged = new CookieFileModel
            {
                Version = CookieFileModel.CurrentVersion,
                Cookies = [.. _jar.Entries.Where(static entry => !entry.Cookie.IsSession).Select(StoredCookieModel.Of)],
                Removed =
                [
                    .. removed.Where(pair => pair.Value >= oldest).Select(static pair => new RemovedCookieModel
                    {
                        Name = pair.Key.Name,
                        Domain = pair.Key.Domain,
                        HostOnly = pair.Key.HostOnly,
                        Path = pair.Key.Path,
                        Stamp = pair.Value,
                    }),
                ],
            };
        }

        if (broken > 0)
            Log.StoredCookiesDropped(logger, broken, file);
        _changes.Raise();
        return merged;
    }

    /// <summary>Takes down that a state was written; what has changed since stays to be written.</summary>
    /// <param name="written">The state.</param>
    internal void OnWritten(CookieFileModel written)
    {
        lock (_lock)
        {
            foreach (RemovedCookieModel model in written.Cookies.Concat(written.Removed))
            {
                if (_unwritten.TryGetValue(model.Key, out long stamp) && stamp <= model.Stamp)
                    _unwritten.Remove(model.Key);
            }
        }
    }

    // Makes memory what the disk says, but for what has changed here and later.
    private int TakeOver(CookieFileModel found, Dictionary<CookieKey, long> removed, DateTimeOffset now)
    {
        int broken = 0;
        HashSet<CookieKey> present = [];
        foreach (StoredCookieModel model in found.Cookies)
        {
            if (model?.ToCookie(now) is not { } cookie)
            {
                broken++;
                continue;
            }

            var key = CookieKey.Of(cookie);
            _stamp = Math.Max(_stamp, model.Stamp);
            if (cookie.Expires > now && present.Add(key))
                TakeOver(key, cookie, model.Stamp);
        }

        foreach (RemovedCookieModel model in found.Removed)
        {
            _stamp = Math.Max(_stamp, model.Stamp);
            if (!present.Contains(model.Key))
                removed[model.Key] = model.Stamp;
        }

        // What is here, unchanged, and no longer there was removed by another program.
        var gone = _jar.Entries.Where(entry => !entry.Cookie.IsSession)
            .Where(entry => CookieKey.Of(entry.Cookie) is var key && !present.Contains(key) && !IsLater(key, removed.GetValueOrDefault(key)))
            .Select(static entry => entry.Cookie).ToHashSet(ReferenceEqualityComparer.Instance);
        _jar.RemoveAll(gone.Contains, stamp: 0, CookieChangeCause.Explicit);
        foreach (CookieKey key in removed.Keys.Where(key => _jar.Find(key) is { Cookie.IsSession: false }).ToArray())
            removed.Remove(key);
        foreach ((CookieKey key, long stamp) in removed)
        {
            if (_unwritten.TryGetValue(key, out long own) && own < stamp)
                _unwritten.Remove(key);
        }

        return broken;
    }

    private void TakeOver(CookieKey key, SessionCookie cookie, long stamp)
    {
        if (IsLater(key, stamp))
            return;
        _unwritten.Remove(key);
        CookieEntry? entry = _jar.Find(key);
        if (entry is null)
        {
            _jar.Add(new CookieEntry(cookie, stamp), CookieChangeCause.Explicit);
            return;
        }

        // The same change, or a cookie of this session that is later.
        if (entry.Stamp >= stamp)
            return;
        _changes.Add(entry.Cookie, CookieChangeCause.Overwrite, isRemoved: true);
        entry.Cookie = cookie;
        entry.Stamp = stamp;
        _changes.Add(cookie, CookieChangeCause.Explicit, isRemoved: false);
    }

    // Whether this program has changed the cookie after that change, and not written it yet.
    private bool IsLater(CookieKey key, long stamp) => _unwritten.TryGetValue(key, out long own) && own >= stamp;

    // Expired cookies expire in each program by themselves.
    private void NoteForDisk(SessionCookie cookie, long stamp, CookieChangeCause cause)
    {
        if (_onChangeForDisk is null || _isMerging || cookie.IsSession || cause == CookieChangeCause.Expired)
            return;
        _unwritten[CookieKey.Of(cookie)] = stamp;
        _onChangeForDisk();
    }
}
