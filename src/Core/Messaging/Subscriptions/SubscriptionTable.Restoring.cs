using NetWebSockets.Connections;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>Makes all subscriptions on a new socket, before anything else of the user's goes out.</summary>
internal sealed partial class SubscriptionTable
{
    private long _drops;
    private long _epoch;
    private TaskCompletionSource? _changed;
    private Exception? _restoreFailure;

    /// <summary>
    /// Makes all that is wanted, in the order in which it was first asked for, and waits until it is acknowledged where the contract has a reply. One that the peer refuses ends with
    /// its error and the others go on. What is opened or given up meanwhile is told to the peer as well; nothing waits for its replies.
    /// </summary>
    /// <param name="sender">The socket.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Done when the connection may be ready.</returns>
    /// <exception cref="SendException">The socket is gone.</exception>
    /// <exception cref="CallTimeoutException">The peer did not reply to what it had acknowledged before.</exception>
    public ValueTask RestoreAsync(ScriptSender sender, CancellationToken cancellationToken)
    {
        Subscription[] wanted;
        long socket;
        long epoch;
        SubscriptionMessage? unsent = null;
        lock (_lock)
        {
            // Nothing that was said on another socket counts on this one.
            if (_mode != SubscriptionMode.Down)
            {
                RememberReplaced();
                unsent = Forget();
            }

            _mode = SubscriptionMode.Restoring;
            _restoreFailure = null;
            socket = _replaced is null ? _drops : _drops + 1;
            epoch = _epoch;
            wanted = [.. _subscriptions.Values.Where(s => s.IsWanted).OrderBy(s => s.Order)];
            foreach (Subscription subscription in wanted)
                Enqueue(subscription);
            if (wanted.Length == 0)
                _mode = ModeWhenRestored;
        }

        unsent?.Withdraw(_calls);
        return wanted.Length == 0 ? default : RestoreAsync(sender, wanted, socket, epoch, cancellationToken);
    }

    private async ValueTask RestoreAsync(ScriptSender sender, Subscription[] wanted, long socket, long epoch, CancellationToken cancellationToken)
    {
        int done = 0;

        // Nothing else is in flight on this socket yet, so that these have all the turns to themselves.
        List<SubscriptionMessage> inFlight = [];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SubscriptionMessage? message;
            Task? changed = null;
            bool turn = false;
            lock (_lock)
            {
                if (_mode != SubscriptionMode.Restoring || epoch != _epoch)
                    throw new SendException(SendOutcome.NotSent, "The socket closed while subscriptions were being restored.");
                if (_restoreFailure is { } failure)
                    throw failure;
                inFlight.RemoveAll(static m => m.IsOver);
                message = inFlight.Count < _maxInFlight ? Take() : null;
                if (message is { Call: not null } && _maxInFlight != int.MaxValue)
                    inFlight.Add(message);
                if (message is null)
                {
                    while (done < wanted.Length && IsRestored(wanted[done]))
                        done++;
                    if (done < wanted.Length || inFlight.Count > 0)
                    {
                        changed = (_changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                    }
                    else
                    {
                        _mode = ModeWhenRestored;
                        turn = MustTurn();
                    }
                }
            }

            if (message is not null)
            {
                await SendPastQueueAsync(sender, message, socket, cancellationToken).ConfigureAwait(false);
            }
            else if (changed is not null)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                if (turn)
                    Turn();
                Log.Restored(_logger, _name, wanted.Length);
                return;
            }
        }
    }

    private async ValueTask SendPastQueueAsync(ScriptSender sender, SubscriptionMessage message, long socket, CancellationToken cancellationToken)
    {
        if (!TryEncode(message, out byte[]? payload) || (message.Call is { } call && !TryAdd(message, call)))
            return;
        try
        {
            await sender.SendAsync(MessageKind.Text, payload, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            message.OnSendFailed(e);
            if (e is SendException or OperationCanceledException)
                throw;
            return; // Refused for what it is: the others go on.
        }

        message.OnSent(socket);
    }

    private static bool IsRestored(Subscription subscription) =>
        subscription.IsEnded || !subscription.IsWanted || subscription.Phase is SubscriptionPhase.Subscribed or SubscriptionPhase.Unsubscribing;
}
