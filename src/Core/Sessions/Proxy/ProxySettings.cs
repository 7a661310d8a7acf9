using System.Collections.Concurrent;
using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>A way to the network: directly, or a proxy with its credentials.</summary>
/// <param name="Address">The proxy; null for none.</param>
/// <param name="Credentials">Its credentials; null for none.</param>
internal sealed record ProxyChoice(Uri? Address, ICredentials? Credentials)
{
    /// <summary>No proxy.</summary>
    public static ProxyChoice Direct { get; } = new(null, null);
}

/// <summary>The proxy settings of a session, checked, and what they choose for an address.</summary>
internal sealed class ProxySettings
{
    private readonly ProxyChoice? _fixed;
    private readonly IWebProxy? _system;
    private readonly ProxyBypassRules _bypass;

    // One choice for each proxy that the machine's settings name, since each choice has a handler of its own.
    private readonly ConcurrentDictionary<string, ProxyChoice> _systemChoices = new(StringComparer.Ordinal);

    private ProxySettings(ProxyMode mode, ProxyChoice? choice, IWebProxy? system, ProxyBypassRules? bypass = null)
    {
        Mode = mode;
        _fixed = choice;
        _system = system;
        _bypass = bypass ?? ProxyBypassRules.Implicit;
    }

    /// <summary>The mode.</summary>
    public ProxyMode Mode { get; }

    /// <summary>The machine's settings.</summary>
    /// <param name="system">Them; null for those of the process.</param>
    /// <returns>The settings.</returns>
    public static ProxySettings CreateSystem(IWebProxy? system = null) => new(ProxyMode.System, null, system ?? HttpClient.DefaultProxy);

    /// <summary>Checks a configuration. Later changes of it do nothing.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="network">How a proxy script is fetched, and how it looks up hosts.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="ArgumentException">A part of it is wrong.</exception>
    /// <exception cref="NotSupportedException">It asks for what is not built yet.</exception>
    public static ProxySettings Create(ProxyConfig config, SessionNetwork? network = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ProxyMode mode = config.Mode ?? InferMode(config);
        switch (mode)
        {
            case ProxyMode.AutoDetect:
                throw new NotSupportedException("Finding the proxy by WPAD (ProxyMode.AutoDetect) is not built yet; use FixedServers or System.");
            case ProxyMode.PacScript:
                throw new NotSupportedException("Proxy scripts (ProxyMode.PacScript) are not built yet; use FixedServers or System.");
        }

        if (config.ProxyRules is not null && mode != ProxyMode.FixedServers)
            throw new ArgumentException($"ProxyRules is set, but the mode is {mode}; leave one of them out.", nameof(config));
        if (config.ProxyBypassRules is not null && mode != ProxyMode.FixedServers)
            throw new ArgumentException($"ProxyBypassRules is set, but the mode is {mode}; leave one of them out.", nameof(config));
        if (config.PacScript is not null)
            throw new ArgumentException($"PacScript is set, but the mode is {mode}; leave one of them out.", nameof(config));
        return mode switch
        {
            ProxyMode.Direct => new(mode, ProxyChoice.Direct, null),
            ProxyMode.System => CreateSystem(),
            ProxyMode.FixedServers => CreateFixed(config),
            _ => throw new ArgumentException($"'{mode}' is no ProxyMode.", nameof(config)),
        };
    }

    /// <summary>The way to an address.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The choice.</returns>
    public ProxyChoice Resolve(Uri uri)
    {
        if (_bypass.Bypasses(uri))
            return ProxyChoice.Direct;
        if (_fixed is { } choice)
            return choice;
        if (_system is null || _system.IsBypassed(uri) || _system.GetProxy(uri) is not { } proxy || proxy == uri)
            return ProxyChoice.Direct;
        return _systemChoices.GetOrAdd(
            proxy.AbsoluteUri, static (_, state) => new(WithoutUserInfo(state.proxy), CredentialsOf(state.proxy) ?? state.Credentials), (proxy, _system.Credentials));
    }

    private static ProxyMode InferMode(ProxyConfig config)
    {
        if (config.PacScript is not null)
            return ProxyMode.PacScript;
        return config.ProxyRules is not null
            ? ProxyMode.FixedServers
            : throw new ArgumentException("The proxy configuration is empty: set Mode, ProxyRules or PacScript.", nameof(config));
    }

    private static ProxySettings CreateFixed(ProxyConfig config)
    {
        if (string.IsNullOrWhiteSpace(config.ProxyRules))
            throw new ArgumentException("The mode is FixedServers, but ProxyRules is empty; name the proxy, such as http://proxy.example:3128.", nameof(config));
        Uri? server = ProxyServer.Parse(config.ProxyRules, nameof(config));
        ProxyBypassRules bypass = ProxyBypassRules.Parse(config.ProxyBypassRules ?? string.Empty, nameof(config));
        if (server is null)
            return new(ProxyMode.FixedServers, ProxyChoice.Direct, null);
        NetworkCredential? given = config.Credentials;
        return new(ProxyMode.FixedServers, new(server, given is null ? null : new NetworkCredential(given.UserName, given.Password, given.Domain)), null, bypass);
    }

    private static NetworkCredential? CredentialsOf(Uri proxy)
    {
        if (proxy.UserInfo.Length == 0)
            return null;
        string[] parts = proxy.UserInfo.Split(':', 2);
        return new(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
    }

    private static Uri WithoutUserInfo(Uri proxy) =>
        proxy.UserInfo.Length == 0 ? proxy : new UriBuilder(proxy) { UserName = string.Empty, Password = string.Empty }.Uri;
}

/// <summary>One proxy for everything that its handler does.</summary>
/// <param name="choice">The proxy.</param>
internal sealed class SingleProxy(ProxyChoice choice) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; } = choice.Credentials;

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => choice.Address;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => false;
}
