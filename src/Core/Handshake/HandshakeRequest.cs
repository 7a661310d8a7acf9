namespace NetWebSockets.Handshake;

/// <summary>What one opening handshake asks for. Everything in it has been validated by the socket.</summary>
internal sealed record HandshakeRequest
{
    /// <summary>An absolute ws or wss address without a fragment.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The subprotocols offered, best first; may be empty.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>What to offer of permessage-deflate; null to offer no extension.</summary>
    public PerMessageDeflateOptions? Deflate { get; init; }

    /// <summary>Further headers, in order; names may repeat.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Value of the Origin header, or null to send none.</summary>
    public string? Origin { get; init; }

    /// <summary>The version of HTTP: 1.1 or 2.0.</summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version11;

    /// <summary>Whether another version will do.</summary>
    public HttpVersionPolicy HttpVersionPolicy { get; init; } = HttpVersionPolicy.RequestVersionOrLower;

    /// <summary>How long connecting may take, when there is another way to try after this one; null for no limit of its own.</summary>
    public TimeSpan? ConnectTimeLimit { get; init; }

    /// <summary>Whether the session's cookies are sent, and those of the response stored.</summary>
    public bool UseSessionCookies { get; init; }

    /// <summary>Makes the value of the Authorization header, given the method and the target of the request; null to send none.</summary>
    public Func<string, string, string?>? Authorize { get; init; }

    /// <summary>Whether the further headers have one of a name.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>Whether they do.</returns>
    public bool Has(string name) => Headers.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
}
