using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Handshake;

namespace NetWebSockets;

/// <summary>How a <see cref="NetWebSocket"/> connects and buffers: Electron's options bag, and the limits. Read once, by the constructor.</summary>
public sealed class NetWebSocketOptions
{
    // Made when they are first asked for: every socket keeps its options.
    private IList<string>? _protocols;
    private IDictionary<string, string>? _headers;

    /// <summary>Subprotocols to offer, best first (RFC 6455, section 1.9). None by default.</summary>
    public IList<string> Protocols
    {
        get => _protocols ??= [];
        init => _protocols = value;
    }

    /// <summary>
    /// Further headers of the opening handshake. Those that the handshake itself sets (Host, Upgrade, Sec-WebSocket-…) are refused; for Origin there is
    /// <see cref="Origin"/>.
    /// </summary>
    public IDictionary<string, string> Headers
    {
        get => _headers ??= new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        init => _headers = value;
    }

    /// <summary>The Origin header; by default the http or https origin of the address. An empty string sends none.</summary>
    public string? Origin { get; set; }

    /// <summary>Whether the session's cookies are sent and those of the response stored. Default <see langword="false"/>.</summary>
    public bool UseSessionCookies { get; set; }

    /// <summary>The session to connect through; <see cref="NetSession.Default"/> when neither this nor <see cref="Partition"/> is set.</summary>
    public NetSession? Session { get; set; }

    /// <summary>The name of the session to connect through, as for <see cref="NetSession.FromPartition"/>. Not together with <see cref="Session"/>.</summary>
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

    /// <summary>How binary messages are handed out. Default <see cref="BinaryType.ByteArray"/>.</summary>
    public BinaryType BinaryType { get; set; }

    /// <summary>How long the opening handshake may take, from the name look-up to the response. Default 30 s; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the peer may take to answer a close; after that the connection is dropped. Default 10 s. When both have sent their close frame, the
    /// peer has 2 s of it to close the stream, as in Chromium.
    /// </summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The largest message accepted, in bytes, inflated when it comes compressed; a larger one fails the connection with 1009. From 1 to 2,147,483,591. Default 64 MiB. Binary messages
    /// under <see cref="BinaryType.Stream"/> are exempt.
    /// </summary>
    public long MaxMessageSize { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// The largest payload of one frame accepted, in bytes; a larger one fails the connection with 1009, also of a message that is streamed. At least 1. By default the limit is
    /// <see cref="MaxMessageSize"/>'s.
    /// </summary>
    public long MaxFrameSize { get; set; } = long.MaxValue;

    /// <summary>
    /// Offers to compress messages by permessage-deflate (RFC 7692); <see langword="null"/>, the default, does not. A server that does not answer the offer is spoken to without.
    /// </summary>
    public PerMessageDeflateOptions? PerMessageDeflate { get; set; }

    /// <summary>
    /// Bytes of messages kept while nothing consumes them; beyond it the socket stops reading, and the peer feels it. At least 1. Default 1 MiB. A socket whose
    /// messages nobody consumes therefore does not see the peer's close either, once it is full.
    /// </summary>
    public int ReceiveHighWaterMark { get; set; } = 1024 * 1024;

    /// <summary>Bytes queued to send beyond which <c>SendAsync</c> waits. At least 1. Default 64 KiB.</summary>
    public int SendHighWaterMark { get; set; } = 64 * 1024;

    /// <summary>
    /// Bytes queued to send beyond which <c>Send</c>, which cannot wait, throws a <see cref="SendException"/>. One message always fits. At least 1. Default 256 MiB.
    /// </summary>
    public long MaxBufferedAmount { get; set; } = 256 * 1024 * 1024;

    /// <summary>The clock for time-outs. Default <see cref="System.TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the socket logs. Default nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Whether <see cref="Protocols"/> or <see cref="Headers"/> have been asked for.</summary>
    internal (bool Protocols, bool Headers) Has => (_protocols is not null, _headers is not null);

    /// <summary>The name of the client in metrics.</summary>
    internal string? ClientName { get; set; }

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Validate()
    {
        if (Session is not null && Partition is not null)
            throw new ArgumentException("Set Session or Partition, not both.", nameof(Partition));
        HttpVersionRules.ValidateVersion(HttpVersion, nameof(HttpVersion));
        HttpVersionRules.ValidatePolicy(HttpVersionPolicy, nameof(HttpVersionPolicy));
        Positive(HandshakeTimeout, nameof(HandshakeTimeout));
        Positive(CloseTimeout, nameof(CloseTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageSize, 1, nameof(MaxMessageSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMessageSize, Array.MaxLength, nameof(MaxMessageSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrameSize, 1, nameof(MaxFrameSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(ReceiveHighWaterMark, 1, nameof(ReceiveHighWaterMark));
        ArgumentOutOfRangeException.ThrowIfLessThan(SendHighWaterMark, 1, nameof(SendHighWaterMark));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBufferedAmount, 1, nameof(MaxBufferedAmount));
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(LoggerFactory);
        if (!Enum.IsDefined(BinaryType))
            throw new ArgumentOutOfRangeException(nameof(BinaryType), BinaryType, "BinaryType must be ByteArray, Memory or Stream.");
    }

    private static void Positive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive, or Timeout.InfiniteTimeSpan.");
    }
}
