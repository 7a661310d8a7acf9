namespace NetWebSockets.Connections;

/// <summary>Sends of hooks on one socket, past the queue.</summary>
internal sealed class LiveScriptSender(LiveSocket live, OutboundPacer? pacer, OutboundFramer? framer) : ScriptSender
{
    public override long Number => live.Lease.Number;

    public override int Attempt => live.Attempt;

    public override long LastSignOfLife => live.LastSignOfLife;

    public override long LastSent => live.Lease.LastSent;

    public override bool IsHeldUp => live.IsHeldUp;

    public override ValueTask PingAsync() => live.Socket.PingAsync(default);

    public override void Drop(Exception cause) => live.GiveUp(cause);

    public override ValueTask SendAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        framer is not null && kind == MessageKind.Text
            ? framer.Send(payload.Span, (this, cancellationToken), static (kind, framed, s) => s.Item1.SendRawAsync(kind, framed, s.cancellationToken))
            : SendRawAsync(kind, payload, cancellationToken);

    public override ValueTask SendRawAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromException(new SendCanceledException(SendOutcome.NotSent, cancellationToken));
        if (pacer?.Refusal(payload.Length) is { } refusal)
            return ValueTask.FromException(refusal);
        if (pacer is { Paces: true })
            return SendPacedAsync(pacer, kind, payload.ToArray(), cancellationToken);
        live.NoteSend();
        ValueTask write = live.Socket.SendWrittenAsync(kind, payload.Span);
        return write.IsCompleted || !cancellationToken.CanBeCanceled ? write : AwaitAsync(write.AsTask(), cancellationToken);
    }

    private async ValueTask SendPacedAsync(OutboundPacer pacer, MessageKind kind, byte[] payload, CancellationToken cancellationToken)
    {
        using (CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, live.GoneToken))
        {
            try
            {
                await pacer.TakeAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw cancellationToken.IsCancellationRequested
                    ? new SendCanceledException(SendOutcome.NotSent, cancellationToken)
                    : new SendException(SendOutcome.NotSent, "The socket was dropped while the message waited for its turn.");
            }
        }

        live.NoteSend();
        await AwaitAsync(WriteAsync(pacer, kind, payload), cancellationToken).ConfigureAwait(false);
    }

    // The turn ends with the write, whoever waits for it.
    private async Task WriteAsync(OutboundPacer pacer, MessageKind kind, byte[] payload)
    {
        bool left = true;
        try
        {
            await live.Socket.SendWrittenAsync(kind, payload).ConfigureAwait(false);
        }
        catch (SendException e) when (e.Outcome == SendOutcome.NotSent)
        {
            left = false;
            throw;
        }
        finally
        {
            pacer.Written(left);
        }
    }

    // The token ends the wait; the write goes on.
    private static async ValueTask AwaitAsync(Task write, CancellationToken cancellationToken)
    {
        try
        {
            await write.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Abandoned.Observe(write);
            throw new SendCanceledException(SendOutcome.Unknown, cancellationToken);
        }
    }
}
