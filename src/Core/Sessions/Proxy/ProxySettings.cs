using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>
/// The proxy settings of a session, checked, and what they choose for an address. They are replaced as a whole; what is being resolved by then still
/// finishes on them.
/// </summary>
internal sealed class ProxySettings
{
    private readonly ProxyRules? _rules;
    private readonly ProxyBypassRules _bypass;
    private readonly ProxyScriptSource? _script;
    private readonly NetworkCredential? _credentials;
    private readonly bool _readsMachine;
    private readonly Lock _lock = new();
    private volatile SystemProxies? _system;
    private int _uses;
    private bool _isRetired;

    private ProxySettings(ProxyMode mode, TimeProvider timeProvider, ProxyConfig config)
    {
        Mode = mode;
        Bad = new BadProxies(timeProvider);
        ConnectTimeout = config.ConnectTimeout;
        _bypass = ProxyBypassRules.Implicit;
        if (config.Credentials is { } given)
            _credentials = new NetworkCredential(given.UserName, given.Password, given.Domain);
    }

    private ProxySettings(ProxyConfig config, TimeProvider timeProvider, ProxyRules rules, ProxyBypassRules bypass)
        : this(ProxyMode.FixedServers, timeProvider, config)
    {
        _rules = rules;
        _bypass = bypass;
    }

    /// <summary>Creates settings that ask a script.</summary>
    /// <param name="mode"><see cref="ProxyMode.PacScript"/> or <see cref="ProxyMode.AutoDetect"/>.</param>
    /// <param name="config">The checked configuration.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="script">The script; disposed with the settings.</param>
    internal ProxySettings(ProxyMode mode, ProxyConfig config, TimeProvider timeProvider, ProxyScriptSource script)
        : this(mode, timeProvider, config) => _script = script;

    private ProxySettings(ProxyConfig config, TimeProvider timeProvider, IWebProxy? machine)
        : this(ProxyMode.System, timeProvider, config)
    {
        _readsMachine = machine is null;
        _system = new SystemProxies(machine ?? HttpClient.DefaultProxy);
    }

    /// <summary>The mode.</summary>
    public ProxyMode Mode { get; }

    /// <summary>The proxies that could not be reached a while ago.</summary>
    public BadProxies Bad { get; }

    /// <summary>How long connecting through a proxy may take while there is another one to try.</summary>
    public TimeSpan ConnectTimeout { get; }

    /// <summary>The machine's settings.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="machine">Them; null for those of the process.</param>
    /// <returns>The settings.</returns>
    public static ProxySettings CreateSystem(TimeProvider timeProvider, IWebProxy? machine = null) => new(new ProxyConfig(), timeProvider, machine);

