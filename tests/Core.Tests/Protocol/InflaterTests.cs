using System.IO.Compression;
using NetWebSockets.Protocol;
using Xunit;

namespace NetWebSockets.Tests.Protocol;

/// <summary>The inflater beside the platform's: the same output for whatever a compressor writes, and the same verdict on what none does.</summary>
public sealed class InflaterTests
{
    public static TheoryData<ZLibCompressionStrategy, int> Compressors()
    {
        TheoryData<ZLibCompressionStrategy, int> compressors = [];
        foreach (ZLibCompressionStrategy strategy in Enum.GetValues<ZLibCompressionStrategy>())
        {
            foreach (int level in (int[])[0, 1, 4, 9])
                compressors.Add(strategy, level);
        }

        return compressors;
    }

    [Theory]
    [MemberData(nameof(Compressors))]
    public void Whatever_a_compressor_writes_comes_out_the_same_however_it_is_cut(ZLibCompressionStrategy strategy, int level)
    {
        var random = new Random(level);
        foreach (byte[] plain in Inputs(random))
        {
            byte[] compressed = Compress(plain, strategy, level);
            Assert.Equal(plain, Inflate(compressed, [compressed.Length], 100_000));
            for (int i = 0; i < 3; i++)
                Assert.Equal(plain, Inflate(compressed, Cuts(compressed.Length, random), random.Next(1, 70_000)));
            if (compressed.Length < 5_000)
                Assert.Equal(plain, Inflate(compressed, Enumerable.Repeat(1, compressed.Length), 7));
        }
    }

    [Fact]
    public void Damaged_input_is_judged_as_the_platform_judges_it()
    {
        var random = new Random(20);
        byte[][] corpus = [.. Inputs(random).Where(p => p.Length is > 0 and < 5_000).SelectMany(p => new[] { Compress(p, ZLibCompressionStrategy.Default, 9), Compress(p, ZLibCompressionStrategy.Fixed, 6) })];
        int refused = 0;
        int compared = 0;
        for (int i = 0; i < 4_000; i++)
        {
            byte[] damaged = [.. corpus[random.Next(corpus.Length)]];
            for (int times = random.Next(1, 4); times > 0; times--)
                damaged[random.Next(Math.Min(damaged.Length, times == 1 ? 40 : damaged.Length))] ^= (byte)(1 << random.Next(8));
            // Empty blocks behind it, so that what is wrong shows with both: the platform sees some of it only later.
            damaged = [.. damaged, .. Enumerable.Repeat<byte[]>([0x00, 0x00, 0x00, 0xFF, 0xFF], 20).SelectMany(b => b)];
            byte[]? expected = Platform(damaged);
            byte[]? actual;
            Inflater inflater = new();
            try
            {
                actual = Inflate(inflater, damaged, Cuts(damaged.Length, random), random.Next(1, 5_000));
            }
            catch (InvalidDataException)
            {
                actual = null;
                refused++;
            }

            // At a block that is damaged into a final one the platform ends, and this goes on.
            if (inflater.HasEndedFinalBlock)
                continue;
            compared++;
            Assert.True(expected is null ? actual is null : actual is not null && expected.AsSpan().SequenceEqual(actual), $"case {i}: {Convert.ToHexString(damaged)}");
        }

        Assert.InRange(refused, 100, 3_900);
        Assert.True(compared > 2_000);
    }

    [Fact]
    public void After_a_final_block_a_new_stream_begins_at_the_next_byte_and_refers_to_nothing_before_it()
    {
        byte[] first = Finish("some text"u8.ToArray());
        byte[] second = Finish("and more text"u8.ToArray());
        Assert.Equal("some textand more text"u8.ToArray(), Inflate([.. first, .. second], [first.Length + second.Length], 1000));

        // "Hello" again by reference only (RFC 7692, section 7.2.3.2): right after what it refers to, and wrong after a final block.
        byte[] again = [0xf2, 0x00, 0x11, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff];
        byte[] hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00, 0x00, 0xff, 0xff];
        Assert.Equal("HelloHello"u8.ToArray(), Inflate([.. hello, .. again], [hello.Length, again.Length], 1000));
        Assert.Throws<InvalidDataException>(() => Inflate([.. Finish("Hello"u8.ToArray()), .. again], [20], 1000));
    }

    private static byte[] Inflate(byte[] compressed, IEnumerable<int> cuts, int room) =>
        Inflate(new Inflater(), compressed, cuts, room);

    private static byte[] Inflate(Inflater inflater, byte[] compressed, IEnumerable<int> cuts, int room)
    {
        try
        {
            List<byte> plain = [];
            byte[] destination = new byte[room];
            int offset = 0;
            foreach (int cut in cuts)
            {
                // From an array of its own: nothing behind a piece may be looked at.
                int count = Math.Min(cut, compressed.Length - offset);
                inflater.SetInput(compressed[offset..(offset + count)], 0, count);
                for (int n = inflater.Read(destination); n > 0; n = inflater.Read(destination))
                {
                    plain.AddRange(destination.AsSpan(0, n));
                    if (plain.Count > 10_000_000)
                        throw new InvalidOperationException("It does not end.");
                }

                offset += count;
            }

            return [.. plain];
        }
        finally
        {
            inflater.Release();
        }
    }

    private static byte[]? Platform(byte[] compressed)
    {
        using DeflateStream platform = new(new MemoryStream(compressed), CompressionMode.Decompress);
        using MemoryStream plain = new();
        try
        {
            platform.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static int[] Cuts(int length, Random random)
    {
        List<int> cuts = [];
        for (int left = length; left > 0; left -= cuts[^1])
            cuts.Add(random.Next(0, Math.Min(left, random.Next(2) == 0 ? 20 : 2_000) + 1));
        return [.. cuts];
    }

    private static IEnumerable<byte[]> Inputs(Random random)
    {
        foreach (int length in (int[])[0, 1, 7, 8, 9, 300, 1_000, 33_000, 66_000, 200_000])
        {
            byte[] noise = new byte[length];
            random.NextBytes(noise);
            yield return noise;
            byte[] runs = new byte[length];
            for (int i = 0; i < length; i += 1 + random.Next(400))
                runs.AsSpan(i).Fill((byte)random.Next(256));
            yield return runs;
            byte[] text = new byte[length];
            for (int i = 0; i < length; i++)
                text[i] = (byte)"{\"symbol\":\"BTCUSDT\",\"price\":12345.67},"[random.Next(5) == 0 ? random.Next(38) : i % 38];
            yield return text;
            byte[] far = new byte[length];
            for (int i = 0; i < length; i++)
                far[i] = i < 32_000 ? noise[i] : far[i - 32_000 + (i / 5_000)];
            yield return far;
        }
    }

    private static byte[] Compress(byte[] plain, ZLibCompressionStrategy strategy, int level)
    {
        using MemoryStream compressed = new();
        using DeflateStream deflater = new(compressed, new ZLibCompressionOptions { CompressionLevel = level, CompressionStrategy = strategy }, leaveOpen: true);
        deflater.Write(plain);
        deflater.Flush();
        return compressed.ToArray();
    }

    private static byte[] Finish(byte[] plain)
    {
        using MemoryStream compressed = new();
        using (DeflateStream deflater = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
            deflater.Write(plain);
        return compressed.ToArray();
    }
}
