using System.IO.Compression;

namespace NetWebSockets.Benchmarks.Server;

/// <summary>Sends messages that were made ahead, as fast as they are taken.</summary>
internal static class Floods
{
    private const int BatchLength = 256 * 1024;

    // The messages of one repetition, each compressed with those before it in the window.
    private static readonly Lazy<byte[][]> DeflatedFrames = new(() => Deflate(Payloads.JsonDocuments));

    public static void Messages(Stream stream, int size, int count) => Repeat(stream, Frames.OfServer(size), count);

    public static void Ticks(Stream stream, int count) => Repeat(stream, Frames.OfServer(Payloads.Tick, Frames.Text), count);

    public static void Deflated(Stream stream, int count)
    {
        byte[][] frames = DeflatedFrames.Value;
        byte[] whole = [.. frames.SelectMany(frame => frame)];
        AwaitGo(stream);
        for (; count >= frames.Length; count -= frames.Length)
            stream.Write(whole);
        stream.Write(whole.AsSpan(0, frames.Take(count).Sum(frame => frame.Length)));
    }

    /// <summary>Bytes on the wire of so many compressed messages.</summary>
    public static long DeflatedLength(int count)
    {
        byte[][] frames = DeflatedFrames.Value;
        return ((long)(count / frames.Length) * frames.Sum(frame => (long)frame.Length)) + frames.Take(count % frames.Length).Sum(frame => (long)frame.Length);
    }

    private static void Repeat(Stream stream, byte[] frame, int count)
    {
        int perBatch = Math.Max(1, BatchLength / frame.Length);
        byte[] batch = new byte[frame.Length * perBatch];
        for (int i = 0; i < perBatch; i++)
            frame.CopyTo(batch, i * frame.Length);
        AwaitGo(stream);
        for (long left = count; left > 0; left -= perBatch)
            stream.Write(batch.AsSpan(0, (int)Math.Min(left, perBatch) * frame.Length));
    }

    // The client takes the time from its first byte on; without it, what fits into the buffers of sockets would be sent before.
    private static void AwaitGo(Stream stream)
    {
        if (stream.Read(new byte[4096]) == 0)
            throw new IOException("The client left.");
    }

    /// <summary>
    /// With context takeover: one compressor for all messages, flushed after each (RFC 7692, section 7.2.1). It is a fresh one, so the first message refers to
    /// nothing before it, and the whole may follow itself: what a receiver has in its window by then is not asked for.
    /// </summary>
    private static byte[][] Deflate(byte[][] documents)
    {
        using var compressed = new MemoryStream();
        using var deflate = new DeflateStream(compressed, CompressionLevel.Optimal);
        byte[][] frames = new byte[documents.Length][];
        for (int i = 0; i < documents.Length; i++)
        {
            compressed.SetLength(0);
            deflate.Write(documents[i]);
            deflate.Flush();
            ReadOnlySpan<byte> block = compressed.ToArray();
            if (!block.EndsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0xFF, 0xFF]))
                throw new InvalidOperationException("A flush must end in an empty block.");
            frames[i] = Frames.OfServer(block[..^4], Frames.CompressedText);
        }

        return frames;
    }
}
