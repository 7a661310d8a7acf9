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
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly LiveConnections _live;
    private readonly HandlerCache _handlers;
    private volatile string? _userAgent;
    private volatile bool _isDisposed;
    private bool _isDisposing;

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
        : this(options, partition: null)
    {
    }

    private NetSession(NetSessionOptions options, string? partition)
    {
        ArgumentNullException.ThrowIfNull(options);
        Partition = partition;
        _logger = options.LoggerFactory.CreateLogger<NetSession>();
        _timeProvider = options.TimeProvider;
        _emulator = new NetworkEmulator(_timeProvider);
        _trust = new TrustPolicy(TrustSettings.Create(options), _logger);
        _live = new LiveConnections(_logger);
        var resolver = new HostResolver(_timeProvider, _logger);
        _dialer = new HostDialer(resolver, _timeProvider, _logger);
        _network = new SessionNetwork(resolver, _dialer, _trust, _timeProvider, _logger) { ScriptEngine = options.ProxyScriptEngine, Emulator = _emulator };
        InitializeHosts(options);
        _handlers = new HandlerCache(_trust, _dialer.ConnectAsync, resolver);
        _credentials = new SessionCredentials(_logger) { Configured = options.Credentials, Handler = options.LoginHandler };
        UserAgent = options.UserAgent;
        Cookies = new CookieStore(new CookieDomains(options.PublicSuffixListFile, _logger), _timeProvider, _logger);
        _proxy = options.Proxy is null ? ProxySettings.CreateSystem(_timeProvider) : ProxySettings.Create(options.Proxy, _network);
        // Last: what is on disk is touched only when all else is right.
        if (OpenDirectory(options, partition) is { } directory)
        {
            StoragePath = directory.FullPath;
            Persistence = new CookiePersistence(Cookies, directory, _timeProvider, _logger);
        }
    }

    /// <summary>The session used when none is named. It lives as long as the process and cannot be disposed.</summary>
    public static NetSession Default { get; } = new();

    /// <summary>The name that <see cref="FromPartition"/> knows this session by; null for others.</summary>
    public string? Partition { get; }

    /// <summary>The User-Agent that handshakes send when their headers have none; null for none.</summary>
    /// <exception cref="ArgumentException">It contains CR, LF or NUL.</exception>
    /// <exception cref="ObjectDisposedException">It is set, and the session has been disposed.</exception>
    public string? UserAgent
    {
        get => _userAgent;
        set
        {
            ThrowIfDisposed();
            if (value is not null)
                HeaderRules.ValidateValue("User-Agent", value, nameof(value));
            _userAgent = value;
        }
    }

    /// <summary>How many sockets and handshakes are open through this session.</summary>
    internal int LiveCount => _live.Count;

    /// <summary>Drops every connection of this session, without closing handshakes; handshakes that are under way fail with ERR_ABORTED.</summary>
    /// <returns>Done when all are dropped.</returns>
    public Task CloseAllConnectionsAsync()
    {
        ThrowIfDisposed();
        CloseAll(forGood: false);
        return Task.CompletedTask;
    }

    /// <summary>Drops every connection of this session and ends it. One on disk is written first; what fails of that is logged.</summary>
    /// <exception cref="InvalidOperationException">This is <see cref="Default"/>.</exception>
    public void Dispose()
    {
        if (ReferenceEquals(this, Default))
            throw new InvalidOperationException("The default session cannot be disposed; CloseAllConnectionsAsync drops its connections.");
        if (Interlocked.Exchange(ref _isDisposing, true))
            return;
        _isDisposed = true;
        _proxy.Retire();
        CloseAll(forGood: true);
        Persistence?.Dispose();
        LeavePartition();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        // Writing to disk may take its time.
        if (IsPersistent)
            return new ValueTask(Task.Run(Dispose));
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Counts a connection as live, so that it can be dropped with the session. Register before connecting, or a drop may miss it.</summary>
    /// <param name="connection">It.</param>
    /// <param name="abort">Drops it, for the reason that it is given; may be called from any thread, also within this call.</param>
    /// <returns>Disposing it takes the registration back.</returns>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    internal IDisposable Register(object connection, Action<object, NetError> abort)
    {
        IDisposable registration = _live.Add(connection, abort);
        if (!_isDisposed)
            return registration;
        registration.Dispose();
        throw new ObjectDisposedException(nameof(NetSession));
    }

    private void CloseAll(bool forGood)
    {
        int count = _live.AbortAll(NetError.Aborted);
        _handlers.Close(forGood);
        CloseHosts(forGood);
        Log.ConnectionsClosed(_logger, count);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);
}
