using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>Asks the user's code for a host; it answers null to leave it to the session.</summary>
/// <param name="request">The host.</param>
/// <param name="cancellationToken">Ends the question.</param>
/// <returns>The addresses, best first; none when the host does not exist.</returns>
internal delegate ValueTask<IReadOnlyList<IPAddress>?> HostCallback(HostResolveRequest request, CancellationToken cancellationToken);

/// <summary>Where a host leads to.</summary>
/// <param name="Addresses">Its addresses, best first; never empty.</param>
/// <param name="Port">The port.</param>
internal readonly record struct ResolvedHost(IReadOnlyList<IPAddress> Addresses, int Port);

/// <summary>Looks up host names for a session: its rules, then addresses and localhost, its callback, its cache, DNS over HTTPS, the operating system.</summary>
internal sealed class HostResolver
{
    // As Chromium; the operating system does not say how long its answers hold.
    private static readonly TimeSpan SystemAnswerHolds = TimeSpan.FromMinutes(1);

    // So that many attempts at once ask once, and a network that comes back is noticed.
    private static readonly TimeSpan SystemAbsenceHolds = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger;
    private readonly HostsFile _hostsFile;
    private readonly Lock _lock = new();
    private readonly HostCache _cache;
    private Dictionary<HostKey, SharedLookup> _running = [];
    private volatile HostRules _rules = HostRules.None;
    private volatile HostCallback? _callback;
    private volatile SecureDnsClient? _secureDns;

    /// <summary>Creates the resolver.</summary>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <param name="logger">The session's log; none by default.</param>
    /// <param name="hostsFile">The hosts file; the machine's by default.</param>
    public HostResolver(TimeProvider? timeProvider = null, ILogger? logger = null, string? hostsFile = null)
    {
        _logger = logger ?? NullLogger.Instance;
        _hostsFile = new HostsFile(hostsFile ?? HostsFile.SystemPath, _logger);
        _cache = new HostCache(timeProvider ?? TimeProvider.System);
    }

    /// <summary>The host-resolver rules.</summary>
    public HostRules Rules { get => _rules; set => _rules = value; }

    /// <summary>The user's code; null for none.</summary>
    public HostCallback? Callback { get => _callback; set => _callback = value; }

    /// <summary>DNS over HTTPS; null for none. Setting it forgets all answers.</summary>
    public SecureDnsClient? SecureDns
    {
        get => _secureDns;
        set
        {
            _secureDns = value;
            ClearCache();
        }
    }

    /// <summary>How many answers are remembered.</summary>
    public int CachedCount
    {
        get
        {
            lock (_lock)
                return _cache.Count;
        }
    }

    /// <summary>Looks up a host.</summary>
    /// <param name="host">A host name, or an address as text.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <returns>Its addresses, best first; never empty.</returns>
    /// <exception cref="SocketException">It has none, or the name servers could not be asked.</exception>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        (await ResolveAsync(host, 0, new ResolveHostOptions(), isBootstrap: false, cancellationToken).ConfigureAwait(false)).Addresses;

    /// <summary>Looks up where a connection to a host and port goes to.</summary>
    /// <param name="host">A host name, or an address as text.</param>
    /// <param name="port">The port; the rules may change it.</param>
    /// <param name="options">What to ask, and whom.</param>
    /// <param name="isBootstrap">Whether it is for a server that itself looks up hosts: only rules and the operating system count.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <returns>Addresses and port.</returns>
    /// <exception cref="SocketException">The host has no address, or the name servers could not be asked.</exception>
    public async ValueTask<ResolvedHost> ResolveAsync(
        string host, int port, ResolveHostOptions options, bool isBootstrap, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string asked = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        MappedHost mapped = _rules.Apply(asked, port);
        if (mapped.Host is not { } name)
            throw NotFound();

        name = name.ToLowerInvariant();
        IReadOnlyList<IPAddress>? known = IPAddress.TryParse(name, out IPAddress? literal) ? [literal] : LocalNames.Find(name);
        known ??= await LookUpAsync(name, options, isBootstrap, cancellationToken).ConfigureAwait(false);
        known = Wanted(known, options.QueryType);
        return known.Count > 0 ? new(known, mapped.Port) : throw NotFound();
    }

    /// <summary>Forgets all answers, also those of look-ups that are under way.</summary>
    public void ClearCache()
    {
        lock (_lock)
        {
            _cache.Clear();
            _running = [];
        }
    }

    private static SocketException NotFound() => new((int)SocketError.HostNotFound);

    private static IReadOnlyList<IPAddress> Wanted(IReadOnlyList<IPAddress> addresses, HostQueryType type) => type switch
    {
        HostQueryType.A => [.. addresses.Where(static address => address.AddressFamily == AddressFamily.InterNetwork)],
        HostQueryType.Aaaa => [.. addresses.Where(static address => address.AddressFamily == AddressFamily.InterNetworkV6)],
        _ => addresses,
    };

