using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

/// <summary>
/// The network around sockets: proxy, trust and cookies, after Electron's <c>Session</c>. Sockets of one session share them. Safe from many
/// threads; a change counts for connections that are opened after it, and a change that is refused leaves what was.
/// </summary>
public sealed partial class NetSession : IDisposable, IAsyncDisposable
{
    private const string PersistPrefix = "persist:";
    private static readonly ConcurrentDictionary<string, NetSession> Partitions = new(StringComparer.Ordinal);

    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly LiveConnections _live;
    private readonly HandlerCache _handlers;
    private volatile string? _userAgent;
    private volatile bool _isDisposed;

    /// <summary>Creates a session of its own: in memory, with the machine's proxy and trust.</summary>
    public NetSession()
        : this(new NetSessionOptions())
    {
    }

    /// <summary>Creates a session of its own, in memory.</summary>
    /// <param name="options">What it starts with; read now, later changes do nothing.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message says which, and what to do.</exception>
    /// <exception cref="NotSupportedException">The proxy is to be found by a script, and no engine for scripts is there.</exception>
    public NetSession(NetSessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _logger = options.LoggerFactory.CreateLogger<NetSession>();
        _timeProvider = options.TimeProvider;
        _trust = new TrustPolicy(_logger) { Callback = options.CertificateVerifyProc };
        _live = new LiveConnections(_logger);
        var resolver = new HostResolver();
        _dialer = new HostDialer(resolver);
        _network = new SessionNetwork(resolver, _dialer, _trust.Judge, _timeProvider, _logger);
        _handlers = new HandlerCache(_trust.Judge, _dialer.ConnectAsync, resolver);
        UserAgent = options.UserAgent;
        foreach (X509Certificate2 authority in options.CertificateAuthorities)
            AddCertificateAuthority(authority);
        // Last, since it may own something: nothing after it fails.
        _proxy = options.Proxy is null ? ProxySettings.CreateSystem(_timeProvider) : ProxySettings.Create(options.Proxy, _network);
    }

    /// <summary>The session used when none is named. It lives as long as the process and cannot be disposed.</summary>
    public static NetSession Default { get; } = new();

    /// <summary>The name that <see cref="FromPartition"/> knows this session by; null for others.</summary>
    public string? Partition { get; private init; }

    /// <summary>The User-Agent that handshakes send when their headers have none; null for none.</summary>
    /// <exception cref="ArgumentException">It contains CR, LF or NUL.</exception>
    public string? UserAgent
    {
        get => _userAgent;
        set
        {
            if (value is not null)
                HeaderRules.ValidateValue("User-Agent", value, nameof(value));
            _userAgent = value;
        }
    }

    /// <summary>How many sockets and handshakes are open through this session.</summary>
    internal int LiveCount => _live.Count;

    /// <summary>The session of a name: the same one for the same name, until it is disposed. In memory.</summary>
    /// <param name="partition">The name; case matters. An empty one gives <see cref="Default"/>.</param>
    /// <param name="options">What the session starts with when this call creates it; otherwise it plays no part.</param>
    /// <returns>The session.</returns>
    /// <exception cref="NotSupportedException">The name starts with <c>persist:</c>; sessions kept on disk are not built yet.</exception>
    public static NetSession FromPartition(string partition, NetSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(partition);
        if (partition.Length == 0)
            return Default;
        if (partition.StartsWith(PersistPrefix, StringComparison.Ordinal))
            throw new NotSupportedException($"Sessions kept on disk ('{PersistPrefix}…') are not built yet; '{partition[PersistPrefix.Length..]}' gives one in memory.");
        return Partitions.GetOrAdd(partition, static (name, options) => new NetSession(options ?? new NetSessionOptions()) { Partition = name }, options);
    }

    /// <summary>Drops every connection of this session, without closing handshakes; handshakes that are under way fail with ERR_ABORTED.</summary>
    /// <returns>Done when all are dropped.</returns>
    public Task CloseAllConnectionsAsync()
    {
        ThrowIfDisposed();
        CloseAll(forGood: false);
        return Task.CompletedTask;
    }

    /// <summary>Drops every connection of this session and ends it.</summary>
    /// <exception cref="InvalidOperationException">This is <see cref="Default"/>.</exception>
    public void Dispose()
    {
        if (ReferenceEquals(this, Default))
            throw new InvalidOperationException("The default session cannot be disposed; CloseAllConnectionsAsync drops its connections.");
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (Partition is { } partition)
            Partitions.TryRemove(new(partition, this));
        _proxy.Retire();
        CloseAll(forGood: true);
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Counts a connection as live, so that it can be dropped with the session. Register before connecting, or a drop may miss it.</summary>
    /// <param name="connection">It.</param>
    /// <param name="abort">Drops it; may be called from any thread, also within this call.</param>
    /// <returns>Disposing it takes the registration back.</returns>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    internal IDisposable Register(object connection, Action<object> abort)
    {
        IDisposable registration = _live.Add(connection, abort);
        if (!_isDisposed)
            return registration;
        registration.Dispose();
        throw new ObjectDisposedException(nameof(NetSession));
    }

    private void CloseAll(bool forGood)
    {
        int count = _live.AbortAll();
        _handlers.Close(forGood);
        Log.ConnectionsClosed(_logger, count);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);
}
