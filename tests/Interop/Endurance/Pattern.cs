namespace NetWebSockets.InteropTests.Endurance;

/// <summary>A running pattern of bytes, in which a byte that is lost, doubled or out of its place shows. Its period is a prime, so that it meets no buffer's size.</summary>
internal static class Pattern
{
    private const int Period = 251;
    private const int Longest = 1 << 20;

    private static readonly byte[] Bytes = [.. Enumerable.Range(0, Longest + Period).Select(i => (byte)(i % Period))];

    /// <summary>The bytes at an offset, at most 1 MiB of them.</summary>
    public static ReadOnlyMemory<byte> At(long offset, int length) => Bytes.AsMemory((int)(offset % Period), Math.Min(length, Longest));

    /// <summary>Whether bytes are those at an offset.</summary>
    public static bool IsAt(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> expected = At(offset, bytes.Length).Span;
            if (!bytes.StartsWith(expected))
                return false;
            bytes = bytes[expected.Length..];
            offset += expected.Length;
        }

        return true;
    }
}
