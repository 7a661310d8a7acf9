namespace NetWebSockets.Sessions;

/// <summary>What one socket sends through an emulated network. A write is done when all of it has passed and the transport has it.</summary>
/// <param name="inner">The transport.</param>
/// <param name="emulator">The emulated network.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and a wait may be about to take its token.")]
internal sealed class EmulatedUpload(Stream inner, NetworkEmulator emulator)
{
    // A write that is made by what waited for the former one goes on where that ended: timers that fire late cost no throughput.
    [ThreadStatic]
    private static EmulatedUpload? Completing;

    private readonly CancellationTokenSource _ending = new();
    private long _passed;

    /// <summary>The stream is disposed: writes that wait fail.</summary>
    public void End() => _ = _ending.CancelAsync();

    /// <summary>Writes.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="cancellationToken">Ends the write, which may then be half done.</param>
    /// <returns>Done when they have passed.</returns>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        long from = Completing == this ? _passed : emulator.Now;
        // Its continuation runs where it is completed.
        var done = new TaskCompletionSource();
        _ = CompleteAsync(done, buffer, from, cancellationToken);
        return new ValueTask(done.Task);
    }

    private async Task CompleteAsync(TaskCompletionSource done, ReadOnlyMemory<byte> buffer, long from, CancellationToken cancellationToken)
    {
        try
        {
            await PassAsync(buffer, from, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            done.SetException(new ObjectDisposedException(nameof(EmulatedStream)));
            return;
        }
        catch (Exception failure)
        {
            // To whoever awaits the write.
            done.SetException(failure);
            return;
        }

        EmulatedUpload? outer = Completing;
        Completing = this;
        try
        {
            done.SetResult();
        }
        finally
        {
            Completing = outer;
        }
    }

    private async ValueTask PassAsync(ReadOnlyMemory<byte> buffer, long from, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, cancellationToken);
        _passed = from;
        while (!buffer.IsEmpty && emulator.Current is { Upload: { } line } conditions)
        {
            ReadOnlyMemory<byte> piece = buffer[..Math.Min(buffer.Length, line.PieceLength)];
            long passed = line.Take(piece.Length, _passed);
            while (emulator.Now < passed && emulator.Current == conditions)
                await emulator.WaitAsync(passed, conditions, either.Token).ConfigureAwait(false);
            if (emulator.Now < passed)
            {
                // On what replaced this line.
                _passed = emulator.Now;
                continue;
            }

            ValueTask write = inner.WriteAsync(piece, either.Token);
            bool waits = !write.IsCompleted;
            await write.ConfigureAwait(false);
            // While the peer makes it wait, the line is free.
            _passed = waits ? Math.Max(passed, emulator.Now) : passed;
            buffer = buffer[piece.Length..];
        }

        if (buffer.IsEmpty)
            return;
        await inner.WriteAsync(buffer, either.Token).ConfigureAwait(false);
        _passed = emulator.Now;
    }
}
