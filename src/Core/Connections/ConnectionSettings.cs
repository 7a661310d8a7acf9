using Microsoft.Extensions.Logging;
using Polly;

namespace NetWebSockets.Connections;

/// <summary>The options as they were when the connection was made, validated.</summary>
internal sealed class ConnectionSettings
{
    private readonly string[] _protocols;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly string? _origin;
    private readonly bool _useSessionCookies;
    private readonly NetSession? _session;
    private readonly string? _partition;
    private readonly Version _httpVersion;
    private readonly HttpVersionPolicy _httpVersionPolicy;
    private readonly long _maxMessageSize;
    private readonly long _maxFrameSize;
    private readonly PerMessageDeflateOptions? _perMessageDeflate;
    private readonly ILoggerFactory _loggerFactory;

    /// <exception cref="ArgumentException">Something in the options is wrong; the message has a sentence for each.</exception>
    public ConnectionSettings(WebSocketConnectionOptions options, string? name)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> problems = ConnectionOptionsValidation.Problems(options);
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(" ", problems), nameof(options));

        _protocols = [.. options.Protocols];
        _headers = [.. options.Headers];
        _origin = options.Origin;
        _useSessionCookies = options.UseSessionCookies;
        _session = options.Session;
        _partition = options.Partition;
        _httpVersion = options.HttpVersion;
        _httpVersionPolicy = options.HttpVersionPolicy;
        _maxMessageSize = options.MaxMessageSize;
        _maxFrameSize = options.MaxFrameSize;
        _perMessageDeflate = options.PerMessageDeflate?.ToValidated();
        Uri = options.Uri;
        Endpoint = options.Endpoint;
        ConnectTimeout = options.ConnectTimeout;
        StableAfter = options.StableAfter;
        ReconnectSpread = options.ReconnectSpread;
        ClassifyFailure = options.ClassifyFailure;
        SendQueueCapacity = options.SendQueueCapacity;
        SendQueueBytes = options.SendQueueBytes;
        SendQueueFullMode = options.SendQueueFullMode;
        MaxWaitingSends = options.MaxWaitingSends;
        ReceiveCapacity = options.ReceiveCapacity;
        ReceiveBytes = options.ReceiveBytes;
        KeepAliveInterval = options.KeepAliveInterval;
        KeepAliveTimeout = options.KeepAliveTimeout;
        CloseTimeout = options.CloseTimeout;
        Name = options.Name ?? name;
        TimeProvider = options.TimeProvider;
        _loggerFactory = options.LoggerFactory;
        Logger = options.LoggerFactory.CreateLogger("NetWebSockets.Connection");
        Pipeline = ConnectPipelines.Create(options);
        Rules = options.Rules ?? new ConnectionRules();
    }

    public Uri? Uri { get; }

    public Func<ConnectAttempt, CancellationToken, ValueTask<WebSocketEndpoint>>? Endpoint { get; }

    public TimeSpan ConnectTimeout { get; }

    public TimeSpan StableAfter { get; }

    public TimeSpan ReconnectSpread { get; }

    public Func<ConnectionFailure, FailureAction>? ClassifyFailure { get; }

    public int SendQueueCapacity { get; }

    public long SendQueueBytes { get; }

    public SendQueueFullMode SendQueueFullMode { get; }

    public int MaxWaitingSends { get; }

    public int ReceiveCapacity { get; }

    public long ReceiveBytes { get; }

    public TimeSpan KeepAliveInterval { get; }

    public TimeSpan KeepAliveTimeout { get; }

    public TimeSpan CloseTimeout { get; }

    public string? Name { get; }

    public TimeProvider TimeProvider { get; }

    public ILogger Logger { get; }

    public ResiliencePipeline Pipeline { get; }

    /// <summary>What a contract asks besides; nothing when there is none.</summary>
    public ConnectionRules Rules { get; }

    /// <summary>The options of one attempt's socket.</summary>
    public NetWebSocketOptions SocketOptions(WebSocketEndpoint endpoint)
    {
        NetWebSocketOptions options = new()
        {
            Protocols = [.. endpoint.Protocols ?? _protocols],
            Origin = _origin,
            UseSessionCookies = _useSessionCookies,
            Session = _session,
            Partition = _partition,
            HttpVersion = _httpVersion,
            HttpVersionPolicy = _httpVersionPolicy,
            MaxMessageSize = _maxMessageSize,
            MaxFrameSize = _maxFrameSize,
            PerMessageDeflate = _perMessageDeflate,
            // The attempt has one limit, and it is ours.
            HandshakeTimeout = Timeout.InfiniteTimeSpan,
            CloseTimeout = CloseTimeout > TimeSpan.Zero ? CloseTimeout : TimeSpan.FromMilliseconds(1),
            // The connection's own queue bounds what is handed to the socket: that it takes nothing more always means that it has failed.
            MaxBufferedAmount = long.MaxValue,
            TimeProvider = TimeProvider,
            LoggerFactory = _loggerFactory,
            ClientName = Name,
        };
        foreach ((string name, string value) in _headers)
            options.Headers[name] = value;
        foreach ((string name, string value) in endpoint.Headers)
            options.Headers[name] = value;
        return options;
    }
}
