#if !SESSION_HAS_EVERYTHING
using NetWebSockets.Sessions;
#endif

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>
/// A session of ours that is set to a configuration.
/// <para>
/// THE SEAM: with SESSION_HAS_EVERYTHING defined it asks for host rules, lists, rules by scheme, scripts and ResolveProxyAsync; without it, for what there is
/// before they are: one proxy, and bypass rules. When those parts are in, delete the symbol with all that stands under its #else.
/// </para>
/// </summary>
public sealed class OurSide : IAsyncDisposable
{
    private readonly NetSession _session;

#if SESSION_HAS_EVERYTHING
    private OurSide(NetSession session) => _session = session;

    /// <summary>Makes the session.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="roster">What its proxies are.</param>
    /// <returns>It.</returns>
    public static async Task<OurSide?> CreateAsync(ProxyConfiguration configuration, ProxyRoster roster)
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
#else
    private readonly ProxySettings _settings;
    private readonly ProxyLog _log;

    private OurSide(NetSession session, ProxySettings settings, ProxyLog log) => (_session, _settings, _log) = (session, settings, log);

    /// <summary>Makes the session.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="roster">What its proxies are.</param>
    /// <returns>It; null when the configuration asks for what is not built yet.</returns>
    public static async Task<OurSide?> CreateAsync(ProxyConfiguration configuration, ProxyRoster roster)
    {
        if (configuration.Rules is not { } rules || rules.AsSpan().ContainsAny("=,;") || rules.StartsWith("socks4", StringComparison.Ordinal))
            return null;
        ProxyConfig named = new() { ProxyRules = rules, ProxyBypassRules = configuration.Bypass };
        NetSession session = new(new NetSessionOptions { CertificateVerifyProc = static _ => CertificateVerdict.Accept });
        await session.SetProxyAsync(new ProxyConfig { ProxyRules = roster.OnLoopback(rules), ProxyBypassRules = configuration.Bypass });
        return new OurSide(session, ProxySettings.Create(named), roster.Log);
    }

    /// <summary>The proxy for an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>A PAC string.</returns>
    public Task<string> ResolveAsync(string address, CancellationToken cancellationToken) => Task.FromResult(_settings.Resolve(new Uri(address)).Address switch
    {
        null => "DIRECT",
        { Scheme: "http" } proxy => $"PROXY {proxy.Host}:{proxy.Port}",
        var proxy => $"{proxy.Scheme.ToUpperInvariant()} {proxy.Host}:{proxy.Port}",
    });
#endif

    /// <summary>Opens a socket and waits for its end.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The address as the socket has it, and why it did not open; null when it did.</returns>
    public async Task<(string Url, string? Failure)> OpenAsync(string address, CancellationToken cancellationToken)
    {
        await using NetWebSocket socket = new(address, new NetWebSocketOptions { Session = _session });
#if !SESSION_HAS_EVERYTHING
        // Without host rules it would go out into the world; so its choice alone counts. A blocked port fails before that.
        if (await ResolveAsync(address, cancellationToken) == "DIRECT" && !address.Contains(":6667", StringComparison.Ordinal))
        {
            _log.Add(ProxyAddresses.KeyOf(socket.Url), "DIRECT");
            return (socket.Url, null);
        }

#endif
        CloseEvent closed = await socket.Closed.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        return (socket.Url, socket.Opened.IsCompletedSuccessfully ? null : $"{closed.Code} {closed.Reason}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
