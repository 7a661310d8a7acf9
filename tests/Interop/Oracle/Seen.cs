using System.Text;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>Messages in words; long ones as their length and a checksum. The page of ChromiumClient has the same.</summary>
public static class Seen
{
    private const int LongestText = 200;
    private const int LongestBinary = 16;

    /// <summary>A text as an event shows it.</summary>
    public static string Text(string text) =>
        text.Length <= LongestText
            ? $"text \"{text.Replace("\0", "\\u0000", StringComparison.Ordinal)}\""
            : $"text of {text.Length}, checksum {Checksum(text.Select(c => (int)c))}";

    /// <summary>A text as it goes over the wire.</summary>
    public static string Text(byte[] utf8) => Text(Encoding.UTF8.GetString(utf8));

    /// <summary>A binary message.</summary>
    public static string Binary(byte[] bytes) =>
        bytes.Length == 0 ? "binary of 0" : bytes.Length <= LongestBinary ? $"binary {Convert.ToHexString(bytes)}" : $"binary of {bytes.Length}, checksum {Checksum(bytes.Select(b => (int)b))}";

    // FNV-1a, 32 bits, over the units.
    private static uint Checksum(IEnumerable<int> units)
    {
        uint sum = 2166136261;
        foreach (int unit in units)
            sum = unchecked((sum ^ (uint)unit) * 16777619);
        return sum;
    }
}
