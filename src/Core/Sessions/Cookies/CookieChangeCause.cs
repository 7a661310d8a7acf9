namespace NetWebSockets;

/// <summary>Why a cookie was added or removed.</summary>
public enum CookieChangeCause
{
    /// <summary>It was set or removed by a response, by this program, or by another one that shares the session on disk.</summary>
    Explicit = 0,

    /// <summary>It was removed since another one with its name, domain and path is being set.</summary>
    Overwrite,

    /// <summary>It was removed since it had expired. That is noticed when cookies are looked at.</summary>
    Expired,

    /// <summary>It was removed since there were too many.</summary>
    Evicted,

    /// <summary>It was removed since it was set anew with an end that has passed.</summary>
    ExpiredOverwrite,
}
