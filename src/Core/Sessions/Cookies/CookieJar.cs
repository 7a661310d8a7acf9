namespace NetWebSockets.Sessions;

/// <summary>Is told of a cookie that was added or removed.</summary>
/// <param name="cookie">The cookie.</param>
/// <param name="stamp">The number of the change.</param>
/// <param name="cause">Why.</param>
/// <param name="isRemoved">Whether it was removed.</param>
internal delegate void CookieJarListener(SessionCookie cookie, long stamp, CookieChangeCause cause, bool isRemoved);

/// <summary>
/// The storage model of RFC 6265bis, section 5.7, with Chromium's limits. Cookies are found by the registrable domain, which all that can go to one host have in common.
/// Not for many threads: the store holds its lock.
/// </summary>
/// <param name="domains">Which domains belong together.</param>
/// <param name="changed">Told of each cookie that is added or removed.</param>
internal sealed class CookieJar(CookieDomains domains, CookieJarListener changed)
{
    // Chromium's. RFC 6265bis, section 6.1, asks for at least 50 and 3000. Past a limit some more go, so that not each new cookie sorts all.
    private const int MaxPerDomain = 180;
    private const int PurgePerDomain = 30;
    private const int Max = 3300;
    private const int Purge = 300;

    // A use is noted once in a while: it only orders cookies for eviction.
    private static readonly TimeSpan AccessStep = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, List<CookieEntry>> _byDomain = new(StringComparer.Ordinal);

    /// <summary>How many cookies there are, expired ones that nobody has come across included.</summary>
    public int Count { get; private set; }

    /// <summary>All entries.</summary>
    public IEnumerable<CookieEntry> Entries => _byDomain.Values.SelectMany(static list => list);

    /// <summary>The cookies that would be sent to an address, in the order of the header: longer paths first, then older ones.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isSameSite">Whether the request is of the same site.</param>
    /// <param name="now">The time.</param>
    /// <param name="isUse">Whether they are being sent, and not only looked at.</param>
    /// <returns>The cookies.</returns>
    public List<SessionCookie> Find(in CookieAddress address, bool isSameSite, DateTimeOffset now, bool isUse)
    {
        List<CookieEntry> found = [];
        if (!TryList(address.Host, address.IsAddress, out List<CookieEntry>? list))
            return [];
        RemoveExpired(list, now);
        foreach (CookieEntry entry in list)
        {
            SessionCookie cookie = entry.Cookie;
            if (!address.IsDomainMatch(cookie) || !CookieAddress.IsPathMatch(address.Path, cookie.Path) || (cookie.Secure && !address.IsTrustworthy))
                continue;
            if (!isSameSite && cookie.SameSite != CookieSameSite.None)
                continue;
            if (isUse && now - cookie.LastAccessTime >= AccessStep)
                entry.Cookie = cookie with { LastAccessTime = now };
            found.Add(entry);
        }

        return [.. found.OrderByDescending(static entry => entry.Cookie.Path.Length).ThenBy(static entry => entry.Cookie.CreationTime).Select(static entry => entry.Cookie)];
    }

    /// <summary>Adds a cookie, or replaces the one with its key.</summary>
    /// <param name="cookie">The cookie; one that has ended only removes.</param>
    /// <param name="stamp">The number of this change.</param>
    /// <param name="mayTouchSecure">Whether it may stand beside a Secure cookie of that name: it came from a trustworthy address.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null when done; otherwise why not.</returns>
    public string? Set(SessionCookie cookie, long stamp, bool mayTouchSecure, DateTimeOffset now)
    {
        List<CookieEntry>? list = Get(cookie.Domain);
        if (list is not null)
            RemoveExpired(list, now);
        if (!mayTouchSecure && list is not null && list.Exists(entry => IsShadowed(cookie, entry.Cookie)))
            return "a Secure cookie of that name is left alone by unencrypted connections";

        bool hasEnded = cookie.Expires <= now;
        CookieEntry? former = list?.Find(entry => CookieKey.Of(entry.Cookie) == CookieKey.Of(cookie));
        if (former is not null)
        {
            changed(former.Cookie, stamp, hasEnded ? CookieChangeCause.ExpiredOverwrite : CookieChangeCause.Overwrite, true);
            if (hasEnded)
            {
                Remove(list!, former);
                return null;
            }

            // In its place, so that cookies of one moment keep their order.
            former.Cookie = cookie with { CreationTime = former.Cookie.CreationTime };
            former.Stamp = stamp;
            changed(former.Cookie, stamp, CookieChangeCause.Explicit, false);
            return null;
        }

        if (!hasEnded)
            Add(new CookieEntry(cookie, stamp), CookieChangeCause.Explicit);
        EnforceLimits(cookie.Domain, stamp, now);
        return null;
    }

    /// <summary>Finds the entry with a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The entry, or null.</returns>
    public CookieEntry? Find(CookieKey key) => Get(key.Domain)?.Find(entry => CookieKey.Of(entry.Cookie) == key);

