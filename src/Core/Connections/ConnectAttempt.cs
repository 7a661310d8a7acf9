namespace NetWebSockets;

/// <summary>What an endpoint factory is told about the attempt it is asked for.</summary>
public sealed class ConnectAttempt
{
    private readonly Uri? _uri;

    internal ConnectAttempt(int number, Uri? uri, ConnectionFailure? lastFailure)
    {
        Number = number;
        _uri = uri;
        LastFailure = lastFailure;
    }

    /// <summary>The number of the attempt since the connection was last stable, from 1.</summary>
    public int Number { get; }

    /// <summary>The address of the options.</summary>
    /// <exception cref="InvalidOperationException">The options have none.</exception>
    public Uri Uri => _uri ?? throw new InvalidOperationException(
        "The options have no Uri, so the endpoint factory has to give the address by itself: return new WebSocketEndpoint(address).");

    /// <summary>The endpoint that would be used without a factory, to start from: <c>attempt.Endpoint.WithHeader(…)</c>, <c>attempt.Endpoint with { … }</c>.</summary>
    /// <exception cref="InvalidOperationException">The options have no address.</exception>
    public WebSocketEndpoint Endpoint => new(Uri);

    /// <summary>Why the attempt or the connection before this one failed; <see langword="null"/> at the first attempt.</summary>
    public ConnectionFailure? LastFailure { get; }
}
