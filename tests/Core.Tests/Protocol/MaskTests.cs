using NetWebSockets.Protocol;
using Xunit;

namespace NetWebSockets.Tests.Protocol;

public class MaskTests
{
    [Fact]
    public void Every_length_and_offset_is_masked_as_RFC_6455_section_5_3_says()
    {
        byte[] key = [0x12, 0xF4, 0x00, 0xAB];
        uint number = BitConverter.ToUInt32(key);
        byte[] source = new byte[300];
        new Random(1).NextBytes(source);
        for (int length = 0; length <= source.Length; length++)
        {
            for (int offset = 0; offset < 4; offset++)
            {
                byte[] expected = new byte[length];
                for (int i = 0; i < length; i++)
                    expected[i] = (byte)(source[i] ^ key[(i + offset) % 4]);
                byte[] actual = new byte[length];
                Mask.Apply(source.AsSpan(0, length), actual, Mask.Rotate(number, offset));
                Assert.Equal(expected, actual);

                byte[] inPlace = source[..length];
                Mask.Apply(inPlace, inPlace, Mask.Rotate(number, offset));
                Assert.Equal(expected, inPlace);
            }
        }
    }

    [Fact]
    public void Keys_do_not_repeat_across_the_blocks_they_come_from()
    {
        var keys = new HashSet<uint>();
        for (int i = 0; i < 2000; i++)
            keys.Add(Mask.NextKey());
        // 2,000 of 2^32: one or two collisions are possible, a block that comes twice is not.
        Assert.InRange(keys.Count, 1995, 2000);
    }
}
