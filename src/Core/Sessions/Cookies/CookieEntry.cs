namespace NetWebSockets.Sessions;

/// <summary>A cookie in the jar.</summary>
/// <param name="cookie">The cookie.</param>
/// <param name="stamp">The number of the change that made it.</param>
internal sealed class CookieEntry(SessionCookie cookie, long stamp)
{
    /// <summary>The cookie.</summary>
    public SessionCookie Cookie { get; set; } = cookie;

    /// <summary>The number of the change that made it: the time in ticks, but always growing. Of two programs' changes the one with the higher number counts.</summary>
    public long Stamp { get; set; } = stamp;
}
