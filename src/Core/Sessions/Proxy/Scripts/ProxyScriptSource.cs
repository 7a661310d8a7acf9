namespace NetWebSockets.Sessions;

/// <summary>A proxy script, wherever it comes from, as the settings of a session use it.</summary>
internal abstract class ProxyScriptSource : IDisposable
{
    private static readonly Uri Wpad = new("http://wpad/wpad.dat");

    /// <summary>Makes the source that a configuration names.</summary>
    /// <param name="mode"><see cref="ProxyMode.PacScript"/> or <see cref="ProxyMode.AutoDetect"/>.</param>
    /// <param name="config">The configuration; read now.</param>
    /// <param name="network">How the script is fetched, and how it looks up hosts.</param>
    /// <returns>The source. It fetches nothing before it is asked.</returns>
    /// <exception cref="ArgumentException">A part of the configuration is wrong.</exception>
    /// <exception cref="NotSupportedException">There is nothing that runs scripts.</exception>
    public static ProxyScriptSource Create(ProxyMode mode, ProxyConfig config, SessionNetwork network)
    {
        Uri address;
        if (mode == ProxyMode.AutoDetect)
        {
            if (config.PacScript is not null)
                throw new ArgumentException("PacScript is set, but the mode is AutoDetect, which finds its script by itself; leave one of them out.", nameof(config));
            address = Wpad;
        }
        else
        {
            address = config.PacScript
                ?? throw new ArgumentException("The mode is PacScript, but PacScript is not set; set it to the address of the script.", nameof(config));
            ProxyScriptFetcher.Validate(address, nameof(config));
        }

        bool isMandatory = config.PacMandatory ?? mode == ProxyMode.PacScript;
        return new FetchedProxyScript(address, isMandatory, ProxyScriptEngines.Require(network.ScriptEngine), network);
    }

    /// <summary>Asks the script, fetching and compiling it when that has not been done.</summary>
    /// <param name="uri">The ws, wss, http or https address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer in the script's own form, such as <c>PROXY a:3128; DIRECT</c>; null for direct because there is no script that works, and none is demanded.</returns>
    /// <exception cref="HandshakeException">There is no script that works, and one is demanded; or the settings were replaced while it was being fetched.</exception>
    public abstract ValueTask<string?> FindProxyAsync(Uri uri, CancellationToken cancellationToken);

    /// <summary>Fetches the script anew. When that fails, a former script stays in use.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the next question goes to the new script.</returns>
    /// <exception cref="HandshakeException">It could not be fetched or does not compile.</exception>
    public abstract Task ReloadAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
