namespace NetWebSockets.Messaging;

/// <summary>
/// A call whose replies are the items of a stream. Until the first of them it is as any other call: its time-out runs, and it has its turn. From then on only its
/// end, its reader or a drop ends it.
/// </summary>
/// <typeparam name="TReply">The type of the items.</typeparam>
internal sealed class StreamedCall<TReply> : PendingCall
{
    private readonly StreamSet<TReply> _streams;
    private readonly Action<PendingCall>? _cancel;
    private int _givenUp;

    /// <summary>Creates the call and its stream.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    /// <param name="timeout">How long to wait for the first reply.</param>
    /// <param name="scope">The scope; null for none.</param>
    /// <param name="client">The name of the client, for metrics.</param>
    /// <param name="gate">What holds the pump.</param>
    /// <param name="options">How the stream buffers.</param>
    /// <param name="format">How an item is read.</param>
    /// <param name="cancel">Tells the peer that nobody reads any more; null when the contract has no words for it.</param>
    public StreamedCall(
        string method, TimeSpan timeout, string? scope, string client, PumpGate gate, MessageStreamOptions options, PayloadFormat<TReply> format, Action<PendingCall>? cancel)
        : base(method, timeout)
    {
        Scope = scope;
        _cancel = cancel;
        _streams = new StreamSet<TReply>(method, client, gate, format) { ReaderCalls = true, Removed = OnDisposed };
        Stream = _streams.Open(options);
    }

    /// <summary>What the caller reads.</summary>
    public BufferedMessageStream<TReply> Stream { get; }

    /// <inheritdoc/>
    public override bool IsStreamed => true;

    /// <inheritdoc/>
    public override string? Scope { get; }

    /// <inheritdoc/>
    public override ValueTask DeliverAsync(ReadOnlySpan<byte> json, out Exception? error) => _streams.DeliverAsync(json, out error);

    /// <inheritdoc/>
    public override Exception? Succeed(ReadOnlySpan<byte> json)
    {
        _streams.End(null);
        return null;
    }

    /// <inheritdoc/>
    public override void Fail(Exception error) => _streams.End(error);

    /// <inheritdoc/>
    public override void Cancel(CancellationToken token) => _streams.End(null);

    /// <inheritdoc/>
    public override void GiveUp()
    {
        if (_cancel is { } cancel && Interlocked.Exchange(ref _givenUp, 1) == 0)
            cancel(this);
    }

    private void OnDisposed() => Table?.Forget(this);
}
