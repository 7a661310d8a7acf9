using NetWebSockets.Connections;

namespace NetWebSockets.Messaging;

/// <content>Calls, and what their replies come to.</content>
public sealed partial class ClientRuntime
{
    /// <summary>Makes a call.</summary>
    /// <typeparam name="T">The request's record.</typeparam>
    /// <typeparam name="TReply">The type of the result.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="request">The request; written before the method returns.</param>
    /// <param name="cancellationToken">Abandons the call, never the connection. A request that still waits in the queue is taken back.</param>
    /// <returns>The result; faulted with a <see cref="CallException"/> otherwise.</returns>
    public Task<TReply> CallAsync<T, TReply>(CallRoute<T, TReply> route, T request, CancellationToken cancellationToken) =>
        CallAsync(route, request, scope: null, cancellationToken);

    /// <summary>Makes a call within a scope.</summary>
    /// <typeparam name="T">The request's record.</typeparam>
    /// <typeparam name="TReply">The type of the result.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="request">The request; written before the method returns.</param>
    /// <param name="scope">The scope, which the reply has to carry too; null for none. An error is taken without it: a peer that does not know a scope does not name it.</param>
    /// <param name="cancellationToken">
    /// Abandons the call, never the connection. A request that still waits in the queue is taken back. Where the contract limits how many calls are in flight, one that the peer has goes on
    /// counting until its reply comes, its time-out has passed, or the socket drops.
    /// </param>
    /// <returns>The result; faulted with a <see cref="CallException"/> otherwise.</returns>
    public Task<TReply> CallAsync<T, TReply>(CallRoute<T, TReply> route, T request, string? scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        if (request is null)
            throw new ArgumentNullException(nameof(request));
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<TReply>(cancellationToken);
        TimeSpan timeout = route.Timeout ?? _callTimeout;
        PendingCall<TReply> call = scope is null
            ? new PendingCall<TReply>(route.Method, timeout, route.ReplyFormat)
            : new ScopedCall<TReply>(route.Method, timeout, route.ReplyFormat, scope);
        try
        {
            Start(call, route.Envelope, route.Format, request, route.Idempotent, cancellationToken);
        }
        catch (Exception e)
        {
            // Nothing was registered: reported where all failures of a call are, in what the caller awaits.
            return Task.FromException<TReply>(e);
        }

        return call.Task;
    }

    /// <summary>
    /// Makes a call whose replies are the items of a stream. The time-out of calls bounds the wait for the first of them and ends with it, as does the call's place among
    /// <see cref="CallContract.MaxInFlight"/>. The stream ends where the contract says that replies do; with a <see cref="CallErrorException"/> when the peer tells an error, and with a
    /// <see cref="CallException"/> at a drop, each after what was buffered. Disposed before, it tells the peer so when the contract has words for it and the request was sent; so does a time-out.
    /// </summary>
    /// <typeparam name="T">The request's record.</typeparam>
    /// <typeparam name="TReply">The type of an item.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="request">The request; written before the method returns.</param>
    /// <param name="scope">The scope, which the replies have to carry too; null for none.</param>
    /// <param name="options">How the stream buffers; null for what the contract says, otherwise the defaults.</param>
    /// <returns>The stream, registered before the request leaves. What keeps the request from being made, it tells to its reader.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The options are wrong.</exception>
    /// <exception cref="ArgumentException">The stream is to keep the latest of each key: replies have none.</exception>
    public MessageStream<TReply> CallStream<T, TReply>(CallRoute<T, TReply> route, T request, string? scope = null, MessageStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(route);
        if (request is null)
            throw new ArgumentNullException(nameof(request));
        if (route.ReplyFormat is not { } format)
            throw new ArgumentException($"'{route.Method}' has no type for its replies, so they cannot be streamed.", nameof(route));
        var call = new StreamedCall<TReply>(
            route.Method,
            route.Timeout ?? _callTimeout,
            scope,
            _name,
            _gate,
            Checked(options ?? route.Stream ?? DefaultStream),
            format,
            _calls?.Cancel is null ? null : CancelAtPeer);
        try
        {
            Start(call, route.Envelope, route.Format, request, route.Idempotent, CancellationToken.None);
        }
        catch (Exception e)
        {
            call.Fail(e);
        }

        return call.Stream;
    }

    private CallTable CreateCalls(WebSocketClientOptions options)
    {
        int most = _calls?.MaxInFlight ?? 0;
        return new CallTable(_name, _gate, options.TimeProvider, options.MaxPendingCalls) { Turns = most > 0 ? new CallTurns(most, Send) : null };
    }

    private void Start<T>(PendingCall call, Envelope envelope, PayloadFormat<T> format, T request, bool idempotent, CancellationToken cancellationToken)
    {
        CallTable calls = _router.Calls;
        call.Id = calls.NextId();
        MessageEncoder encoder = MessageEncoder.Rent();
        try
        {
            ReadOnlyMemory<byte> payload = encoder.Encode(envelope, ValuesOf(call), format, request);
            Use();

            // Registered before a byte of it leaves: the reply cannot slip between.
            calls.Add(call);
            call.WatchToken(cancellationToken);

            // A connect script does not wait behind calls that wait for it.
            if (_router.Session.Flow is not null || calls.TakeTurn(call, payload, idempotent))
                Send(call, payload, idempotent);
        }
        finally
        {
            encoder.Return();
        }
    }

    private EnvelopeValues ValuesOf(PendingCall call) => new() { Id = call.Id, IdKind = _calls?.IdKind ?? CallIdKind.Integer, Scope = call.Scope };

    private void Send(PendingCall call, ReadOnlyMemory<byte> payload, bool idempotent)
    {
        // The table's own token, not the caller's: a time-out takes the request back as well.
        try
        {
            if (_router.Session.Flow is { } script)
                script.Send(MessageKind.Text, payload, call, call.SendCancellation!.Token);
            else
                Connection.Send(MessageKind.Text, payload, idempotent, call.Observer, call.SendCancellation!.Token);
        }
        catch (Exception e)
        {
            // The connection took nothing; the call ends with what it said.
            call.Observer.OnSendFailed(e);
        }
    }

    // On the socket that the request went out on, or not at all: on another its id means nothing.
    private void CancelAtPeer(PendingCall call)
    {
        SocketEpoch socket = _router.Sockets.Current;
        if (socket.IsOver || (call.SentOn >= 0 && call.SentOn != socket.Number))
            return;
        MessageEncoder encoder = MessageEncoder.Rent();
        try
        {
            ReadOnlyMemory<byte> payload = encoder.Encode(_calls!.Cancel!, ValuesOf(call), "{}"u8);
            Abandoned.Observe(Connection.SendAsync(MessageKind.Text, payload, idempotent: false, socket.Sends).AsTask());
        }
        finally
        {
            encoder.Return();
        }
    }
}
