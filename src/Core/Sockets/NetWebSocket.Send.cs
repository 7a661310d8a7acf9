using NetWebSockets.Protocol;
using NetWebSockets.Sockets;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

/// <content>Sending (WHATWG WebSockets, send method). One order for text, bytes and streams, from any number of threads.</content>
public sealed partial class NetWebSocket
{
    private long _discardedAmount;

    /// <summary>
    /// Bytes of application data that have been queued and not been handed to the network. As in the standard it does not fall to 0 when the connection closes, and what is
    /// sent after that is added.
    /// </summary>
    public long BufferedAmount => (_sender?.BufferedAmount ?? 0) + Interlocked.Read(ref _discardedAmount);

    /// <summary>Queues a text message and returns. Once closing, or after the network has failed, only <see cref="BufferedAmount"/> grows (WHATWG).</summary>
    /// <param name="data">The text; lone surrogates become U+FFFD.</param>
    /// <exception cref="InvalidOperationException">InvalidStateError: still connecting.</exception>
    /// <exception cref="SendException">More than <see cref="NetWebSocketOptions.MaxBufferedAmount"/> bytes are queued.</exception>
    public void Send(string data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (MaySend())
        {
            try
            {
                Watch(_sender!.SendText(data, SendCompletion.Queued));
                NetWebSocketMetrics.MessageSent(_options.ClientName, isText: true, data.Length);
                return;
            }
            catch (SendException) when (_sender!.TakesNoMore)
            {
                // It has begun to close in this very moment.
            }
        }

        Interlocked.Add(ref _discardedAmount, System.Text.Encoding.UTF8.GetByteCount(data));
    }

    /// <summary>Queues a binary message, copied, and returns. Once closing, or after the network has failed, only <see cref="BufferedAmount"/> grows (WHATWG).</summary>
    /// <param name="data">The message.</param>
    /// <exception cref="InvalidOperationException">InvalidStateError: still connecting.</exception>
    /// <exception cref="SendException">More than <see cref="NetWebSocketOptions.MaxBufferedAmount"/> bytes are queued.</exception>
    public void Send(ReadOnlySpan<byte> data)
    {
        if (MaySend())
        {
            try
            {
                Watch(_sender!.Send(Opcode.Binary, data, SendCompletion.Queued));
                NetWebSocketMetrics.MessageSent(_options.ClientName, isText: false, data.Length);
                return;
            }
            catch (SendException) when (_sender!.TakesNoMore)
            {
                // It has begun to close in this very moment.
            }
        }

        Interlocked.Add(ref _discardedAmount, data.Length);
    }

    /// <inheritdoc cref="Send(ReadOnlySpan{byte})"/>
    public void Send(byte[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Send(data.AsSpan());
    }

    /// <inheritdoc cref="Send(ReadOnlySpan{byte})"/>
    public void Send(ReadOnlyMemory<byte> data) => Send(data.Span);

    /// <summary>
    /// Queues the rest of a stream as one binary message and returns; it is read as it is sent, and sends after it wait for its end. If reading fails, the connection fails:
    /// a message that has begun cannot be taken back.
    /// </summary>
    /// <param name="data">The stream; not disposed. Leave it alone until it has been read to its end.</param>
    /// <exception cref="InvalidOperationException">InvalidStateError: still connecting.</exception>
    public void Send(Stream data)
    {
        ArgumentNullException.ThrowIfNull(data);
        long length = data.CanSeek ? data.Length - data.Position : 0;
        if (MaySend())
        {
            try
            {
                Watch(_sender!.SendStream(data, SendCompletion.Queued));
                NetWebSocketMetrics.MessageSent(_options.ClientName, isText: false, length);
                return;
            }
            catch (SendException) when (_sender!.TakesNoMore)
            {
                // It has begun to close in this very moment.
            }
        }

        Interlocked.Add(ref _discardedAmount, length);
    }

    /// <summary>
    /// Sends a text message: done when it is queued and no more than <see cref="NetWebSocketOptions.SendHighWaterMark"/> bytes wait, so that awaiting it paces the sender.
    /// </summary>
    /// <param name="data">The text; lone surrogates become U+FFFD.</param>
    /// <param name="cancellationToken">Ends the wait; the message stays queued and the connection is not touched.</param>
    /// <returns>A task that is done when the next message may be sent.</returns>
    /// <exception cref="InvalidOperationException">InvalidStateError: still connecting; await <see cref="Opened"/> first.</exception>
    /// <exception cref="SendException">The socket is closed, or failed before the message was written.</exception>
    public ValueTask SendAsync(string data, CancellationToken cancellationToken = default) => SendAsync(data, SendFlags.None, cancellationToken);

    /// <inheritdoc cref="SendAsync(string, CancellationToken)"/>
    /// <param name="data">The text; lone surrogates become U+FFFD.</param>
    /// <param name="flags">How to send it.</param>
    /// <param name="cancellationToken">Ends the wait; the message stays queued and the connection is not touched.</param>
    public ValueTask SendAsync(string data, SendFlags flags, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ThrowIfCannotSend();
        ValueTask sent = _sender!.SendText(data, SendCompletion.BelowHighWaterMark, flags);
        NetWebSocketMetrics.MessageSent(_options.ClientName, isText: true, data.Length);
        return WithToken(sent, cancellationToken);
    }

    /// <summary>
    /// Sends a message: done when it is queued and no more than <see cref="NetWebSocketOptions.SendHighWaterMark"/> bytes wait, so that awaiting it paces the sender. One of more
    /// than 128 KiB is not copied; it is done when all of it has been handed to the network.
    /// </summary>
    /// <param name="data">The message; leave it alone until the task is done. UTF-8 when <paramref name="kind"/> is text (not checked).</param>
    /// <param name="kind">Text or binary.</param>
    /// <param name="cancellationToken">Ends the wait; the message stays queued and the connection is not touched. A large message that is not copied is waited for all the same.</param>
    /// <returns>A task that is done when the next message may be sent.</returns>
    /// <exception cref="InvalidOperationException">InvalidStateError: still connecting; await <see cref="Opened"/> first.</exception>
    /// <exception cref="SendException">The socket is closed, or failed before the message was written.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> data, MessageKind kind = MessageKind.Binary, CancellationToken cancellationToken = default) =>
        SendAsync(data, kind, SendFlags.None, cancellationToken);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, MessageKind, CancellationToken)"/>
    /// <param name="data">The message; leave it alone until the task is done. UTF-8 when <paramref name="kind"/> is text (not checked).</param>
    /// <param name="kind">Text or binary.</param>
    /// <param name="flags">How to send it.</param>
    /// <param name="cancellationToken">Ends the wait; the message stays queued and the connection is not touched. A large message that is not copied is waited for all the same.</param>
    public ValueTask SendAsync(ReadOnlyMemory<byte> data, MessageKind kind, SendFlags flags, CancellationToken cancellationToken = default)
    {
        ThrowIfCannotSend();
        ValueTask sent = _sender!.SendBorrowed((Opcode)kind, data, SendCompletion.BelowHighWaterMark, flags);
        NetWebSocketMetrics.MessageSent(_options.ClientName, kind == MessageKind.Text, data.Length);
        return data.Length > SendQueue.LargeThreshold ? sent : WithToken(sent, cancellationToken);
    }

