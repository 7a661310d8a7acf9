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
public sealed class NetSession : IDisposable, IAsyncDisposable
{
    private const string PersistPrefix = "persist:";
    private static readonly ConcurrentDictionary<string, NetSession> Partitions = new(StringComparer.Ordinal);

    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly TrustPolicy _trust;
    private readonly LiveConnections _live;
    private readonly HandlerCache _handlers;
    private volatile ProxySettings _proxy;
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
    /// <exception cref="NotSupportedException">An option asks for what is not built yet.</exception>
    public NetSession(NetSessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _logger = options.LoggerFactory.CreateLogger<NetSession>();
        _timeProvider = options.TimeProvider;
        _trust = new TrustPolicy(_logger) { Callback = options.CertificateVerifyProc };
        _live = new LiveConnections(_logger);
        _handlers = new HandlerCache(_trust.Judge);
        _proxy = options.Proxy is null ? ProxySettings.CreateSystem() : ProxySettings.Create(options.Proxy);
        UserAgent = options.UserAgent;
        foreach (X509Certificate2 authority in options.CertificateAuthorities)
            AddCertificateAuthority(authority);
    }

    /// <summary>The session used when none is named. It lives as long as the process and cannot be disposed.</summary>
    public static NetSession Default { get; } = new();

    /// <summary>The name that <see cref="FromPartition"/> knows this session by; null for others.</summary>
    public string? Partition { get; private init; }

    /// <summary>The cookies, for sockets with <c>UseSessionCookies</c>.</summary>
    public CookieStore Cookies { get; } = new();

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

    /// <summary>
    /// Sets what judges servers' certificates; it is asked for every TLS connection, valid certificates included. When it throws, the
    /// certificate is rejected and the exception logged. It runs within the TLS handshake and must be quick and safe from many threads.
    /// </summary>
    /// <param name="callback">The callback; null to leave it to the platform and the session's authorities.</param>
    public void SetCertificateVerifyProc(Func<CertificateVerifyRequest, CertificateVerdict>? callback)
    {
        ThrowIfDisposed();
        _trust.Callback = callback;
        // An idle connection that the former callback let in must not be used again.
        _handlers.Reset();
    }

    /// <summary>Trusts an authority besides the platform's. A root, or an intermediate that is to be trusted without its root.</summary>
    /// <param name="certificate">The authority's certificate; copied, without its private key.</param>
    /// <exception cref="ArgumentException">The certificate is not that of an authority.</exception>
    public void AddCertificateAuthority(X509Certificate2 certificate)
    {
        ThrowIfDisposed();
        TrustPolicy.ValidateAuthority(certificate, nameof(certificate));
        _trust.AddAuthority(certificate);
        _handlers.Reset();
    }

    /// <summary>Trusts authorities besides the platform's: all of them, or none when one is refused.</summary>
    /// <param name="certificates">The authorities' certificates; copied, without private keys.</param>
    /// <exception cref="ArgumentException">One is not that of an authority.</exception>
    public void AddCertificateAuthorities(X509Certificate2Collection certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ThrowIfDisposed();
        foreach (X509Certificate2 certificate in certificates)
            TrustPolicy.ValidateAuthority(certificate, nameof(certificates));
        foreach (X509Certificate2 certificate in certificates)
            _trust.AddAuthority(certificate);
        _handlers.Reset();
    }

    /// <summary>Sets the proxy for connections that are opened from here on. Open ones stay; see <see cref="CloseAllConnectionsAsync"/>.</summary>
    /// <param name="config">The settings; read now, later changes do nothing.</param>
    /// <returns>Done when they count.</returns>
    /// <exception cref="ArgumentException">A part of it is wrong; the message names it. The settings stay as they were.</exception>
    /// <exception cref="NotSupportedException">It asks for what is not built yet. The settings stay as they were.</exception>
    public Task SetProxyAsync(ProxyConfig config)
    {
        ThrowIfDisposed();
        ProxySettings settings = ProxySettings.Create(config);
        _proxy = settings;
        _handlers.Reset();
        Log.ProxyChanged(_logger, settings.Mode.ToString());
        return Task.CompletedTask;
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

    /// <summary>Makes one opening handshake through this session's proxy, trust and cookies.</summary>
    /// <param name="request">What to ask for.</param>
    /// <param name="cancellationToken">Ends it at once, at any stage; the caller's time-out is in it.</param>
    /// <returns>The stream, and what the server chose.</returns>
    /// <exception cref="HandshakeException">The network failed, or the server refused or botched the handshake.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    internal async ValueTask<HandshakeResult> ConnectAsync(HandshakeRequest request, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using IDisposable registration = Register(ending, static source => ((CancellationTokenSource)source).Cancel());
        HandshakeRequest sent = request.UseSessionCookies ? SessionCookies.AddTo(request, Cookies) : request;
        Log.HandshakeStarts(_logger, Log.Redact(request.Uri));
        try
        {
            ProxyChoice choice = _proxy.Resolve(request.Uri);
            var environment = new HandshakeEnvironment(_handlers.Get(choice), choice.Address, UserAgent, _timeProvider);
            HandshakeResult result = await OpeningHandshake.ConnectAsync(sent, environment, ending.Token).ConfigureAwait(false);
            if (request.UseSessionCookies)
                SessionCookies.Store(request.Uri, result.Headers, Cookies, _logger);
            Log.HandshakeSucceeds(_logger, Log.Redact(request.Uri), result.Protocol);
            return result;
        }
        catch (HandshakeException failure)
        {
            if (request.UseSessionCookies)
                SessionCookies.Store(request.Uri, failure.Headers, Cookies, _logger);
            Log.HandshakeFails(_logger, Log.Redact(request.Uri), failure.Error.ToChromiumName(), failure.Message);
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            throw new HandshakeException(NetError.Aborted, "The session closed all its connections while this one was being opened.");
        }
    }

    private void CloseAll(bool forGood)
    {
        int count = _live.AbortAll();
        _handlers.Close(forGood);
        Log.ConnectionsClosed(_logger, count);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);
}
