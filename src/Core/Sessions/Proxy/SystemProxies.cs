using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>The machine's proxy settings, as .NET reads them.</summary>
/// <param name="machine">Them.</param>
internal sealed class SystemProxies(IWebProxy machine)
{
    // One object for each proxy, since each has a handler of its own. The machine's settings may be a script that names ever new proxies.
    private const int MaxCredentials = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<ProxyServer, ICredentials> _credentials = [];

    /// <summary>The ways to an address.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The ways.</returns>
    public ProxyList Find(Uri uri)
    {
        // What the machine knows is http and https. For ws and wss Chromium takes the proxy of https first, then that of http.
        string[] schemes = uri.Scheme is "ws" or "wss" ? ["https", "http"] : [uri.Scheme];
        foreach (string scheme in schemes)
        {
            Uri asked = new UriBuilder(uri) { Scheme = scheme, Port = uri.Port, UserName = string.Empty, Password = string.Empty }.Uri;
            if (machine.IsBypassed(asked) || machine.GetProxy(asked) is not { } proxy || proxy == asked)
                continue;
            if (ProxyServer.FromAddress(proxy) is not { } server)
                continue;
            Remember(server, proxy);
            return new ProxyList([server]);
        }

        return ProxyList.Direct;
    }

    /// <summary>The credentials for a proxy that was found.</summary>
    /// <param name="server">The proxy.</param>
    /// <returns>The credentials; null for none.</returns>
    public ICredentials? CredentialsFor(ProxyServer server)
    {
        lock (_lock)
            return _credentials.GetValueOrDefault(server) ?? machine.Credentials;
    }

    private void Remember(ProxyServer server, Uri proxy)
    {
        if (proxy.UserInfo.Length == 0)
            return;
        string[] parts = proxy.UserInfo.Split(':', 2);
        (string user, string password) = (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
        lock (_lock)
        {
            if (_credentials.TryGetValue(server, out ICredentials? known) && known is NetworkCredential same && same.UserName == user && same.Password == password)
                return;
            if (_credentials.Count >= MaxCredentials)
                _credentials.Clear();
            _credentials[server] = new NetworkCredential(user, password);
        }
    }
}
