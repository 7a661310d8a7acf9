using System.Net;

namespace NetWebSockets;

/// <summary>One failed attempt, or one drop, as a classifier and an endpoint factory see it.</summary>
public sealed record ConnectionFailure
{
    /// <summary>What went wrong: a <see cref="HandshakeException"/>, a <see cref="ConnectionException"/>, or what user code threw.</summary>
    public required Exception Exception { get; init; }

    /// <summary>How far it had come.</summary>
    public required FailurePhase Phase { get; init; }

    /// <summary>The number of the attempt since the connection was last stable, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Whether this connection had been <see cref="ConnectionState.Ready"/> before, on this socket or an earlier one.</summary>
    public bool WasReady { get; init; }

    /// <summary>Whether the time limit of the attempt ran out (<see cref="WebSocketConnectionOptions.ConnectTimeout"/>).</summary>
    public bool TimedOut { get; init; }

    /// <summary>How the socket closed; <see langword="null"/> when it was never open.</summary>
    public CloseEvent? Close { get; init; }

    /// <summary>
    /// The close code, when the socket had been open: the peer's, 1005 when it gave none, 1006 when there was no closing handshake
    /// (RFC 6455, section 7.1.5).
    /// </summary>
    public int? CloseCode => Close?.Code;

    /// <summary>The peer's close reason; empty when there was none.</summary>
    public string CloseReason => Close?.Reason ?? "";

    /// <summary>The status of a refused opening handshake.</summary>
    public HttpStatusCode? StatusCode => (Exception as HandshakeException)?.StatusCode;

    /// <summary>The network error, when the network failed; otherwise <see cref="NetError.None"/>.</summary>
    public NetError Error => Exception switch
    {
        HandshakeException handshake => handshake.Error,
        ConnectionException { Error: not NetError.None } connection => connection.Error,
        _ => Close?.Error ?? NetError.None,
    };

    /// <summary>How long the server asked to wait (Retry-After), when it did.</summary>
    public TimeSpan? RetryAfter => (Exception as HandshakeException)?.RetryAfter;
}
