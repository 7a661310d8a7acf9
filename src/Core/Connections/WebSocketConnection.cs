using System.Buffers;
using System.Text;
using NetWebSockets.Connections;

namespace NetWebSockets;

/// <summary>
/// Keeps one live socket at a time, reconnecting through a Polly pipeline. Sends made while there is none wait in a bounded queue; each ends in
/// exactly one outcome. All members may be used from any thread, at the same time, and from handlers.
/// </summary>
/// <example>
/// <code>
/// await using var connection = new WebSocketConnection(new() { Uri = new("wss://feed.example/ws") });
/// await connection.ConnectAsync();
/// await connection.SendTextAsync("hello");
/// await foreach (WebSocketMessage message in connection.ReadAllAsync())   // goes on across reconnects
///     Console.WriteLine(message.Text);
/// </code>
/// </example>
public sealed class WebSocketConnection : IAsyncDisposable
{
    private readonly ConnectionRunner _runner;
    private readonly StateNotifier _notifier;
    private readonly MessageBuffer? _buffer;
    private readonly OutboundFramer? _framer;

    /// <summary>Creates a connection whose messages are read with <see cref="ReadAllAsync"/>. Nothing connects yet.</summary>
    /// <param name="options">The options; read and validated here.</param>
    /// <exception cref="ArgumentException">Something in the options is wrong; the message has a sentence for each.</exception>
    public WebSocketConnection(WebSocketConnectionOptions options)
        : this(new ConnectionSettings(options, name: null), hooks: null)
    {
    }

    internal WebSocketConnection(WebSocketConnectionOptions options, ConnectionHooks hooks, string? name = null)
        : this(new ConnectionSettings(options, name), hooks)
    {
    }

    private WebSocketConnection(ConnectionSettings settings, ConnectionHooks? hooks)
    {
        _notifier = new StateNotifier(this, settings.Name, settings.Logger);
        hooks ??= _buffer = new MessageBuffer(settings.ReceiveCapacity, settings.ReceiveBytes, settings.Logger);
        _framer = hooks.Framer;
        _runner = new ConnectionRunner(settings, hooks, _notifier);
    }

    /// <summary>Where the connection stands.</summary>
    public ConnectionState State => _runner.State;

    /// <summary>
    /// Raised at every step, in order, one at a time, on the thread pool. A handler that throws is logged and stops neither the others nor the
    /// connection; a handler may send, close, reconnect or dispose. Steps that came before it was added are not told: read <see cref="State"/>.
    /// While a handler does not return, at most the last 1,024 steps are kept for it.
    /// </summary>
    public event EventHandler<ConnectionStateChange>? StateChanged
    {
        add => _notifier.StateChanged += value;
        remove => _notifier.StateChanged -= value;
    }

    /// <summary>Done when the connection has ended for good: successfully when it was closed, faulted with the cause when it gave up.</summary>
    public Task Closed => _runner.Closed;

    /// <summary>Messages that wait to be sent or are being written.</summary>
    public int QueuedSends => _runner.Sends.Count;

    /// <summary>Starts when not started, and waits until <see cref="ConnectionState.Ready"/>. Failed attempts are made again as the connect pipeline says.</summary>
    /// <param name="cancellationToken">Ends the wait, never the connection.</param>
    /// <returns>A task that is done when the connection is ready.</returns>
    /// <exception cref="NetWebSocketException">
    /// The connection has failed for good (the fatal <see cref="HandshakeException"/> or <see cref="ConnectionException"/>), or was closed.
    /// </exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _runner.ConnectAsync(cancellationToken);

    /// <summary>
    /// Drops the present socket and connects again at once, without the backoff of earlier failures: for an application that knows better, such as
    /// after a change of network or of the token. Starts the connection when it was not started.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, never the connection.</param>
    /// <returns>A task that is done when the connection is ready again.</returns>
    /// <exception cref="NetWebSocketException">The connection has failed for good, or was closed.</exception>
    public Task ReconnectAsync(CancellationToken cancellationToken = default) => _runner.ReconnectAsync(cancellationToken);

    /// <summary>
    /// Ends the connection for good, as failed: for what no close code tells, such as a message that says that the account is closed. Drops the socket, and returns at once; <see cref="Closed"/> and
    /// everything that waits fail with the reason. Does nothing when the connection has ended or is being closed.
    /// </summary>
    /// <param name="reason">Why: the message of the <see cref="ConnectionException"/>.</param>
    /// <exception cref="ArgumentException">There is no reason.</exception>
    public void Fail(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        _runner.Fail(new ConnectionException(reason));
    }

    /// <summary>
    /// Sends one message. While the connection is not ready, it waits in the bounded queue and goes out, in order, before the connection is ready
    /// again. Completes when the outcome is <see cref="SendOutcome.Sent"/>; often synchronously.
    /// </summary>
    /// <param name="kind">Text or binary.</param>
    /// <param name="payload">The message, UTF-8 for text; copied before the method returns.</param>
    /// <param name="idempotent">Whether it is sent again when its outcome was <see cref="SendOutcome.Unknown"/>.</param>
    /// <param name="cancellationToken">
    /// Abandons the send, never the connection: a message that still waits is taken out of the queue, one that is being written goes on.
    /// </param>
    /// <returns>A task to await once.</returns>
    /// <exception cref="ArgumentException">A text message is not UTF-8.</exception>
    /// <exception cref="SendException">
    /// <see cref="SendOutcome.NotSent"/>: the connection has ended or the queue is full. <see cref="SendOutcome.Unknown"/>: the connection dropped
    /// while the message was being written, and it is not <paramref name="idempotent"/>.
    /// </exception>
    /// <exception cref="SendCanceledException">The token was cancelled; its outcome tells whether any of the message may have left.</exception>
    public ValueTask SendAsync(
        MessageKind kind, ReadOnlyMemory<byte> payload, bool idempotent = false, CancellationToken cancellationToken = default) =>
        _framer is not null && kind == MessageKind.Text
            ? _framer.Send(payload.Span, (_runner.Sends, idempotent, cancellationToken), static (kind, framed, s) => s.Sends.SendAsync(kind, framed.Span, s.idempotent, s.cancellationToken))
            : _runner.Sends.SendAsync(kind, payload.Span, idempotent, cancellationToken);