    /// <summary>Sends the rest of a stream as one binary message, in fragments: done when all of it has been handed to the network.</summary>
    /// <param name="data">The stream; not disposed.</param>
    /// <param name="flags">How to send it.</param>
    /// <returns>A task that is done when the stream has been read and sent.</returns>
    /// <exception cref="InvalidOperationException">InvalidStateError: still connecting; await <see cref="Opened"/> first.</exception>
    /// <exception cref="SendException">The socket is closed or failed; also when the stream failed to read, which fails the connection.</exception>
    public ValueTask SendAsync(Stream data, SendFlags flags = SendFlags.None)
    {
        ArgumentNullException.ThrowIfNull(data);
        ThrowIfCannotSend();
        NetWebSocketMetrics.MessageSent(_options.ClientName, isText: false, data.CanSeek ? data.Length - data.Position : 0);
        return _sender!.SendStream(data, SendCompletion.Written, flags);
    }

    /// <summary>
    /// Writes one message whole. Completes, often at once, when the operating system has all of it. The payload is copied before it returns. Messages of
    /// concurrent callers are gathered into one write. Whoever awaits it goes on on the thread that wrote, and must be quick.
    /// </summary>
    /// <exception cref="SendException">NotSent: no byte of it left. Unknown: the connection failed while it was being written.</exception>
    internal ValueTask SendWrittenAsync(MessageKind kind, ReadOnlySpan<byte> payload)
    {
        if (ReadyState != ReadyState.Open)
            return ValueTask.FromException(new SendException(SendOutcome.NotSent, "The socket is not open."));
        try
        {
            ValueTask sent = _sender!.Send((Opcode)kind, payload, SendCompletion.WrittenInline);
            NetWebSocketMetrics.MessageSent(_options.ClientName, kind == MessageKind.Text, payload.Length);
            return sent;
        }
        catch (SendException exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    /// <summary>Sends a ping of at most 125 bytes, ahead of data that waits. Done when it is queued.</summary>
    internal ValueTask PingAsync(ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, 125);
        if (ReadyState == ReadyState.Open)
            _sender!.SendControl(Opcode.Ping, payload);
        return default;
    }

    private bool MaySend()
    {
        ReadyState state = ReadyState;
        if (state == ReadyState.Connecting)
            throw StillConnecting();
        return state == ReadyState.Open && !_sender!.TakesNoMore;
    }

    private void ThrowIfCannotSend()
    {
        ReadyState state = ReadyState;
        if (state == ReadyState.Connecting)
            throw StillConnecting();
        if (state != ReadyState.Open)
            throw new SendException(SendOutcome.NotSent, "The socket is closing or closed; nothing was sent.", _failure);
    }

    private static InvalidOperationException StillConnecting() =>
        new("The socket is still connecting. Await Opened, or send in OnOpen.");

    // Queued sends are complete when they return; only what a failed queue says is left to be heard, and Closed tells that.
    private static void Watch(ValueTask queued) => queued.GetAwaiter().GetResult();

    private static ValueTask WithToken(ValueTask sent, CancellationToken cancellationToken) =>
        sent.IsCompleted || !cancellationToken.CanBeCanceled ? sent : new ValueTask(sent.AsTask().WaitAsync(cancellationToken));
}
