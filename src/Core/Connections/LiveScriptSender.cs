namespace NetWebSockets.Connections;

/// <summary>Sends of hooks on the socket of their attempt, past the queue.</summary>
internal sealed class LiveScriptSender(NetWebSocket socket, OutboundFramer? framer) : ScriptSender
{
    public override ValueTask SendAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromException(new SendCanceledException(SendOutcome.NotSent, cancellationToken));
        ValueTask write = framer is not null && kind == MessageKind.Text
            ? framer.Send(payload.Span, socket, static (kind, framed, socket) => socket.SendWrittenAsync(kind, framed.Span))
            : socket.SendWrittenAsync(kind, payload.Span);
        return write.IsCompleted || !cancellationToken.CanBeCanceled ? write : AwaitAsync(write, cancellationToken);
    }

    // The token ends the wait; the write goes on.
    private static async ValueTask AwaitAsync(ValueTask write, CancellationToken cancellationToken)
    {
        Task task = write.AsTask();
        try
        {
            await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Abandoned.Observe(task);
            throw new SendCanceledException(SendOutcome.Unknown, cancellationToken);
        }
    }
}
