using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NetWebSockets.Handshake;
using NetWebSockets.Protocol;
using NetWebSockets.Sockets;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

/// <summary>
/// One WebSocket connection with the interface and the behaviour of the WHATWG standard's <c>WebSocket</c>, and Electron's options. It connects when it is
/// made, and never reconnects: <see cref="WebSocketConnection"/> does.
/// </summary>
/// <remarks>
/// Messages go to the listeners of the message event or, when there are none, to a loop over <see cref="ReadAllAsync"/>; until there is either they wait.
/// Events are raised in order, one at a time, on the thread that reads the connection or on the thread pool: a listener that blocks holds up the ones after
/// it. Members may be used from any thread.
/// </remarks>
public sealed partial class NetWebSocket : IAsyncDisposable
{
    // Chromium: how long a server may take to close the stream after both close frames.
    private static readonly TimeSpan StreamCloseTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly NetWebSocketOptions _options;
    private readonly Uri _uri;
    private string? _url;
    private HandshakeRequest? _request;                 // until open
    private readonly NetSession _session;
    private readonly SocketReceiver _receiver;
    private readonly ILogger _logger;
    private CancellationTokenSource? _handshakeAbort = new();   // until open
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CloseEvent> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IDisposable? _registration;
    private int _readyState = (int)ReadyState.Connecting;
    private Stream? _stream;
    private SendQueue? _sender;
    private ReceivePump? _pump;
    private volatile Exception? _abortCause;
    private volatile bool _closeFrameSent;
    private Exception? _failure;
    private ITimer? _closeTimer;
    private string _protocol = "";
    private string _extensions = "";

    /// <summary>Starts to connect.</summary>
    /// <param name="url">An absolute ws, wss, http or https address without a fragment; http and https are rewritten.</param>
    /// <param name="protocols">Subprotocols to offer, best first.</param>
    /// <exception cref="ArgumentException">SyntaxError: the address or a subprotocol is invalid.</exception>
    public NetWebSocket(string url, params IEnumerable<string> protocols)
        : this(SocketAddress.Parse(url), new NetWebSocketOptions { Protocols = [.. protocols] }, receiver: null)
    {
    }

    /// <summary>Starts to connect.</summary>
    /// <param name="url">An absolute ws, wss, http or https address without a fragment; http and https are rewritten.</param>
    /// <param name="options">How to connect; read once.</param>
    /// <exception cref="ArgumentException">SyntaxError: the address, a subprotocol, a header or a limit is invalid.</exception>
    public NetWebSocket(string url, NetWebSocketOptions options)
        : this(SocketAddress.Parse(url), options, receiver: null)
    {
    }

    /// <inheritdoc cref="NetWebSocket(string, NetWebSocketOptions)"/>
    public NetWebSocket(Uri url, NetWebSocketOptions? options = null)
        : this(url, options ?? new NetWebSocketOptions(), receiver: null)
    {
    }

    internal NetWebSocket(Uri url, NetWebSocketOptions options, SocketReceiver? receiver)
    {
        ArgumentNullException.ThrowIfNull(options);
        _uri = SocketAddress.Normalize(url, nameof(url));
        options.Validate();
        _options = options;
        _request = CreateRequest(_uri, options);
        _session = options.Session ?? (options.Partition is { } partition ? NetSession.FromPartition(partition) : NetSession.Default);
        _logger = options.LoggerFactory.CreateLogger<NetWebSocket>();
        _events = new EventLoop();
        var listenerLock = new Lock();
        Action<Exception, string> onThrown = OnHandlerThrew;
        _openListeners = new EventListeners<OpenEvent>(_events, listenerLock, onThrown);
        _messageListeners = new EventListeners<MessageEvent>(_events, listenerLock, onThrown);
        _errorListeners = new EventListeners<ErrorEvent>(_events, listenerLock, onThrown);
        _closeListeners = new EventListeners<CloseEvent>(_events, listenerLock, onThrown);
        _inbox = new Inbox(this, _events, options.ReceiveHighWaterMark) { BinaryType = options.BinaryType };
        _receiver = receiver ?? _inbox;
        _ = RunAsync();
    }

    /// <summary>The address, as it was resolved.</summary>
    public string Url => _url ??= AddressText.Canonicalize(_uri, _uri.Scheme).OriginalString;

    /// <summary>The state.</summary>
    public ReadyState ReadyState => (ReadyState)Volatile.Read(ref _readyState);

    /// <summary>The subprotocol that the server chose; empty until open, or when it chose none.</summary>
    public string Protocol => _protocol;

    /// <summary>The extensions that were negotiated; empty until open, or when there are none.</summary>
    public string Extensions => _extensions;

    /// <summary>Done when open; faulted with a <see cref="HandshakeException"/> when the socket never opens.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Done when closed, with how; never faulted. It does not wait until the messages have been consumed.</summary>
    public Task<CloseEvent> Closed => _closed.Task;

    /// <summary>What made the connection fail, when it closed with 1006; otherwise null.</summary>
    internal Exception? Failure => _failure;

