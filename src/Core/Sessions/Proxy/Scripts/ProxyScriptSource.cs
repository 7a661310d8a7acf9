namespace NetWebSockets.Sessions;

/// <summary>A proxy script, wherever it comes from, as the settings of a session use it.</summary>
internal abstract class ProxyScriptSource : IDisposable
{
    /// <summary>Makes the source that a configuration names.</summary>
    /// <param name="mode"><see cref="ProxyMode.PacScript"/> or <see cref="ProxyMode.AutoDetect"/>.</param>
    /// <param name="config">The configuration; read now.</param>
    /// <param name="network">How the script is fetched, and how it looks up hosts.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">A part of the configuration is wrong.</exception>
    public static ProxyScriptSource Create(ProxyMode mode, ProxyConfig config, SessionNetwork network) =>
        throw new NotSupportedException("Proxy scripts are not built yet; use FixedServers or System.");

    /// <summary>Asks the script, fetching and compiling it when that has not been done.</summary>
    /// <param name="uri">The ws, wss, http or https address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer in the script's own form, such as <c>PROXY a:3128; DIRECT</c>; null for direct because there is no script that works, and none is demanded.</returns>
    /// <exception cref="HandshakeException">There is no script that works, and one is demanded.</exception>
    public abstract ValueTask<string?> FindProxyAsync(Uri uri, CancellationToken cancellationToken);

    /// <summary>Fetches the script anew.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the next question goes to the new script.</returns>
    public abstract Task ReloadAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
