using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>
/// The credentials that a session knows: those that worked are sent from the start for what lies below the folders for which they have (RFC 7617,
/// section 2.2), and all answer challenges of their realm. As in Chromium the least recently used of more than 20 realms is forgotten, and of
/// more than 10 folders of a realm the oldest.
/// </summary>
internal sealed class AuthCache
{
    /// <summary>The most realms that are kept.</summary>
    public const int MaxEntries = 20;

    /// <summary>The most folders of one realm that are kept.</summary>
    public const int MaxPaths = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<AuthKey, AuthEntry> _entries = [];
    private long _uses;
    private int _generation;

    /// <summary>Changes whenever everything is forgotten.</summary>
    public int Generation
    {
        get
        {
            lock (_lock)
                return _generation;
        }
    }

    /// <summary>How many realms are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>The folder of a path: up to its last slash.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The folder.</returns>
    public static string FolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    /// <summary>What to send from the start.</summary>
    /// <param name="target">The server or proxy.</param>
    /// <param name="folder">The folder of the address; empty for a proxy.</param>
    /// <param name="configured">The configuration that counts now.</param>
    /// <returns>The credentials that worked nearest above, or null.</returns>
    public AuthEntry? FindByPath(AuthTarget target, string folder, ICredentials? configured)
    {
        lock (_lock)
        {
            AuthEntry? best = null;
            int length = -1;
            foreach (AuthEntry entry in _entries.Values)
            {
                if (entry.Key.Target != target || !IsCurrent(entry, configured))
                    continue;
                foreach (string path in entry.Paths)
                {
                    if (path.Length > length && folder.StartsWith(path, StringComparison.Ordinal))
                        (best, length) = (entry, path.Length);
                }
            }

            return Use(best);
        }
    }

    /// <summary>What answers a challenge.</summary>
    /// <param name="key">What for.</param>
    /// <param name="configured">The configuration that counts now.</param>
    /// <returns>The credentials, or null.</returns>
    public AuthEntry? Find(AuthKey key, ICredentials? configured)
    {
        lock (_lock)
            return _entries.TryGetValue(key, out AuthEntry? entry) && IsCurrent(entry, configured) ? Use(entry) : null;
    }

    /// <summary>Adds credentials that are about to be tried; other handshakes that meet the same challenge find them.</summary>
    /// <param name="key">What for.</param>
    /// <param name="credential">The credentials.</param>
    /// <param name="source">The configuration that gave them, or null.</param>
    /// <param name="generation">The generation they belong to; when it is over they are not kept.</param>
    /// <returns>The entry.</returns>
    public AuthEntry Add(AuthKey key, NetworkCredential credential, ICredentials? source, int generation)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out AuthEntry? known) && ReferenceEquals(known.Source, source) && CredentialRules.AreEqual(known.Credential, credential))
                return Use(known)!;
            var entry = new AuthEntry(key, credential, source);
            if (generation != _generation)
                return entry;
            _entries[key] = entry;
            Use(entry);
            if (_entries.Count > MaxEntries)
                _entries.Remove(_entries.Values.MinBy(static candidate => candidate.LastUse)!.Key);
            return entry;
        }
    }

    /// <summary>The credentials worked. They count from the start from here on, unless they have been forgotten meanwhile.</summary>
    /// <param name="entry">The credentials.</param>
    /// <param name="folder">For what.</param>
    public void Confirm(AuthEntry entry, string folder)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(entry.Key, out AuthEntry? known) || known != entry || entry.Paths.Any(path => folder.StartsWith(path, StringComparison.Ordinal)))
                return;
            entry.Paths.RemoveAll(path => path.StartsWith(folder, StringComparison.Ordinal));
            entry.Paths.Insert(0, folder);
            if (entry.Paths.Count > MaxPaths)
                entry.Paths.RemoveAt(MaxPaths);
        }
    }

    /// <summary>The credentials were refused. Others that took their place meanwhile stay.</summary>
    /// <param name="entry">The credentials.</param>
    public void Remove(AuthEntry entry)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(entry.Key, out AuthEntry? known) && CredentialRules.AreEqual(known.Credential, entry.Credential))
                _entries.Remove(entry.Key);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _generation++;
        }
    }

    private static bool IsCurrent(AuthEntry entry, ICredentials? configured) => entry.Source is null || ReferenceEquals(entry.Source, configured);

    private AuthEntry? Use(AuthEntry? entry)
    {
        if (entry is not null)
            entry.LastUse = ++_uses;
        return entry;
    }
}
