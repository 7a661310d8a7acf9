using System.Text;
using Microsoft.Extensions.Logging;
using NetWebSockets.Sessions;

namespace NetWebSockets;

/// <summary>
/// The cookies of a <see cref="NetSession"/>, after Electron's <c>Cookies</c> and RFC 6265bis. Safe from many threads. They are sent and stored by sockets that ask for
/// it (<c>UseSessionCookies</c>). Addresses may have the scheme ws, wss, http or https; wss and https see the same cookies, as ws and http do. At most 180 cookies are
/// kept for a registrable domain and 3300 in all, as in Chromium: past that 30 or 300 go, expired ones first, then those that were not used for longest, those that are
/// not Secure before the others.
/// </summary>
public sealed partial class CookieStore
{
    private readonly Lock _lock = new();
    private readonly CookieDomains _domains;
    private readonly TimeProvider _timeProvider;
    private readonly CookieJar _jar;
    private readonly CookieChangeQueue _changes;
    private long _stamp;

    /// <summary>Makes a store in memory.</summary>
    /// <param name="domains">Which domains belong together.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The session's log.</param>
    internal CookieStore(CookieDomains domains, TimeProvider timeProvider, ILogger logger)
    {
        _domains = domains;
        _timeProvider = timeProvider;
        _jar = new CookieJar(domains, OnChanged);
        _changes = new CookieChangeQueue(this, logger);
    }

    /// <summary>
    /// A cookie was added or removed. Raised one at a time, in order, on a thread that changed or looked at cookies, when the store can be used again; when two threads
    /// change cookies at once, one of them raises the events of both. What a listener throws is logged.
    /// </summary>
    public event EventHandler<CookieChangedEventArgs>? Changed
    {
        add => _changes.Listeners += value;
        remove => _changes.Listeners -= value;
    }

    /// <summary>How many cookies there are.</summary>
    public int Count
    {
        get
        {
            int count;
            lock (_lock)
            {
                _jar.RemoveExpired(_timeProvider.GetUtcNow());
                count = _jar.Count;
            }

            _changes.Raise();
            return count;
        }
    }

    /// <summary>The cookies that would be sent to an address by its own site, in the order of the Cookie header.</summary>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    /// <returns>The cookies.</returns>
    /// <exception cref="ArgumentException">The address is not absolute or has another scheme.</exception>
    public IReadOnlyList<SessionCookie> Get(Uri uri) => Find(CookieAddress.Parse(uri, nameof(uri)), isSameSite: true, isUse: false);

    /// <summary>The cookies that match all that a filter sets.</summary>
    /// <param name="filter">The filter; an empty one matches all.</param>
    /// <returns>The cookies; with <see cref="CookieFilter.Url"/> in the order of the Cookie header, otherwise in none.</returns>
    /// <exception cref="ArgumentException">The filter's address is not absolute or has another scheme.</exception>
    public IReadOnlyList<SessionCookie> Get(CookieFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        IReadOnlyList<SessionCookie> all = filter.Url is null ? GetAll() : Find(CookieAddress.Parse(filter.Url, nameof(filter)), isSameSite: true, isUse: false);
        return [.. all.Where(filter.Matches)];
    }

    /// <summary>All cookies.</summary>
    /// <returns>The cookies, in no order.</returns>
    public IReadOnlyList<SessionCookie> GetAll()
    {
        SessionCookie[] all;
        lock (_lock)
        {
            _jar.RemoveExpired(_timeProvider.GetUtcNow());
            all = [.. _jar.Entries.Select(static entry => entry.Cookie)];
        }

        _changes.Raise();
        return all;
    }

    /// <summary>Sets a cookie for the host of an address and all its paths, until the session ends.</summary>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The address, the name or the value is none that a cookie can have; the message says why.</exception>
    public void Set(Uri uri, string name, string value) => Set(new CookieDetails { Url = uri, Name = name, Value = value, Path = "/" });

    /// <summary>Adds a cookie, or replaces the one of the same name, domain and path. One that has expired removes it.</summary>
    /// <param name="details">The cookie.</param>
    /// <exception cref="ArgumentException">The cookie is none that its address could set; the message says why. Nothing has changed then.</exception>
    public void Set(CookieDetails details)
    {
        ArgumentNullException.ThrowIfNull(details);
        CookieAddress address = CookieAddress.Parse(details.Url, nameof(details));
        DateTimeOffset now = _timeProvider.GetUtcNow();
        string? problem = Check(details) ?? Store(address, ToLine(details, now), isSameSite: true, now);
        if (problem is not null)
            throw new ArgumentException($"The cookie '{details.Name}' cannot be set for {address.Host}: {problem}.", nameof(details));
    }

    /// <summary>Removes the cookies of a name that would be sent to an address.</summary>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    /// <param name="name">The name; case matters.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentException">The address is not absolute or has another scheme.</exception>
    public bool Remove(Uri uri, string name)
    {
        CookieAddress address = CookieAddress.Parse(uri, nameof(uri));
        ArgumentNullException.ThrowIfNull(name);
        bool found;
        lock (_lock)
        {
            HashSet<SessionCookie> removed = new(
                _jar.Find(address, isSameSite: true, _timeProvider.GetUtcNow(), isUse: false).Where(cookie => cookie.Name.Equals(name, StringComparison.Ordinal)),
                ReferenceEqualityComparer.Instance);
            found = removed.Count > 0 && _jar.RemoveAll(removed.Contains, NextStamp(), CookieChangeCause.Explicit) > 0;
        }

        _changes.Raise();
        return found;
    }

