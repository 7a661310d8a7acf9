using System.Net;
using System.Net.Sockets;
using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

public sealed partial class NetSession
{
    private readonly HostDialer _dialer;
    private readonly SessionNetwork _network;

    /// <summary>
    /// Sets the host-resolver rules, in Chromium's grammar (<c>--host-resolver-rules</c>), separated by commas: <c>MAP pattern replacement[:port]</c>,
    /// <c>MAP pattern ~NOTFOUND</c>, <c>EXCLUDE pattern</c>. A pattern is a host or <c>host:port</c>, with <c>*</c> for any run of characters. The first
    /// map that fits decides, unless an exclusion fits the host. They hold for every connection of the session, also for those to proxies, and change
    /// nothing but where it goes: the Host header, TLS and cookies keep the host of the address.
    /// </summary>
    /// <param name="rules">The rules; null or empty for none.</param>
    /// <exception cref="ArgumentException">A rule is wrong; the message shows it and where it stands. The rules stay as they were.</exception>
    public void SetHostResolverRules(string? rules)
    {
        ThrowIfDisposed();
        HostRules parsed = HostRules.Parse(rules, nameof(rules));
        _network.Resolver.Rules = parsed;
        // An idle connection leads to where the former rules had it.
        _handlers.Reset();
        Log.HostRulesChanged(_logger, parsed.Count);
    }

    /// <summary>
    /// Sets what looks up hosts before the session does, for every connection that is opened. It answers with addresses, best first, with none for a
    /// host that does not exist, or with null to leave the host to the session. Its answers are not remembered. It must be safe from many threads.
    /// When it throws, the look-up fails with <see cref="NetError.NameResolutionFailed"/> and the exception is logged.
    /// </summary>
    /// <param name="resolver">The callback; null for none.</param>
    public void SetHostResolver(Func<HostResolveRequest, CancellationToken, ValueTask<IReadOnlyList<IPAddress>?>>? resolver)
    {
        ThrowIfDisposed();
        _network.Resolver.Callback = resolver is null ? null : new HostCallback(resolver);
        _handlers.Reset();
    }

    /// <summary>Sets how host names are looked up, and forgets what the session knows of hosts; after Electron's <c>app.configureHostResolver</c>.</summary>
    /// <param name="options">The settings; read now, later changes do nothing.</param>
    /// <exception cref="ArgumentException">A part of them is wrong; the message names it. The settings stay as they were.</exception>
    public void ConfigureHostResolver(HostResolverOptions options)
    {
        ThrowIfDisposed();
        SecureDnsClient? secureDns = CreateSecureDns(options);
        _network.Resolver.SecureDns = secureDns;
        _handlers.Reset();
        Log.HostResolverChanged(_logger, options.SecureDnsMode.ToString(), options.SecureDnsServers.Count);
    }

    /// <summary>Forgets what the session knows of hosts, also what look-ups that are under way will learn.</summary>
    /// <returns>Done when it is forgotten.</returns>
    public Task ClearHostResolverCacheAsync()
    {
        ThrowIfDisposed();
        _network.Resolver.ClearCache();
        return Task.CompletedTask;
    }

    /// <summary>Looks up a host as the session's connections do, after Electron's <c>ses.resolveHost</c>.</summary>
    /// <param name="host">A host name, or an address; the host-resolver rules hold for it.</param>
    /// <param name="options">What to ask, and whom; null for as connections do.</param>
    /// <param name="cancellationToken">Ends this wait; others that wait for the same host are not touched.</param>
    /// <returns>The addresses, in the order in which a connection tries them, before both kinds take turns; never empty.</returns>
    /// <exception cref="ArgumentException">It is no host name or address.</exception>
    /// <exception cref="HostResolutionException">The host has no address, or nobody could be asked.</exception>
    public async Task<IReadOnlyList<IPAddress>> ResolveHostAsync(string host, ResolveHostOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(host);
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            throw new ArgumentException($"'{host}' is no host name or address; leave out scheme, port and path.", nameof(host));
        string name = IPAddress.TryParse(host, out IPAddress? address) ? address.ToString() : new Uri($"http://{host}/").IdnHost;
        try
        {
            return (await _network.Resolver.ResolveAsync(name, 0, options ?? new ResolveHostOptions(), isBootstrap: false, cancellationToken).ConfigureAwait(false)).Addresses;
        }
        catch (SocketException failure)
        {
            NetError error = NetErrorClassifier.Classify(failure.SocketErrorCode);
            string message = error == NetError.NameNotResolved
                ? $"The host name '{host}' has no address; check its spelling, the host-resolver rules and the name servers."
                : $"The host name '{host}' could not be looked up: {failure.Message}";
            throw new HostResolutionException(error, message, failure);
        }
    }

    private void InitializeHosts(NetSessionOptions options)
    {
        _network.Resolver.Rules = HostRules.Parse(options.HostResolverRules, nameof(options));
        _network.Resolver.Callback = options.HostResolver is { } callback ? new HostCallback(callback) : null;
        if (options.HostResolverOptions is { } configuration)
            _network.Resolver.SecureDns = CreateSecureDns(configuration);
    }

    private SecureDnsClient? CreateSecureDns(HostResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Enum.IsDefined(options.SecureDnsMode))
            throw new ArgumentException($"'{options.SecureDnsMode}' is no SecureDnsMode.", nameof(options));
        if (options.SecureDnsTimeout <= TimeSpan.Zero || options.SecureDnsTimeout > TimeSpan.FromDays(1))
            throw new ArgumentException($"SecureDnsTimeout is {options.SecureDnsTimeout}; use a time above zero and up to a day.", nameof(options));
        DnsServerTemplate[] servers = [.. options.SecureDnsServers.Select(static template => DnsServerTemplate.Parse(template, nameof(options)))];
        if (options.SecureDnsMode == SecureDnsMode.Secure && servers.Length == 0)
            throw new ArgumentException("SecureDnsMode is Secure, but SecureDnsServers is empty, so that no host could be looked up; name a server.", nameof(options));
        if (options.SecureDnsMode == SecureDnsMode.Off || servers.Length == 0)
            return null;
        // What looks up hosts cannot look up its own servers.
        var bootstrap = new HostDialer(_network.Resolver, _timeProvider, _logger) { IsBootstrap = true };
        return new SecureDnsClient(
            options.SecureDnsMode, servers, options.SecureDnsTimeout, () => _network.CreateInvoker(bootstrap), _timeProvider, _logger);
    }

    private void CloseHosts(bool forGood)
    {
        if (_network.Resolver.SecureDns is not { } secureDns)
            return;
        if (forGood)
            secureDns.Dispose();
        else
            secureDns.CloseConnections();
    }
}
