using System.Text.Unicode;
using NetWebSockets.Protocol;
using Xunit;

namespace NetWebSockets.Tests.Protocol;

public class Utf8ValidatorTests
{
    public static TheoryData<string> Valid =>
    [
        "", "41", "C3A9", "E282AC", "F09F9881", "EFBBBF61", "EE8080", "ED9FBF", "F48FBFBF", "F0908080", "E0A080", "C280",
        "CEBAE1BDB9CF83CEBCCEB5",
    ];

    public static TheoryData<string, int> Invalid => new()
    {
        // The bytes, and the index of the first that cannot become valid.
        { "80", 0 }, { "C0AF", 0 }, { "C1BF", 0 }, { "F5808080", 0 }, { "FF", 0 }, { "FE", 0 }, { "F8888080", 0 },
        { "E08080", 1 }, { "E09F80", 1 }, { "EDA080", 1 }, { "EDBFBF", 1 }, { "F0808080", 1 }, { "F08F8080", 1 }, { "F4908080", 1 },
        { "C328", 1 }, { "E28228", 2 }, { "F09F9828", 3 }, { "41C341", 2 }, { "CEBAE1BDB9CF83CEBCCEB5F4908080", 12 },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public void Valid_text_passes_however_it_is_cut(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        foreach (int[] cuts in AllCuts(bytes.Length))
        {
            var validator = default(Utf8Validator);
            int from = 0;
            foreach (int cut in cuts.Append(bytes.Length))
            {
                Assert.True(validator.TryAdd(bytes.AsSpan(from, cut - from)));
                from = cut;
            }

            Assert.True(validator.IsComplete);
        }
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Invalid_text_fails_at_the_first_byte_that_cannot_become_valid(string hex, int index)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var validator = default(Utf8Validator);
        for (int i = 0; i < bytes.Length; i++)
        {
            bool ok = validator.TryAdd(bytes.AsSpan(i, 1));
            Assert.Equal(i < index, ok);
            if (!ok)
                break;
        }

        // And in one piece, also behind a long valid part that takes the vectorised path.
        byte[] behind = [.. new byte[200], .. bytes];
        validator = default;
        Assert.False(validator.TryAdd(behind) && validator.IsComplete);
    }

    [Fact]
    public void Random_bytes_are_judged_as_the_platform_judges_them_whole()
    {
        var random = new Random(20261122);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            if (round % 2 == 0)
            {
                // Mostly valid: text with one byte changed.
                bytes = System.Text.Encoding.UTF8.GetBytes("aé€😁z");
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(256);
            }

            var validator = default(Utf8Validator);
            bool valid = true;
            for (int from = 0; from < bytes.Length && valid;)
            {
                int length = random.Next(1, bytes.Length - from + 1);
                valid = validator.TryAdd(bytes.AsSpan(from, length));
                from += length;
            }

            Assert.Equal(Utf8.IsValid(bytes), valid && validator.IsComplete);
        }
    }

    private static IEnumerable<int[]> AllCuts(int length)
    {
        int gaps = Math.Max(0, length - 1);
        for (int mask = 0; mask < 1 << Math.Min(gaps, 10); mask++)
            yield return [.. Enumerable.Range(0, gaps).Where(i => (mask >> i & 1) == 1).Select(i => i + 1)];
    }
}
