using System.IO.Compression;
using System.Text;
using NetWebSockets.Protocol;
using Xunit;

namespace NetWebSockets.Tests.Protocol;

public sealed class MessageDeflateTests
{
    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    public static TheoryData<int, bool, CompressionLevel> Settings()
    {
        TheoryData<int, bool, CompressionLevel> settings = [];
        foreach (int bits in (int[])[8, 9, 12, 15])
        {
            foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
            {
                settings.Add(bits, true, level);
                settings.Add(bits, false, level);
            }
        }

        return settings;
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_was_compressed_inflates_to_the_same(int bits, bool takeover, CompressionLevel level)
    {
        using MessageDeflater deflater = new(new DeflateParameters(true, takeover, 15, bits), level);
        MessageInflater inflater = new(takeover);
        var random = new Random(bits);
        foreach (byte[] message in Messages(random))
        {
            byte[] compressed = deflater.Compress(message).ToArray();
            Assert.Equal(message, InflateInPieces(inflater, compressed, random));
            inflater.Rest();
        }
    }

    [Fact]
    public void With_context_takeover_a_message_that_came_before_costs_a_few_bytes_and_without_it_costs_all_again()
    {
        byte[] message = Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, 100).Select(i => $"{{\"price\":{i * 7919 % 1000}}}")));
        using MessageDeflater keeping = new(new DeflateParameters(true, true, 15, 15), CompressionLevel.Optimal);
        using MessageDeflater forgetting = new(new DeflateParameters(true, false, 15, 15), CompressionLevel.Optimal);
        int first = keeping.Compress(message).Length;
        int again = keeping.Compress(message).Length;
        Assert.True(again * 5 < first, $"{again} bytes after {first}");
        Assert.Equal(first, forgetting.Compress(message).Length);
        Assert.Equal(forgetting.Compress(message).ToArray(), forgetting.Compress(message).ToArray());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(14)]
    public void Nothing_refers_back_farther_than_the_window(int bits)
    {
        // The second half repeats the first from exactly a window's length and one byte away: a longer window would find it.
        byte[] unit = new byte[(1 << bits) + 1];
        new Random(1).NextBytes(unit);
        byte[] message = [.. unit, .. unit];
        using MessageDeflater small = new(new DeflateParameters(true, true, 15, bits), CompressionLevel.Optimal);
        using MessageDeflater full = new(new DeflateParameters(true, true, 15, 15), CompressionLevel.Optimal);
        Assert.True(full.Compress(message).Length < message.Length * 3 / 4);
        Assert.True(small.Compress(message).Length >= message.Length);
    }

    [Fact]
    public void The_examples_of_RFC_7692_inflate()
    {
        // Section 7.2.3.1, twice; section 7.2.3.2, whose second message refers to the first.
        MessageInflater inflater = new(contextTakeover: true);
        Assert.Equal("Hello", Inflate(inflater, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]));
        Assert.Equal("Hello", Inflate(inflater, [0xf2, 0x00, 0x11, 0x00, 0x00]));

        // Section 7.2.3.3: no compression. 7.2.3.5: two blocks. 7.2.3.6: empty.
        Assert.Equal("Hello", Inflate(inflater, [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00]));
        Assert.Equal("Hello", Inflate(inflater, [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00]));
        Assert.Equal("", Inflate(inflater, [0x00]));

        // Section 7.2.3.4: a block with BFINAL set and a byte of padding, and again, and an ordinary one after them.
        Assert.Equal("Hello", Inflate(inflater, [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00]));
        Assert.Equal("Hello", Inflate(inflater, [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00]));
        Assert.Equal("Hello", Inflate(inflater, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]));

        // As Chromium: a message may go on after a final block, and the padding may be left out.
        Assert.Equal("HelloHello", Inflate(inflater, [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]));
        Assert.Equal("Hello", Inflate(inflater, [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]));
        Assert.Equal("Hello", Inflate(inflater, [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]));
    }

    [Fact]
    public void Without_context_takeover_a_message_that_refers_to_an_earlier_one_is_refused()
    {
        MessageInflater inflater = new(contextTakeover: false);
        Assert.Equal("Hello", Inflate(inflater, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]));
        Assert.Throws<ProtocolException>(() => Inflate(inflater, [0xf2, 0x00, 0x11, 0x00, 0x00]));
    }

    [Theory]
    [InlineData(new byte[] { 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00 })]
    [InlineData(new byte[] { 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00 })]
    [InlineData(new byte[] { 0x01, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f })]
    [InlineData(new byte[] { 0x01, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00 })]
    public void A_final_block_may_end_a_message_with_padding_or_without_wherever_it_is_cut(byte[] payload)
    {
        for (int at = 0; at <= payload.Length; at++)
        {
            MessageInflater inflater = new(contextTakeover: true);
            for (int message = 0; message < 2; message++)
            {
                List<byte> inflated = [];
                byte[] piece = new byte[3];
                foreach ((int from, int count, bool isLast) in ((int, int, bool)[])[(0, at, false), (at, payload.Length - at, true)])
                {
                    inflater.SetInput(payload, from, count, isLast);
                    for (int read = inflater.Read(piece); read > 0; read = inflater.Read(piece))
                        inflated.AddRange(piece[..read]);
                }

                Assert.Equal("Hello", Encoding.UTF8.GetString([.. inflated]));
            }

            Assert.Equal("Hello", Inflate(inflater, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x00, 0x05, 0x00, 0x00, 0x00, 0x48 })]
    [InlineData(new byte[] { 0xf2, 0x00, 0x11, 0x00, 0x00 })]
    public void What_no_compressor_writes_is_refused(byte[] payload)
    {
        MessageInflater inflater = new(contextTakeover: true);
        ProtocolException violation = Assert.Throws<ProtocolException>(() => Inflate(inflater, payload));
        Assert.Equal(1002, violation.CloseCode);
    }

    [Fact]
    public void A_message_in_parts_is_one_message_to_the_receiver()
    {
        using MessageDeflater deflater = new(new DeflateParameters(true, true, 15, 15), CompressionLevel.Fastest);
        MessageInflater inflater = new(contextTakeover: true);
        byte[] message = new byte[100_000];
        new Random(3).NextBytes(message.AsSpan(0, 60_000));
        List<byte> compressed = [];
        for (int i = 0; i < message.Length; i += 25_000)
            compressed.AddRange(deflater.CompressPart(message.AsSpan(i, 25_000)));
        compressed.AddRange(MessageDeflater.LastFragment);
        Assert.Equal(message, InflateInPieces(inflater, [.. compressed], new Random(4)));
        deflater.StartOver();
        Assert.Equal("after it", Inflate(inflater, deflater.Compress("after it"u8).ToArray()));
    }

    [Fact]
    public void What_is_compressed_ends_where_the_tail_of_a_sync_flush_was_left_out()
    {
        using MessageDeflater deflater = new(new DeflateParameters(true, true, 15, 15), CompressionLevel.Optimal);
        byte[] compressed = deflater.Compress("some text, some text"u8).ToArray();
        using DeflateStream plain = new(new MemoryStream([.. compressed, .. Tail]), CompressionMode.Decompress);
        byte[] inflated = new byte[100];
        Assert.Equal("some text, some text", Encoding.UTF8.GetString(inflated.AsSpan(0, plain.Read(inflated))));
    }

    private static IEnumerable<byte[]> Messages(Random random)
    {
        foreach (int length in (int[])[1, 2, 64, 255, 256, 257, 1000, 32_768, 70_000, 3])
        {
            byte[] noise = new byte[length];
            random.NextBytes(noise);
            yield return noise;
            byte[] text = new byte[length];
            for (int i = 0; i < length; i++)
                text[i] = (byte)"{\"price\":\"1234.5\"},"[i % 19];
            yield return text;
        }
    }

    private static string Inflate(MessageInflater inflater, byte[] payload) => Encoding.UTF8.GetString(InflateInPieces(inflater, payload, null));

    private static byte[] InflateInPieces(MessageInflater inflater, byte[] payload, Random? random)
    {
        List<byte> inflated = [];
        int offset = 0;
        do
        {
            int count = random is null ? payload.Length : Math.Min(payload.Length - offset, random.Next(0, payload.Length + 1));
            bool isLast = offset + count == payload.Length;
            inflater.SetInput(payload, offset, count, isLast);
            byte[] room = new byte[random?.Next(1, 5000) ?? 1000];
            for (int n = inflater.Read(room); n > 0; n = inflater.Read(room))
                inflated.AddRange(room.AsSpan(0, n));
            offset += count;
            if (isLast)
                break;
        }
        while (true);
        return [.. inflated];
    }
}
