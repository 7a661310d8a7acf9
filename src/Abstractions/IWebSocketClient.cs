namespace NetWebSockets;

/// <summary>What every generated client has beside the methods of its own contract. The generated interfaces derive from it.</summary>
public interface IWebSocketClient : IAsyncDisposable
{
    /// <summary>Where the connection stands.</summary>
    ConnectionState State { get; }

    /// <summary>Raised at every step of the connection, in order, one at a time. A handler that throws is logged and does not stop the others.</summary>
    event EventHandler<ConnectionStateChange>? StateChanged;

    /// <summary>
    /// Done when the connection has ended for good: successfully when it was closed by the user, faulted with the cause otherwise.
    /// </summary>
    Task Closed { get; }

    /// <summary>
    /// Connects when nothing has yet, and waits until the client is <see cref="ConnectionState.Ready"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the connection.</param>
    /// <returns>A task that is done when the client is ready.</returns>
    /// <exception cref="NetWebSocketException">The connection has failed for good.</exception>
    Task ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Drops the present socket and connects again at once, without the backoff of earlier failures: for an application that knows better, such as after a change of network or of the token. Streams
    /// and subscriptions go on, as after any drop.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the connection.</param>
    /// <returns>A task that is done when the client is ready again.</returns>
    /// <exception cref="NetWebSocketException">The connection has failed for good, or was closed.</exception>
    Task ReconnectAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends the client for good, as failed: for what no close code tells, such as a message that says that the account is closed. Drops the socket, and returns at once; <see cref="Closed"/>, streams and
    /// whatever else waits fail with the reason. Does nothing when the client has ended or is being closed.
    /// </summary>
    /// <param name="reason">Why.</param>
    /// <exception cref="ArgumentException">There is no reason.</exception>
    void Fail(string reason);

    /// <summary>Opens a stream of the messages that no part of the contract takes, and of those that cannot be read.</summary>
    /// <param name="options">How the stream buffers; by default it drops the oldest when 256 are unread.</param>
    /// <returns>The stream, registered from here on.</returns>
    MessageStream<UnknownMessage> UnknownMessages(MessageStreamOptions? options = null);

    /// <summary>
    /// Closes for good: sends what is queued, closes the socket with 1000 and ends every stream. Finishes within the close deadline
    /// whatever the peer does.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for the peer; the connection is then dropped.</param>
    /// <returns>A task that is done when the connection is closed.</returns>
    Task CloseAsync(CancellationToken cancellationToken = default);
}
