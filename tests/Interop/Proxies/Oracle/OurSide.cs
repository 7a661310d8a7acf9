namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>A session of ours that is set to a configuration.</summary>
public sealed class OurSide : IAsyncDisposable
{
    private readonly NetSession _session;

    private OurSide(NetSession session) => _session = session;

    /// <summary>Makes the session.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="roster">What its proxies are.</param>
    /// <returns>It.</returns>
    public static async Task<OurSide> CreateAsync(ProxyConfiguration configuration, ProxyRoster roster)
    {
        NetSession session = new(new NetSessionOptions { HostResolverRules = roster.HostRules, CertificateVerifyProc = static _ => CertificateVerdict.Accept });
        await session.SetProxyAsync(configuration switch
        {
            // Chromium goes on without a proxy when a script of its command line does not work.
            { Script: not null } => new ProxyConfig { Mode = ProxyMode.PacScript, PacScript = new Uri(configuration.ScriptAddress), PacMandatory = false },
            { Rules: not null } => new ProxyConfig { Mode = ProxyMode.FixedServers, ProxyRules = configuration.Rules, ProxyBypassRules = configuration.Bypass },
            _ => new ProxyConfig { Mode = ProxyMode.Direct },
        });
        return new OurSide(session);
    }

    /// <summary>The list of proxies for an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A PAC string.</returns>
    public async Task<string> ResolveAsync(string address, CancellationToken cancellationToken) =>
        string.Join(';', (await _session.ResolveProxyAsync(new Uri(address), cancellationToken)).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Opens a socket and waits for its end.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The address as the socket has it, and why it did not open; null when it did.</returns>
    public async Task<(string Url, string? Failure)> OpenAsync(string address, CancellationToken cancellationToken)
    {
        await using NetWebSocket socket = new(address, new NetWebSocketOptions { Session = _session });
        CloseEvent closed = await socket.Closed.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        return (socket.Url, socket.Opened.IsCompletedSuccessfully ? null : $"{closed.Code} {closed.Reason}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
