namespace NetWebSockets.Sessions;

/// <summary>One direction of an emulated network: bytes pass one after the other, those of all sockets in the order in which they ask. Unused time is not saved up.</summary>
/// <param name="bytesPerSecond">How many pass in a second.</param>
/// <param name="ticksPerSecond">The unit of the clock.</param>
internal sealed class ThrottledLine(long bytesPerSecond, long ticksPerSecond)
{
    // A piece takes 10 ms, so that sockets take turns; a fast line's is as large as what the codec reads and writes.
    private const int PiecesPerSecond = 100;
    private const int MaxPieceLength = 64 * 1024;

    private readonly Lock _lock = new();
    private long _start;
    private Int128 _bytes;

    /// <summary>How many bytes to let pass at once.</summary>
    public int PieceLength { get; } = (int)Math.Clamp(bytesPerSecond / PiecesPerSecond, 1, MaxPieceLength);

    /// <summary>How many bytes pass within a time.</summary>
    /// <param name="ticks">The time.</param>
    /// <returns>The bytes; no more than <see cref="int.MaxValue"/>.</returns>
    public int BytesWithin(long ticks) => (int)Int128.Min((Int128)ticks * bytesPerSecond / ticksPerSecond, int.MaxValue);

    /// <summary>Takes the line for bytes, behind those that have it.</summary>
    /// <param name="count">How many.</param>
    /// <param name="from">When they are there.</param>
    /// <returns>When the last of them has passed.</returns>
    public long Take(int count, long from)
    {
        lock (_lock)
        {
            // Counted from when the line was last free: sums of rounded times would drift.
            if (from >= End)
            {
                _start = from;
                _bytes = 0;
            }

            _bytes += count;
            return End;
        }
    }

    private long End => _start + (long)(((_bytes * ticksPerSecond) + bytesPerSecond - 1) / bytesPerSecond);
}
