namespace NetWebSockets.Messaging;

/// <summary>A message that a script may still ask for.</summary>
/// <param name="Route">The number of its route.</param>
/// <param name="Json">The record.</param>
internal readonly record struct ScriptMessage(int Route, byte[] Json);

/// <summary>
/// The messages of one socket that its script may still ask for, oldest first. It is bounded: what comes beyond is not kept, and a script that then asks for such a message is told, for it would wait in vain.
/// </summary>
internal sealed class ScriptInbox
{
    /// <summary>How many messages are kept.</summary>
    public const int MostMessages = 1024;

    /// <summary>How many bytes of messages are kept.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly LinkedList<ScriptMessage> _kept = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly HashSet<int> _lost = [];
    private int _bytes;
    private bool _closed;
    private ResumeState? _before;
    private volatile bool _isToldNext;

    /// <summary>A message is about to say what the next session is: what there was to resume before stays the script's. Called by the pump only.</summary>
    /// <param name="resume">Where it is kept.</param>
    public void KeepBefore(ResumeKeeper resume)
    {
        if (_isToldNext)
            return;
        _before = resume.Current;
        _isToldNext = true;
    }

    /// <summary>What there is to resume for the script. Until a message on its socket has said what the next session is, a socket that is to be replaced may go on saying it.</summary>
    /// <param name="resume">Where it is kept.</param>
    public ResumeState? Resume(ResumeKeeper resume)
    {
        // In this order: what is read after the message may be of the next session.
        ResumeState? current = resume.Current;
        return _isToldNext ? _before : current;
    }

    /// <summary>A message has come. Called by the pump only.</summary>
    /// <param name="route">The number of its route.</param>
    /// <param name="json">The record; copied.</param>
    public void Add(int route, ReadOnlySpan<byte> json)
    {
        lock (_lock)
        {
            if (_closed)
                return;
            for (LinkedListNode<Waiter>? node = _waiters.First; node is not null; node = node.Next)
            {
                if (!node.Value.Routes.Contains(route))
                    continue;
                _waiters.Remove(node);

                // The script goes on elsewhere.
                if (node.Value.TrySetResult(new ScriptMessage(route, json.ToArray())))
                    return;
                break;
            }

            if (_kept.Count >= MostMessages || _bytes + json.Length > MostBytes)
            {
                _lost.Add(route);
                return;
            }

            _kept.AddLast(new ScriptMessage(route, json.ToArray()));
            _bytes += json.Length;
        }
    }

    /// <summary>Takes the first message of some routes, or waits for it. What has come is taken whatever the token says: it may be why the socket closed.</summary>
    /// <exception cref="InvalidOperationException">One has come, and there was no room to keep it.</exception>
    public async Task<ScriptMessage> TakeAsync(int[] routes, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(routes);
        lock (_lock)
        {
            for (LinkedListNode<ScriptMessage>? node = _kept.First; node is not null; node = node.Next)
            {
                if (!routes.Contains(node.Value.Route))
                    continue;
                _kept.Remove(node);
                _bytes -= node.Value.Json.Length;
                return node.Value;
            }

            if (_lost.Overlaps(routes))
            {
                throw new InvalidOperationException(
                    $"The message came, but so many others had come before it that it could not be kept ({MostMessages} messages, {MostBytes} bytes): ask for it earlier in the script.");
            }

            if (_closed)
                throw Ended();
            _waiters.AddLast(waiter);
        }

        await using (cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter).ConfigureAwait(false))
        {
            try
            {
                return await waiter.Task.ConfigureAwait(false);
            }
            finally
            {
                lock (_lock)
                    _waiters.Remove(waiter);
            }
        }
    }

    /// <summary>The script has ended: nothing is kept any more, and whatever still waits is told.</summary>
    public void Close()
    {
        Waiter[] rest;
        lock (_lock)
        {
            _closed = true;
            rest = [.. _waiters];
            _waiters.Clear();
            _kept.Clear();
            _bytes = 0;
        }

        foreach (Waiter waiter in rest)
            waiter.TrySetException(Ended());
    }

    private static InvalidOperationException Ended() => new("The script has ended: wait for messages while it runs, or read a stream.");

    private sealed class Waiter(int[] routes) : TaskCompletionSource<ScriptMessage>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int[] Routes { get; } = routes;
    }
}