    /// <summary>Checks a configuration. Later changes of it do nothing.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="network">The clock, how a proxy script is fetched, and how it looks up hosts.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="ArgumentException">A part of it is wrong.</exception>
    /// <exception cref="NotSupportedException">It asks for a proxy script, and no engine for scripts is there.</exception>
    public static ProxySettings Create(ProxyConfig config, SessionNetwork network)
    {
        ArgumentNullException.ThrowIfNull(config);
        ProxyMode mode = config.Mode ?? InferMode(config);
        if (!Enum.IsDefined(mode))
            throw new ArgumentException($"'{mode}' is no ProxyMode.", nameof(config));
        if (config.ProxyRules is not null && mode != ProxyMode.FixedServers)
            throw DoesNotFit(nameof(config.ProxyRules), mode, nameof(config));
        // So it is in Electron and Chromium: with a script, the script decides.
        if (config.ProxyBypassRules is not null && mode != ProxyMode.FixedServers)
            throw DoesNotFit(nameof(config.ProxyBypassRules), mode, nameof(config));
        if (config.PacScript is not null && mode != ProxyMode.PacScript)
            throw DoesNotFit(nameof(config.PacScript), mode, nameof(config));
        if (config.ConnectTimeout <= TimeSpan.Zero && config.ConnectTimeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentException($"ConnectTimeout is {config.ConnectTimeout}; use a time above zero, or Timeout.InfiniteTimeSpan.", nameof(config));
        if (config.ConnectTimeout.TotalMilliseconds > int.MaxValue)
            throw new ArgumentException($"ConnectTimeout is {config.ConnectTimeout}; use at most {TimeSpan.FromMilliseconds(int.MaxValue)}, or Timeout.InfiniteTimeSpan.", nameof(config));
        return mode switch
        {
            ProxyMode.Direct => new(mode, network.TimeProvider, config),
            ProxyMode.System => new(config, network.TimeProvider, machine: null),
            ProxyMode.FixedServers => CreateFixed(config, network.TimeProvider),
            _ => new(mode, config, network.TimeProvider, ProxyScriptSource.Create(mode, config, network)),
        };
    }

    /// <summary>Takes part in these settings until <see cref="Leave"/>.</summary>
    /// <returns>False when they have been replaced; ask for the new ones.</returns>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_isRetired)
                return false;
            _uses++;
            return true;
        }
    }

    /// <summary>Ends <see cref="TryEnter"/>.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_uses > 0 || !_isRetired)
                return;
        }

        _script?.Dispose();
    }

    /// <summary>They have been replaced: what they own ends with the last that takes part in them.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            if (_isRetired)
                return;
            _isRetired = true;
            if (_uses > 0)
                return;
        }

        _script?.Dispose();
    }

    /// <summary>The ways to an address, in the order in which they are to be tried.</summary>
    /// <param name="uri">The ws, wss, http or https address.</param>
    /// <param name="cancellationToken">Ends the wait for a script.</param>
    /// <returns>The ways.</returns>
    /// <exception cref="HandshakeException">There is no script that works, and one is demanded.</exception>
    public async ValueTask<ProxyList> ResolveAsync(Uri uri, CancellationToken cancellationToken)
    {
        // In every mode: Chromium asks no script about this machine either.
        if (_bypass.Bypasses(uri))
            return ProxyList.Direct;
        if (_rules is not null)
            return Bad.Order(_rules.For(uri.Scheme));
        if (_system is { } system)
            return Bad.Order(system.Find(uri));
        if (_script is null || await _script.FindProxyAsync(uri, cancellationToken).ConfigureAwait(false) is not { } answer)
            return ProxyList.Direct;
        return Bad.Order(ProxyList.FromPac(answer));
    }

    /// <summary>The way through one of the servers that were chosen.</summary>
    /// <param name="server">The server.</param>
    /// <returns>The way; equal for equal servers.</returns>
    public ProxyChoice ChoiceFor(ProxyServer server) =>
        server.IsDirect ? ProxyChoice.Direct : new ProxyChoice(server.Address, _credentials ?? _system?.CredentialsFor(server));

    /// <summary>Reads anew what can be: the script, the process's proxy. Forgets which proxies could not be reached.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when it counts.</returns>
    /// <exception cref="HandshakeException">The script cannot be had.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_readsMachine)
            _system = new SystemProxies(HttpClient.DefaultProxy);
        Bad.Clear();
        if (_script is not null)
            await _script.ReloadAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ArgumentException DoesNotFit(string part, ProxyMode mode, string parameterName) =>
        new($"{part} is set, but the mode is {mode}; leave one of them out.", parameterName);

    private static ProxyMode InferMode(ProxyConfig config)
    {
        if (config.PacScript is not null)
            return ProxyMode.PacScript;
        return config.ProxyRules is not null
            ? ProxyMode.FixedServers
            : throw new ArgumentException("The proxy configuration is empty: set Mode, ProxyRules or PacScript.", nameof(config));
    }

    private static ProxySettings CreateFixed(ProxyConfig config, TimeProvider timeProvider) => new(
        config,
        timeProvider,
        ProxyRules.Parse(config.ProxyRules ?? string.Empty, nameof(config)),
        ProxyBypassRules.Parse(config.ProxyBypassRules ?? string.Empty, nameof(config)));
}
