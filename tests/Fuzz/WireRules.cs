namespace NetWebSockets.Fuzz;

/// <summary>With which options bytes are read.</summary>
internal sealed record WireRules
{
    /// <summary>See the constructor of <c>FrameReader</c>.</summary>
    public int WholeLimit { get; init; } = 64 * 1024;

    public long MaxMessageSize { get; init; } = 1 << 24;

    public long MaxFrameSize { get; init; } = long.MaxValue;

    public bool CompressionAllowed { get; init; }

    /// <summary>Whether the message of a number, counted from 0, is handed out as it comes when it is binary.</summary>
    public Func<int, bool> IsStreamed { get; init; } = _ => false;
}
