using System.Text;
using NetWebSockets.Protocol;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Properties;

/// <summary>Text fails at the first byte that cannot become valid (RFC 6455, section 8.1): every start of a character, with every byte behind it.</summary>
public sealed class Utf8PrefixTests
{
    // Every character that there is, and every start of one.
    private static readonly Lazy<(HashSet<uint> Whole, HashSet<uint> Starts)> Table = new(MakeTable);

    [Fact]
    public void Every_byte_behind_every_start_of_a_character_is_judged_at_once()
    {
        byte[] ascii = new byte[200];
        foreach (byte[] start in Starts())
        {
            // The state after the start, however it came.
            Utf8Validator byteByByte = default;
            foreach (byte b in start)
                Assert.True(byteByByte.TryAdd([b]));
            Utf8Validator behindText = default;
            Assert.True(behindText.TryAdd([.. ascii, .. start]));
            byte[] sequence = [.. start, 0];
            for (int next = 0; next < 256; next++)
            {
                sequence[^1] = (byte)next;
                bool isValid = IsValid(sequence, out bool isComplete);
                Utf8Validator first = byteByByte;
                Utf8Validator second = behindText;
                Utf8Validator third = default;
                bool agrees = first.TryAdd(sequence.AsSpan(^1)) == isValid
                    && second.TryAdd(sequence.AsSpan(^1)) == isValid
                    && third.TryAdd(sequence) == isValid
                    && (!isValid || (first.IsComplete == isComplete && second.IsComplete == isComplete && third.IsComplete == isComplete));
                Assert.True(agrees, $"{Convert.ToHexString(sequence)} was judged wrongly; it can{(isValid ? "" : "not")} become valid.");
            }
        }
    }

    [Theory]
    [InlineData(65_536, 100)]       // a frame that is waited for whole
    [InlineData(65_536, 100_000)]   // a frame in pieces
    [InlineData(2, 100)]
    public void A_frame_that_is_not_all_there_fails_at_the_first_byte_that_cannot_become_valid(int wholeLimit, int announced)
    {
        byte[] whole = ServerFrame.Encode(Opcodes.Text, new byte[announced]);
        byte[] header = whole[..^announced];
        foreach (byte[] start in Starts().Where(s => s.Length < 3 || (s[2] & 0x3F) is 0 or 0x3F))
        {
            for (int next = 0; next < 256; next++)
            {
                byte[] sequence = [.. start, (byte)next];
                bool isValid = IsValid(sequence, out _);
                byte[] wire = [.. header, (byte)'a', .. sequence];

                // In one read, and in two with the cut before the byte that decides.
                Assert.True(Fails([wire.Length]) == !isValid, $"{Convert.ToHexString(sequence)} in one read");
                Assert.True(Fails([wire.Length - 1, wire.Length]) == !isValid, $"{Convert.ToHexString(sequence)} in two reads");

                bool Fails(int[] ends)
                {
                    var reader = new FrameReader(wholeLimit, 1 << 20, 1 << 20, compressionAllowed: false);
                    int start = 0;
                    foreach (int end in ends)
                    {
                        try
                        {
                            while (reader.TryRead(wire.AsSpan(start, end - start), out int consumed, out _))
                                start += consumed;
                        }
                        catch (ProtocolException violation)
                        {
                            Assert.Equal(wire.Length, end);
                            Assert.Equal("Invalid UTF-8 in text frame", violation.WireReason);
                            return true;
                        }
                    }

                    return false;
                }
            }
        }
    }

    private static IEnumerable<byte[]> Starts() => Table.Value.Starts.Order().Select(Unpack);

    private static bool IsValid(byte[] sequence, out bool isComplete)
    {
        uint packed = Pack(sequence);
        isComplete = Table.Value.Whole.Contains(packed);
        return isComplete || Table.Value.Starts.Contains(packed);
    }

    private static (HashSet<uint> Whole, HashSet<uint> Starts) MakeTable()
    {
        HashSet<uint> whole = [];
        HashSet<uint> starts = [0];
        Span<byte> bytes = stackalloc byte[4];
        for (int scalar = 0; scalar <= 0x10FFFF; scalar++)
        {
            if (!Rune.TryCreate(scalar, out Rune rune))
                continue;
            int length = rune.EncodeToUtf8(bytes);
            whole.Add(Pack(bytes[..length]));
            for (int i = 1; i < length; i++)
                starts.Add(Pack(bytes[..i]));
        }

        return (whole, starts);
    }

    // The number of bytes is told by the first one, save for NUL, which is never a start: 0 is the start of nothing.
    private static uint Pack(ReadOnlySpan<byte> bytes)
    {
        uint packed = 0;
        foreach (byte b in bytes)
            packed = (packed << 8) | b;
        return bytes.Length == 1 && bytes[0] == 0 ? uint.MaxValue : packed;
    }

    private static byte[] Unpack(uint packed)
    {
        List<byte> bytes = [];
        for (; packed > 0; packed >>= 8)
            bytes.Insert(0, (byte)packed);
        return [.. bytes];
    }
}