    /// <summary>Adds a cookie whose key is not there yet.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cause">Why.</param>
    public void Add(CookieEntry entry, CookieChangeCause cause)
    {
        ReadOnlyMemory<char> key = KeyOf(entry.Cookie.Domain);
        if (!_byDomain.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key.Span, out List<CookieEntry>? list))
            _byDomain.Add(key.ToString(), list = []);
        list.Add(entry);
        Count++;
        changed(entry.Cookie, entry.Stamp, cause, false);
    }

    /// <summary>Removes cookies.</summary>
    /// <param name="which">Which.</param>
    /// <param name="stamp">The number of this change.</param>
    /// <param name="cause">Why.</param>
    /// <returns>How many.</returns>
    public int RemoveAll(Predicate<SessionCookie> which, long stamp, CookieChangeCause cause)
    {
        int before = Count;
        foreach (List<CookieEntry> list in _byDomain.Values.ToArray())
            RemoveAll(list, entry => which(entry.Cookie), stamp, cause);
        return before - Count;
    }

    /// <summary>Removes what has expired.</summary>
    /// <param name="now">The time.</param>
    public void RemoveExpired(DateTimeOffset now)
    {
        foreach (List<CookieEntry> list in _byDomain.Values.ToArray())
            RemoveExpired(list, now);
    }

    /// <summary>Makes room where there are too many cookies: expired ones go first, then those that were not used for longest, those that are not Secure before the others.</summary>
    /// <param name="domain">The domain that got a new one; null to look at all.</param>
    /// <param name="stamp">The number of this change.</param>
    /// <param name="now">The time.</param>
    public void EnforceLimits(string? domain, long stamp, DateTimeOffset now)
    {
        foreach (List<CookieEntry> list in domain is null ? _byDomain.Values.ToArray() : Get(domain) is { } own ? [own] : [])
        {
            if (list.Count > MaxPerDomain)
                Evict(list, list.Count - (MaxPerDomain - PurgePerDomain), stamp);
        }

        if (Count <= Max)
            return;
        RemoveExpired(now);
        if (Count > Max)
            Evict(Entries, Count - (Max - Purge), stamp);
    }

    // RFC 6265bis, section 5.7, step 18: same name, one domain at or below the other, and a path that the Secure cookie's covers.
    private static bool IsShadowed(SessionCookie cookie, SessionCookie secure) =>
        secure.Secure
        && secure.Name.Equals(cookie.Name, StringComparison.Ordinal)
        && (CookieAddress.IsAtOrBelow(secure.Domain, cookie.Domain) || CookieAddress.IsAtOrBelow(cookie.Domain, secure.Domain))
        && CookieAddress.IsPathMatch(cookie.Path, secure.Path);

    private ReadOnlyMemory<char> KeyOf(string domain) => domains.Key(domain, CookieDomains.IsAddress(domain));

    private List<CookieEntry>? Get(string domain) =>
        _byDomain.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(KeyOf(domain).Span, out List<CookieEntry>? list) ? list : null;

    private bool TryList(string host, bool isAddress, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out List<CookieEntry>? list) =>
        _byDomain.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(domains.Key(host, isAddress).Span, out list);

    private void Evict(IEnumerable<CookieEntry> from, int count, long stamp)
    {
        HashSet<CookieEntry> evicted = new(
            from.OrderBy(static entry => entry.Cookie.Secure).ThenBy(static entry => entry.Cookie.LastAccessTime).ThenBy(static entry => entry.Stamp).Take(count),
            ReferenceEqualityComparer.Instance);
        foreach (List<CookieEntry> list in evicted.Select(entry => Get(entry.Cookie.Domain)!).Distinct().ToArray())
            RemoveAll(list, evicted.Contains, stamp, CookieChangeCause.Evicted);
    }

    private void RemoveExpired(List<CookieEntry> list, DateTimeOffset now) =>
        RemoveAll(list, entry => entry.Cookie.Expires <= now, stamp: 0, CookieChangeCause.Expired);

    private void Remove(List<CookieEntry> list, CookieEntry entry)
    {
        list.Remove(entry);
        Count--;
        DropIfEmpty(list, entry.Cookie.Domain);
    }

    private void RemoveAll(List<CookieEntry> list, Predicate<CookieEntry> which, long stamp, CookieChangeCause cause)
    {
        if (!list.Exists(which))
            return;
        string domain = list[0].Cookie.Domain;
        Count -= list.RemoveAll(entry =>
        {
            if (!which(entry))
                return false;
            changed(entry.Cookie, stamp, cause, true);
            return true;
        });
        DropIfEmpty(list, domain);
    }

    private void DropIfEmpty(List<CookieEntry> list, string domain)
    {
        if (list.Count == 0)
            _byDomain.Remove(KeyOf(domain).ToString());
    }
}
