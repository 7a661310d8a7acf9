namespace NetWebSockets;

public sealed partial class NetSession
{
    /// <summary>The cookies, for sockets with <c>UseSessionCookies</c>.</summary>
    public CookieStore Cookies { get; } = new();
}
