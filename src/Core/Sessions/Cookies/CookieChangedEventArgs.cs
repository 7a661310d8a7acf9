namespace NetWebSockets;

/// <summary>A cookie that was added or removed. A change of one is both: removed for <see cref="CookieChangeCause.Overwrite"/>, then added.</summary>
public sealed class CookieChangedEventArgs : EventArgs
{
    internal CookieChangedEventArgs(SessionCookie cookie, CookieChangeCause cause, bool isRemoved)
    {
        Cookie = cookie;
        Cause = cause;
        IsRemoved = isRemoved;
    }

    /// <summary>The cookie.</summary>
    public SessionCookie Cookie { get; }

    /// <summary>Why.</summary>
    public CookieChangeCause Cause { get; }

    /// <summary>Whether it was removed, and not added.</summary>
    public bool IsRemoved { get; }
}