    /// <summary>When bytes last came, of the injected clock: any frame is a sign of life.</summary>
    internal long LastReceivedTimestamp => _pump?.LastReceivedTimestamp ?? 0;

    private static HandshakeRequest CreateRequest(Uri uri, NetWebSocketOptions options)
    {
        string[] protocols = options.Has.Protocols ? Subprotocols.Validate(options.Protocols, nameof(options)) : [];
        var headers = new List<KeyValuePair<string, string>>();
        foreach (KeyValuePair<string, string> header in options.Has.Headers ? options.Headers : ReadOnlyDictionary<string, string>.Empty)
        {
            HeaderRules.ValidateName(header.Key, nameof(options));
            HeaderRules.ValidateValue(header.Key, header.Value, nameof(options));
            headers.Add(header);
        }

        string? origin = options.Origin ?? SocketAddress.Origin(uri);
        if (origin.Length == 0)
            origin = null;
        else
            HeaderRules.ValidateValue("Origin", origin, nameof(options));
        return new HandshakeRequest
        {
            Uri = uri,
            Protocols = protocols,
            Headers = headers,
            Origin = origin,
            HttpVersion = options.HttpVersion,
            HttpVersionPolicy = options.HttpVersionPolicy,
            UseSessionCookies = options.UseSessionCookies,
            Deflate = options.PerMessageDeflate?.ToValidated(),
        };
    }

    private async Task RunAsync()
    {
        // Off the constructor's thread: nothing that happens may come before the caller has the socket in hand.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        HandshakeResult? result = await ConnectAsync().ConfigureAwait(false);
        if (result is null)
            return;

        NetWebSocketMetrics.ConnectionOpened(_uri.IdnHost, _uri.Port);
        Exception? failure = null;
        bool closeFrame = false;
        try
        {
            closeFrame = await _pump!.RunAsync().ConfigureAwait(false);
            if (!closeFrame)
                failure = new EndOfStreamException("The peer ended the stream without a closing handshake.");
        }
        catch (ProtocolException violation)
        {
            failure = violation;
            await SendCloseOnFailureAsync(violation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever ended the stream becomes the reason of the close.
            failure = exception;
        }

        bool wasClean = false;
        if (closeFrame)
            (wasClean, failure) = await CompleteClosingHandshakeAsync().ConfigureAwait(false);
        else
            failure = _abortCause ?? failure;

        await DisposeStreamAsync().ConfigureAwait(false);
        NetWebSocketMetrics.ConnectionClosed(_uri.IdnHost, _uri.Port);
        Finish(failure, wasClean);
    }

    private async Task<HandshakeResult?> ConnectAsync()
    {
        long started = Stopwatch.GetTimestamp();
        NetWebSocketMetrics.ConnectStarted(_uri.IdnHost, _uri.Port);
        using Activity? activity = NetWebSocketActivities.StartConnect(_uri);
        string? error = null;
        try
        {
            // Before connecting, so that closing all connections of the session cannot miss this one.
            _registration = _session.Register(
                this, static (socket, reason) => ((NetWebSocket)socket).Abort(reason == NetError.Aborted
                    ? new OperationCanceledException("The session closed all its connections.")
                    : new AbnormalClosureException(reason, $"The session dropped the connection ({reason.ToChromiumName()}).")));
            using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _options.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_handshakeAbort!.Token, timeout.Token);
            HandshakeResult result;
            try
            {
                result = await _session.ConnectAsync(_request!, either.Token).ConfigureAwait(false);
            }
            catch (Exception) when (timeout.IsCancellationRequested && !_handshakeAbort!.IsCancellationRequested)
            {
                throw new HandshakeException(
                    NetError.TimedOut, $"The opening handshake with {_uri.Host} did not finish within {_options.HandshakeTimeout.TotalSeconds:0.###} s (HandshakeTimeout).");
            }

            if (Open(result))
                return result;
            await result.Stream.DisposeAsync().ConfigureAwait(false);
            throw new OperationCanceledException();
        }
        catch (Exception exception)
        {
            // Every failure of a handshake is told by Opened, the error event and the close event.
            HandshakeException failure = exception as HandshakeException
                ?? (_handshakeAbort!.IsCancellationRequested
                    ? _abortCause is AbnormalClosureException dropped
                        ? new HandshakeException(dropped.Error, dropped.Message, dropped)
                        : new HandshakeException(NetError.Aborted, "The socket was closed before the connection was established.", _abortCause ?? exception)
                    : exception is ObjectDisposedException
                        ? new HandshakeException(NetError.Aborted, "The session of the socket has been disposed.", exception)
                        : new HandshakeException(NetErrorClassifier.Classify(exception), $"Connecting to {_uri.Host} failed: {exception.Message}", exception));
            error = failure.Error.ToChromiumName();
            Finish(failure);
            return null;
        }
        finally
        {
            if (error is not null)
                NetWebSocketActivities.Fail(activity, error);
            NetWebSocketMetrics.ConnectEnded(_uri.IdnHost, _uri.Port, Stopwatch.GetElapsedTime(started), error);
        }
    }