    private async ValueTask<IReadOnlyList<IPAddress>> LookUpAsync(
        string host, ResolveHostOptions options, bool isBootstrap, CancellationToken cancellationToken)
    {
        if (!isBootstrap && options.Source == HostResolverSource.Any && _callback is { } callback
            && await AskCallbackAsync(callback, host, options.QueryType, cancellationToken).ConfigureAwait(false) is { } answered)
        {
            return answered;
        }

        SecureDnsMode mode = isBootstrap || options.Source == HostResolverSource.System || options.SecureDnsPolicy == SecureDnsPolicy.Disable
            ? SecureDnsMode.Off
            : options.Source == HostResolverSource.Dns ? SecureDnsMode.Secure : _secureDns?.Mode ?? SecureDnsMode.Off;
        var key = new HostKey(host, options.QueryType, mode);
        SharedLookup? lookup = null;
        Dictionary<HostKey, SharedLookup> running;
        lock (_lock)
        {
            if (options.CacheUsage != HostCacheUsage.Disallowed && _cache.Find(key, options.CacheUsage == HostCacheUsage.StaleAllowed) is { } cached)
                return cached;
            if (options.Source == HostResolverSource.LocalOnly)
                return _hostsFile.Find(host);
            running = _running;
            if (options.CacheUsage != HostCacheUsage.Disallowed && running.TryGetValue(key, out SharedLookup? joined) && joined.TryJoin())
                lookup = joined;
            if (lookup is null)
            {
                lookup = new SharedLookup();
                running[key] = lookup;
                lookup.Start(token => LookUpAsync(key, lookup, running, token));
            }
        }

        return (await lookup.WaitAsync(cancellationToken).ConfigureAwait(false)).Addresses;
    }

    private async Task<HostAnswer> LookUpAsync(
        HostKey key, SharedLookup lookup, Dictionary<HostKey, SharedLookup> running, CancellationToken cancellationToken)
    {
        HostAnswer? answer = null;
        try
        {
            answer = await AskAsync(key, cancellationToken).ConfigureAwait(false);
            Log.HostLookedUp(_logger, key.Host, answer.Addresses.Count);
            return answer;
        }
        finally
        {
            lock (_lock)
            {
                if (running.TryGetValue(key, out SharedLookup? current) && current == lookup)
                    running.Remove(key);
                // When all was forgotten in the meantime, this is forgotten too.
                if (answer is not null && ReferenceEquals(running, _running))
                    _cache.Store(key, answer);
            }
        }
    }

    private async Task<HostAnswer> AskAsync(HostKey key, CancellationToken cancellationToken)
    {
        if (key.Mode == SecureDnsMode.Off || (key.Mode == SecureDnsMode.Automatic && LocalNames.IsMulticast(key.Host)))
            return await AskSystemAsync(key, cancellationToken).ConfigureAwait(false);
        if (Wanted(_hostsFile.Find(key.Host), key.Type) is { Count: > 0 } listed)
            return new(listed, TimeSpan.Zero);

        string reason;
        try
        {
            if (_secureDns is not { } secureDns)
                throw new SecureDnsException("No servers of DNS over HTTPS are configured; see NetSession.ConfigureHostResolver.");
            HostAnswer answer = await secureDns.ResolveAsync(key.Host, key.Type, cancellationToken).ConfigureAwait(false);
            if (answer.Addresses.Count > 0 || key.Mode == SecureDnsMode.Secure)
                return answer;
            reason = "the name has none there";
        }
        catch (SecureDnsException failure) when (key.Mode == SecureDnsMode.Automatic)
        {
            reason = failure.Message;
        }
        catch (SecureDnsException failure)
        {
            throw new SocketException((int)SocketError.NoRecovery, failure.Message);
        }

        // As Chromium, also for a name that does not exist: an inner network may have names of its own.
        Log.SecureDnsFallsBack(_logger, key.Host, reason);
        return await AskSystemAsync(key, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<HostAnswer> AskSystemAsync(HostKey key, CancellationToken cancellationToken)
    {
        AddressFamily family = key.Type switch
        {
            HostQueryType.A => AddressFamily.InterNetwork,
            HostQueryType.Aaaa => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        try
        {
            return new(await Dns.GetHostAddressesAsync(key.Host, family, cancellationToken).ConfigureAwait(false), SystemAnswerHolds);
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return new([], SystemAbsenceHolds);
        }
        catch (ArgumentException)
        {
            // Too long for a name.
            return new([], SystemAbsenceHolds);
        }
    }

    private async ValueTask<IReadOnlyList<IPAddress>?> AskCallbackAsync(
        HostCallback callback, string host, HostQueryType type, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<IPAddress>? answer = await callback(new HostResolveRequest(host, type), cancellationToken).ConfigureAwait(false);
            return answer is null ? null : [.. answer];
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (SocketException)
        {
            throw;
        }
        catch (Exception failure)
        {
            Log.HostCallbackFailed(_logger, failure, host);
            throw new SocketException(
                (int)SocketError.NoRecovery, string.Create(CultureInfo.InvariantCulture, $"The session's resolver callback threw for '{host}': {failure.Message}"));
        }
    }
}
