using NetWebSockets.Sessions;

namespace NetWebSockets;

public sealed partial class NetSession
{
    /// <summary>The cookies, for sockets with <c>UseSessionCookies</c>.</summary>
    public CookieStore Cookies { get; }

    /// <summary>Whether this session is kept on disk: it is that of a partition <c>persist:…</c>. <see cref="Default"/> is not, unlike Electron's.</summary>
    public bool IsPersistent => StoragePath is not null;

    /// <summary>The folder that this session is kept in; null when it is in memory only.</summary>
    public string? StoragePath { get; }

    /// <summary>What keeps the cookies on disk; null for a session in memory.</summary>
    internal CookiePersistence? Persistence { get; }
}