    private bool Open(HandshakeResult result)
    {
        var sender = new SendQueue(result.Stream, result.Deflate, _options, OnSendFailed);
        var pump = new ReceivePump(result.Stream, result.Received, result.Deflate, _receiver, sender, _options);
        lock (_lock)
        {
            if (ReadyState != ReadyState.Connecting)
                return false;
            _stream = result.Stream;
            _sender = sender;
            _pump = pump;
            _inbox.Pump = pump;
            _protocol = result.Protocol;
            _extensions = result.Extensions;
            _request = null;
            _handshakeAbort = null;     // disposed with the token that is linked to it
            Volatile.Write(ref _readyState, (int)ReadyState.Open);
        }

        Log.SocketOpened(_logger, _uri.Scheme, _uri.IdnHost, _uri.AbsolutePath);
        _events.Post(() => _openListeners.Raise(new OpenEvent(), isPast: true));
        _opened.TrySetResult();
        return true;
    }

    private void Finish(Exception? failure, bool wasClean = false)
    {
        CloseEvent closed;
        lock (_lock)
        {
            _registration?.Dispose();
            _closeTimer?.Dispose();
            Volatile.Write(ref _readyState, (int)ReadyState.Closed);
            _failure = failure switch
            {
                null => null,
                NetWebSocketException and not ProtocolException => failure,
                _ => AsAbnormalClosure(failure),
            };
        }

        if (_failure is null && _pump?.PeerClose is { } peer)
        {
            closed = new CloseEvent(peer.Code, peer.Reason, wasClean);
            Log.SocketClosed(_logger, _uri.Scheme, _uri.IdnHost, _uri.AbsolutePath, closed.Code);
        }
        else
        {
            NetError error = ErrorOf(_failure);
            closed = new CloseEvent(CloseCode.AbnormalClosure, DescribeFailure(error, _failure), WasClean: false, error);
            Log.SocketFailed(_logger, _uri.Scheme, _uri.IdnHost, _uri.AbsolutePath, closed.Reason, _failure);
        }

        _sender?.Fail(_failure ?? new NetWebSocketException("The socket is closed."));
        if (_failure is { } cause)
        {
            _opened.TrySetException(cause);
            _ = _opened.Task.Exception;     // the failure is also told by Closed: an unobserved Opened is no news
            if (RaisesError(cause))
                _events.Post(() => _errorListeners.Raise(new ErrorEvent(closed.Error, cause), isPast: true));
        }

        _inbox.Complete(_failure);
        _events.Post(() => _closeListeners.Raise(closed, isPast: true));
        _closed.TrySetResult(closed);
    }

    private static AbnormalClosureException AsAbnormalClosure(Exception failure) => failure switch
    {
        ProtocolException violation => new AbnormalClosureException(
            violation.CloseCode == CloseCode.MessageTooBig ? NetError.MessageTooBig : NetError.WsProtocolError, violation.Message, violation),
        EndOfStreamException => new AbnormalClosureException(NetError.ConnectionClosed, failure.Message, failure),
        TimeoutException => new AbnormalClosureException(NetError.TimedOut, failure.Message, failure),
        OperationCanceledException => new AbnormalClosureException(NetError.Aborted, failure.Message, failure),
        _ => new AbnormalClosureException(NetErrorClassifier.Classify(failure), $"The connection failed: {failure.Message}", failure),
    };

    private static NetError ErrorOf(Exception? failure) => failure switch
    {
        HandshakeException handshake => handshake.Error,
        AbnormalClosureException closure => closure.Error,
        _ => NetError.Failed,
    };

    // The name, and for a refused handshake the status: what an operator needs first.
    private static string DescribeFailure(NetError error, Exception? failure) =>
        failure is HandshakeException { StatusCode: { } status }
            ? $"{error.ToChromiumName()} (status {(int)status})"
            : error.ToChromiumName();

    // As in Chromium: a handshake that failed and a peer that broke the protocol raise error; a stream that ended or was reset only closes with 1006.
    private static bool RaisesError(Exception cause) => cause is HandshakeException or AbnormalClosureException { InnerException: ProtocolException };

    private void OnSendFailed(Exception exception)
    {
        lock (_lock)
            _abortCause ??= exception;
        // When it is the network that failed, the reader comes to the same end by itself, after the messages that came before it: none of them is lost. The
        // timer is for a peer that stopped reading and goes on writing.
        if (exception is IOException { InnerException: SocketException } && _options.CloseTimeout != Timeout.InfiniteTimeSpan)
            StartCloseTimer();
        else
            _stream?.Dispose();
    }

    private async ValueTask DisposeStreamAsync()
    {
        try
        {
            await _stream!.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A TLS stream may fail to say goodbye on a connection that is already gone; how it ended is known by then.
            Log.SocketDisposeFailed(_logger, exception);
        }
    }
}