    /// <summary>Removes all cookies.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _jar.RemoveExpired(_timeProvider.GetUtcNow());
            _jar.RemoveAll(static _ => true, NextStamp(), CookieChangeCause.Explicit);
        }

        _changes.Raise();
    }

    /// <summary>The value of the Cookie header for a request; empty when there are no cookies for it.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="origin">The value of its Origin header; null or empty when it has none.</param>
    /// <returns>The value.</returns>
    internal string HeaderFor(Uri uri, string? origin = null)
    {
        List<SessionCookie> cookies = Find(CookieAddress.Of(uri), CookieSite.IsSame(uri, origin, _domains), isUse: true);
        if (cookies.Count == 0)
            return string.Empty;
        var header = new StringBuilder();
        foreach (SessionCookie cookie in cookies)
        {
            if (header.Length > 0)
                header.Append("; ");
            if (cookie.Name.Length > 0)
                header.Append(cookie.Name).Append('=');
            header.Append(cookie.Value);
        }

        return header.ToString();
    }

    /// <summary>Stores one Set-Cookie header of a response.</summary>
    /// <param name="uri">The address that sent it.</param>
    /// <param name="header">The header's value, its bytes as Latin-1.</param>
    /// <param name="origin">The value of the request's Origin header; null or empty when it had none.</param>
    /// <returns>Null when it was stored; otherwise why it was not, without the cookie's value.</returns>
    internal string? Store(Uri uri, string header, string? origin = null)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        return SetCookieLine.Parse(header, now, out SetCookieLine? line)
            ?? Store(CookieAddress.Of(uri), line!, CookieSite.IsSame(uri, origin, _domains), now);
    }

    private static SetCookieLine ToLine(CookieDetails details, DateTimeOffset now) => new()
    {
        Name = details.Name,
        Value = details.Value,
        Domain = details.Domain,
        Path = details.Path,
        Secure = details.Secure,
        HttpOnly = details.HttpOnly,
        SameSite = details.SameSite,
        Expires = SetCookieLine.Limit(details.Expires, now),
    };

    // What cannot be said in a Set-Cookie header is a mistake here.
    private static string? Check(CookieDetails details)
    {
        if (details.Name is null || details.Value is null)
            return "its name or value is null";
        if (CookieText.Check(details.Name) is { } nameProblem)
            return $"its name {nameProblem}";
        if (details.Name.Contains('=', StringComparison.Ordinal))
            return "its name contains '='";
        if (CookieText.Check(details.Value) is { } valueProblem)
            return $"its value {valueProblem}";
        if (SetCookieLine.CheckNameAndValue(details.Name, details.Value) is { } problem)
            return problem;
        if (details.Path is { } path)
        {
            if (!path.StartsWith('/'))
                return "its Path does not start with '/'";
            if (CookieText.Check(path) is { } pathProblem)
                return $"its Path {pathProblem}";
            if (Encoding.UTF8.GetByteCount(path) > SetCookieLine.MaxAttributeValue)
                return $"its Path is longer than {SetCookieLine.MaxAttributeValue} bytes";
        }

        return Enum.IsDefined(details.SameSite) ? null : "its SameSite is no known value";
    }

    private List<SessionCookie> Find(in CookieAddress address, bool isSameSite, bool isUse)
    {
        List<SessionCookie> found;
        lock (_lock)
            found = _jar.Find(address, isSameSite, _timeProvider.GetUtcNow(), isUse);
        _changes.Raise();
        return found;
    }

    // RFC 6265bis, section 5.7.
    private string? Store(in CookieAddress address, SetCookieLine line, bool isSameSite, DateTimeOffset now)
    {
        if (line.Secure && !address.IsTrustworthy)
            return "it is Secure, and its address is not encrypted";
        if (_domains.Decide(address, line.Domain, out string domain, out bool hostOnly) is { } domainProblem)
            return domainProblem;
        if (line.SameSite == CookieSameSite.None && !line.Secure)
            return "SameSite=None asks for Secure";
        if (!isSameSite && line.SameSite != CookieSameSite.None)
            return "the request came from another site, and only a cookie with SameSite=None may be set then";
        if (CookiePrefix.Check(line.Name, line.Value, line.Secure, line.HttpOnly, !string.IsNullOrEmpty(line.Domain), line.Path) is { } prefixProblem)
            return prefixProblem;

        var cookie = new SessionCookie
        {
            Name = line.Name,
            Value = line.Value,
            Domain = domain,
            HostOnly = hostOnly,
            Path = line.Path is { Length: > 0 } path && path[0] == '/' ? path : address.DefaultPath,
            Secure = line.Secure,
            HttpOnly = line.HttpOnly,
            SameSite = line.SameSite,
            Expires = line.Expires,
            CreationTime = now,
            LastAccessTime = now,
        };
        string? refusal;
        lock (_lock)
            refusal = _jar.Set(cookie, NextStamp(), address.IsTrustworthy, now);
        _changes.Raise();
        return refusal;
    }

    private long NextStamp() => _stamp = Math.Max(_stamp + 1, _timeProvider.GetUtcNow().UtcTicks);

    private void OnChanged(SessionCookie cookie, long stamp, CookieChangeCause cause, bool isRemoved)
    {
        NoteForDisk(cookie, stamp, cause);
        _changes.Add(cookie, cause, isRemoved);
    }
}
