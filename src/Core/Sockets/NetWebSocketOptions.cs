namespace NetWebSockets;

/// <summary>How a <see cref="NetWebSocket"/> connects and buffers: Electron's options bag, and the limits.</summary>
public sealed class NetWebSocketOptions
{
    /// <summary>Subprotocols to offer, best first. None by default.</summary>
    public IList<string> Protocols { get; init; } = [];

    /// <summary>Further headers of the opening handshake. Headers that the handshake itself sets are refused.</summary>
    public IDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The Origin header; by default the http or https origin of the address. An empty string sends none.</summary>
    public string? Origin { get; set; }

    /// <summary>Whether the session's cookies are sent and those of the response stored. Default <see langword="false"/>.</summary>
    public bool UseSessionCookies { get; set; }

    /// <summary>The session to connect through; <see cref="NetSession.Default"/> when neither this nor <see cref="Partition"/> is set.</summary>
    public NetSession? Session { get; set; }

    /// <summary>The name of the session to connect through, as for <c>NetSession.FromPartition</c>. Not together with <see cref="Session"/>.</summary>
    public string? Partition { get; set; }

    /// <summary>How long the opening handshake may take, from the name look-up to the response. Default 30 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the peer may take to answer a close. Default 10 s.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest message accepted, in bytes; a larger one closes the connection with 1009. Default 64 MiB. Messages read as a stream are exempt.</summary>
    public long MaxMessageSize { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes of messages kept while nothing consumes them; beyond it the socket stops reading. Default 1 MiB.</summary>
    public int ReceiveHighWaterMark { get; set; } = 1024 * 1024;

    /// <summary>Bytes queued to send beyond which <c>SendAsync</c> waits. Default 64 KiB.</summary>
    public int SendHighWaterMark { get; set; } = 64 * 1024;

    /// <summary>The clock for time-outs. Default <see cref="System.TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
