using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Connections;
using Polly;

namespace NetWebSockets;

/// <summary>
/// How a <see cref="WebSocketConnection"/> connects, reconnects, queues and notices a dead peer. It is read and validated when the connection is
/// made; later changes have no effect.
/// </summary>
public class WebSocketConnectionOptions
{
    private IList<string> _protocols = [];

    /// <summary>The address: absolute; ws, wss, http (means ws) or https (means wss). May be left out when <see cref="Endpoint"/> is set.</summary>
    public Uri? Uri { get; set; }

    /// <summary>
    /// Asked for address, headers and subprotocols at every attempt, inside the connect pipeline: the place to fetch a fresh token or the
    /// next server of a list. What it throws counts as a failure of the attempt. By default every attempt goes to <see cref="Uri"/>.
    /// </summary>
    public Func<ConnectAttempt, CancellationToken, ValueTask<WebSocketEndpoint>>? Endpoint { get; set; }

    /// <summary>Subprotocols to offer, best first (RFC 6455, section 1.9). None by default.</summary>
    public IList<string> Protocols
    {
        get => _protocols;
        init => _protocols = value;
    }

    /// <summary>Further headers of the opening handshake.</summary>
    public IDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The Origin header; by default the http or https origin of the address. An empty string sends none.</summary>
    public string? Origin { get; set; }

    /// <summary>Whether the session's cookies are sent and those of the response stored. Default <see langword="false"/>.</summary>
    public bool UseSessionCookies { get; set; }

    /// <summary>The session to connect through; <see cref="NetSession.Default"/> when neither this nor <see cref="Partition"/> is set.</summary>
    public NetSession? Session { get; set; }

    /// <summary>The name of the session to connect through. Not together with <see cref="Session"/>.</summary>
    public string? Partition { get; set; }

    /// <summary>
    /// The version of HTTP for the opening handshake: 1.1 (the default) or 2.0, with which sockets to one server share a connection (RFC 8441).
    /// </summary>
    public Version HttpVersion { get; set; } = System.Net.HttpVersion.Version11;

    /// <summary>
    /// Whether another version than <see cref="HttpVersion"/> will do. Default <see cref="HttpVersionPolicy.RequestVersionOrLower"/>: 2.0 falls back to 1.1
    /// when the server takes no WebSockets over HTTP/2, and is always 1.1 over ws, where nothing tells what the server speaks. 1.1 with
    /// <see cref="HttpVersionPolicy.RequestVersionOrHigher"/> tries 2.0 first over wss.
    /// </summary>
    public HttpVersionPolicy HttpVersionPolicy { get; set; } = HttpVersionPolicy.RequestVersionOrLower;

    /// <summary>The largest message accepted, in bytes; a larger one closes the socket with 1009. At least 1. Default 64 MiB.</summary>
    public long MaxMessageSize { get; set; } = 64 * 1024 * 1024;

    /// <summary>The largest payload of one frame accepted, in bytes; a larger one closes the socket with 1009. At least 1. By default the limit is <see cref="MaxMessageSize"/>'s.</summary>
    public long MaxFrameSize { get; set; } = long.MaxValue;

    /// <summary>
    /// Offers to compress messages by permessage-deflate (RFC 7692); <see langword="null"/>, the default, does not. A server that does not answer the offer is spoken to without.
    /// </summary>
    public PerMessageDeflateOptions? PerMessageDeflate { get; set; }

    /// <summary>
    /// How long one attempt may take until it is ready: endpoint factory, name look-up, proxy, TLS, opening handshake, connect script and
    /// restoring together. More than zero, or <see cref="Timeout.InfiniteTimeSpan"/>. Default 30 s.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>When the default connect pipeline tries again. Not used by a pipeline of your own.</summary>
    public ReconnectOptions Reconnect { get; set; } = new();

