namespace NetWebSockets;

/// <summary>How a session finds its proxy (Electron's <c>mode</c>).</summary>
public enum ProxyMode
{
    /// <summary>No proxy.</summary>
    Direct = 0,

    /// <summary>The network says where its proxy script is (WPAD).</summary>
    AutoDetect,

    /// <summary>A proxy script decides for each address.</summary>
    PacScript,

    /// <summary>The proxies of <see cref="ProxyConfig.ProxyRules"/>.</summary>
    FixedServers,

    /// <summary>
    /// The machine's settings: the environment variables <c>https_proxy</c>, <c>http_proxy</c>, <c>all_proxy</c> and <c>no_proxy</c>, and on
    /// Windows and macOS the system's where no variable is set, as <see cref="System.Net.Http.HttpClient.DefaultProxy"/> has them. ws and wss addresses take the
    /// proxy of https, otherwise that of http.
    /// </summary>
    System,
}
