using NetWebSockets.Telemetry;

namespace NetWebSockets;

/// <summary>Where one attempt connects to, as an endpoint factory answers.</summary>
/// <param name="Uri">An absolute ws, wss, http or https address.</param>
public sealed record WebSocketEndpoint(Uri Uri)
{
    /// <summary>
    /// Headers of this attempt, such as a fresh Authorization. They come on top of <see cref="WebSocketConnectionOptions.Headers"/>; one
    /// of the same name replaces it.
    /// </summary>
    public IDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The subprotocols to offer; <see langword="null"/>, the default, offers <see cref="WebSocketConnectionOptions.Protocols"/>.</summary>
    public IReadOnlyList<string>? Protocols { get; init; }

    /// <summary>The endpoint with one more header: <c>attempt.Endpoint.WithHeader("Authorization", $"Bearer {token}")</c>.</summary>
    /// <param name="name">The name; one that is there already is replaced.</param>
    /// <param name="value">The value.</param>
    /// <returns>A copy.</returns>
    public WebSocketEndpoint WithHeader(string name, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase) { [name] = value } };

    /// <summary>An endpoint that is only an address.</summary>
    /// <param name="uri">The address.</param>
    public static implicit operator WebSocketEndpoint(Uri uri) => new(uri);

    /// <summary>Scheme, host and path; never the query or headers, which may carry secrets.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Uri.IsAbsoluteUri ? Log.Redact(Uri) : "(relative address)";
}