    /// <summary>
    /// How long a connection must have been ready to count as stable: only then are the attempt number and the backoff started over. A
    /// server that accepts and drops is therefore tried again at ever longer waits. Not negative. Default 10 s.
    /// </summary>
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The first attempt after the drop of a stable connection is made after a random time between zero and this (RFC 6455, section
    /// 7.2.3), so that a server that restarts does not meet all of its clients in one moment. Not negative; zero reconnects at once.
    /// Default 1 s.
    /// </summary>
    public TimeSpan ReconnectSpread { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A connect pipeline of your own, in place of the default one. One execution of it lasts until a connection has been stable; each of
    /// its calls is one attempt, which fails with a <see cref="HandshakeException"/> or <see cref="ConnectionException"/>. When it comes to its end
    /// with a failure, the connection is <see cref="ConnectionState.Faulted"/>. Fatal failures never reach its strategies. Not together
    /// with <see cref="ConfigureConnectPipeline"/>; hedging strategies cannot be used.
    /// </summary>
    public ResiliencePipeline? ConnectPipeline { get; set; }

    /// <summary>
    /// Builds the connect pipeline from strategies of your own, in place of the default one: <c>p => p.AddRetry(…)</c>. The builder
    /// already has the connection's <see cref="TimeProvider"/>. <see cref="ReconnectPipelineExtensions.AddReconnect"/> adds the default retry, to combine
    /// it with others.
    /// </summary>
    public Action<ResiliencePipelineBuilder>? ConfigureConnectPipeline { get; set; }

    /// <summary>
    /// Says what to do about a failed attempt or a drop. <see cref="FailureAction.Default"/>, and an exception from it, mean what the contract says of close codes, and then the built-in table.
    /// It must not block.
    /// </summary>
    public Func<ConnectionFailure, FailureAction>? ClassifyFailure { get; set; }

    /// <summary>The most messages that wait to be sent or are being written. At least 1. Default 4,096.</summary>
    public int SendQueueCapacity { get; set; } = 4096;

    /// <summary>
    /// The most payload, in bytes, that waits to be sent or is being written; a single larger message is taken when nothing else waits.
    /// At least 1. Default 16 MiB.
    /// </summary>
    public long SendQueueBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>What a send does when the queue is full. Default <see cref="SendQueueFullMode.Wait"/>.</summary>
    public SendQueueFullMode SendQueueFullMode { get; set; } = SendQueueFullMode.Wait;

    /// <summary>
    /// The most sends that wait for room in a full queue; a further one fails as <see cref="SendOutcome.NotSent"/>. It bounds the memory of
    /// callers that do not await their sends. Not negative. Default 10,000.
    /// </summary>
    public int MaxWaitingSends { get; set; } = 10_000;

    /// <summary>
    /// The most messages that <see cref="WebSocketConnection.ReadAllAsync"/> buffers; when it is full the connection stops reading and the peer
    /// feels it. At least 1. Default 256.
    /// </summary>
    public int ReceiveCapacity { get; set; } = 256;

    /// <summary>The most payload, in bytes, that <see cref="WebSocketConnection.ReadAllAsync"/> buffers; a single larger message is taken when nothing else is buffered. At least 1. Default 1 MiB.</summary>
    public long ReceiveBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// After this long without a byte from the peer, it is pinged. More than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for no
    /// keep-alive. Default 30 s.
    /// </summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A pinged peer from which nothing comes for this long is dead: the socket is dropped and the connection reconnects. Any byte is a sign
    /// of life. More than zero. Default 20 s.
    /// </summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long <see cref="WebSocketConnection.CloseAsync"/> may take in all: sending what is queued, and the closing handshake. Then the socket
    /// is dropped. Not negative. Default 10 s.
    /// </summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The name of the connection in logs and metrics. A generated client uses its own name by default.</summary>
    public string? Name { get; set; }

    /// <summary>The clock for every wait and time-out. Default <see cref="System.TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where logs go. By default nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>What the contract of a generated client asks besides.</summary>
    internal ConnectionRules? Rules { get; set; }

    /// <summary>A copy, with an address and subprotocols for where none were given.</summary>
    /// <param name="uri">The address, or null.</param>
    /// <param name="protocols">The subprotocols.</param>
    /// <returns>The copy.</returns>
    internal WebSocketConnectionOptions WithDefaults(Uri? uri, IReadOnlyList<string> protocols)
    {
        var copy = (WebSocketConnectionOptions)MemberwiseClone();
        if (copy.Endpoint is null)
            copy.Uri ??= uri;
        if (copy._protocols is not { Count: > 0 })
            copy._protocols = [.. protocols];
        return copy;
    }
}
