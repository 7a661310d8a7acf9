using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace NetWebSockets.Sessions;

/// <summary>
/// A read that began when nothing was emulated and did not complete at once: it looks again when it does. One of a stream, used again and again, so
/// that nothing is allocated for it.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and a wait may be about to take its token.")]
internal sealed class HeldRead : IValueTaskSource<int>
{
    private readonly NetworkEmulator _emulator;
    private readonly Action _onCompleted;
    private ManualResetValueTaskSourceCore<int> _result;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _read;
    private CancellationToken _cancellationToken;
    private CancellationTokenSource? _holding;
    private volatile bool _isEnded;

    /// <summary>Creates it.</summary>
    /// <param name="emulator">The emulated network.</param>
    public HeldRead(NetworkEmulator emulator)
    {
        _emulator = emulator;
        _onCompleted = OnCompleted;
    }

    /// <summary>Takes a read. The one before it has been awaited.</summary>
    /// <param name="read">The read.</param>
    /// <param name="cancellationToken">Ends what is added to it.</param>
    /// <returns>The read, with what is added to it.</returns>
    public ValueTask<int> Await(ValueTask<int> read, CancellationToken cancellationToken)
    {
        _result.Reset();
        var task = new ValueTask<int>(this, _result.Version);
        _cancellationToken = cancellationToken;
        _read = read.ConfigureAwait(false).GetAwaiter();
        _read.UnsafeOnCompleted(_onCompleted);
        return task;
    }

    /// <summary>The stream is disposed: nothing is held back any longer.</summary>
    public void End()
    {
        _isEnded = true;
        _ = Volatile.Read(ref _holding)?.CancelAsync();
    }

    /// <inheritdoc/>
    int IValueTaskSource<int>.GetResult(short token) => _result.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _result.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);

    private void OnCompleted()
    {
        int count;
        try
        {
            count = _read.GetResult();
        }
        catch (Exception failure)
        {
            // To whoever awaits the read.
            _read = default;
            _result.SetException(failure);
            return;
        }

        _read = default;
        if (_emulator.Current is null)
            _result.SetResult(count);
        else
            _ = HoldAsync(count);
    }

    private async Task HoldAsync(int count)
    {
        try
        {
            var holding = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken);
            Volatile.Write(ref _holding, holding);
            if (_isEnded)
                await holding.CancelAsync().ConfigureAwait(false);
            long passed = await _emulator.DownloadAsync(count, _emulator.Now, holding.Token).ConfigureAwait(false);
            await _emulator.DelayAsync(passed, holding.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException failure)
        {
            _result.SetException(_isEnded ? new ObjectDisposedException(nameof(EmulatedStream)) : failure);
            return;
        }

        _result.SetResult(count);
    }
}