    /// <summary>Sends one text message. Everything else is as for <see cref="SendAsync"/>.</summary>
    /// <param name="text">The text. Lone surrogates become U+FFFD, as the WHATWG standard says.</param>
    /// <param name="idempotent">Whether it is sent again when its outcome was <see cref="SendOutcome.Unknown"/>.</param>
    /// <param name="cancellationToken">Abandons the send, never the connection.</param>
    /// <returns>A task to await once.</returns>
    /// <exception cref="SendException">See <see cref="SendAsync"/>.</exception>
    /// <exception cref="SendCanceledException">See <see cref="SendAsync"/>.</exception>
    public ValueTask SendTextAsync(string text, bool idempotent = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            int length = Encoding.UTF8.GetBytes(text, buffer);
            return _runner.Sends.SendAsync(MessageKind.Text, buffer.AsSpan(0, length), idempotent, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends one message and tells an observer what became of it, at once or later.</summary>
    /// <exception cref="ArgumentException">It is not a message that may be sent: the observer is told nothing.</exception>
    internal void Send(MessageKind kind, ReadOnlyMemory<byte> payload, bool idempotent, ISendObserver observer, CancellationToken cancellationToken)
    {
        if (_framer is null || kind != MessageKind.Text)
        {
            _runner.Sends.Send(kind, payload.Span, idempotent, observer, cancellationToken);
            return;
        }

        _framer.Send(payload.Span, (_runner.Sends, idempotent, observer, cancellationToken), static (kind, framed, s) =>
        {
            s.Sends.Send(kind, framed.Span, s.idempotent, s.observer, s.cancellationToken);
            return true;
        });
    }

    /// <summary>Sends a stream as one binary message, behind a prefix; see <see cref="ConnectionRunner.SendStreamAsync"/>.</summary>
    internal ValueTask SendStreamAsync(Stream source, ReadOnlyMemory<byte> prefix, CancellationToken cancellationToken) => _runner.SendStreamAsync(source, prefix, cancellationToken);

    /// <summary>Begins to move to another socket while the present one still works; see <see cref="ConnectionRunner.Replace"/>.</summary>
    internal void Replace(Uri? address) => _runner.Replace(address);

    /// <summary>
    /// Reads messages as they come, across reconnects, until the connection ends. They wait in a bounded buffer
    /// (<see cref="WebSocketConnectionOptions.ReceiveCapacity"/>, <see cref="WebSocketConnectionOptions.ReceiveBytes"/>); when it is full, nothing more is
    /// read from the peer. Somebody has to read, even when the messages are of no interest. Several readers share the messages.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading, never the connection.</param>
    /// <returns>The messages; each is the reader's to keep.</returns>
    /// <exception cref="InvalidOperationException">The connection belongs to a generated client, whose streams take its messages.</exception>
    /// <exception cref="ConnectionException">While reading: the connection has failed for good. What had come before is read first.</exception>
    public IAsyncEnumerable<WebSocketMessage> ReadAllAsync(CancellationToken cancellationToken = default) =>
        _buffer?.ReadAllAsync(cancellationToken) ?? throw new InvalidOperationException(
            "The messages of this connection go to the streams of its client: read those.");

    /// <summary>
    /// Closes for good: takes no more sends, writes what was accepted when the connection is ready, then closes the socket. Whatever the peer does,
    /// it is done within <see cref="WebSocketConnectionOptions.CloseTimeout"/>; what is then still queued fails as <see cref="SendOutcome.NotSent"/>. While
    /// the connection is not ready, everything queued fails so at once. It never fails, and further calls wait for the first.
    /// </summary>
    /// <param name="code">1000, or 3000 to 4999 (WHATWG WebSockets, close()).</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait for the peer: the socket is then dropped.</param>
    /// <returns>A task that is done when the connection is closed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The code is not allowed.</exception>
    /// <exception cref="ArgumentException">The reason is too long.</exception>
    public Task CloseAsync(int code = 1000, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (code is not (1000 or (>= 3000 and <= 4999)))
            throw new ArgumentOutOfRangeException(nameof(code), code, "A close code must be 1000, or 3000 to 4999.");
        int bytes = Encoding.UTF8.GetByteCount(reason);
        if (bytes > 123)
            throw new ArgumentException($"The close reason has {bytes} bytes of UTF-8: it may have 123.", nameof(reason));
        return _runner.CloseAsync(code, reason, cancellationToken);
    }

    /// <summary>Closes as <see cref="CloseAsync"/> does, with 1000.</summary>
    /// <returns>A task that is done when the connection is closed.</returns>
    public ValueTask DisposeAsync() => new(_runner.CloseAsync(1000, "", CancellationToken.None));
}
