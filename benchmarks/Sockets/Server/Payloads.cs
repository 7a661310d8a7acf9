using System.Globalization;
using System.Text;

namespace NetWebSockets.Benchmarks.Server;

/// <summary>The JSON that is sent.</summary>
internal static class Payloads
{
    /// <summary>About 190 bytes.</summary>
    public static byte[] Tick { get; } = Encoding.UTF8.GetBytes(
        """{"type":"tick","symbol":"EURUSD","venue":"XETR","bid":1.08342,"ask":1.08345,"bidSize":1250000,"askSize":980000,"last":1.08343,"sequence":90210001,"time":"2026-01-05T09:30:00.125Z"}""");

    /// <summary>Many different documents of 1 KiB that look alike, as messages of one protocol do.</summary>
    public static byte[][] JsonDocuments { get; } = [.. Enumerable.Range(0, 512).Select(Document)];

    private static byte[] Document(int number)
    {
        // Always the same numbers, for every run is to be compressed alike.
        uint state = (uint)(number * 2_654_435_761L) | 1;
        int Next(int below)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            return (int)(state % (uint)below);
        }

        string[] names = ["lobby", "orders", "trades", "quotes", "alerts"];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""{"type":"book","sequence":{{90_210_000 + number}},"channel":"{{names[Next(names.Length)]}}","levels":[""");
        for (int i = 0; text.Length < 960; i++)
            text.Append(CultureInfo.InvariantCulture, $$"""{{(i == 0 ? "" : ",")}}{"price":{{100 + Next(20)}}.{{Next(10_000):0000}},"size":{{Next(1_000_000)}},"orders":{{Next(50)}}}""");
        text.Append("],\"note\":\"");
        text.Append('.', 1024 - text.Length - 2).Append("\"}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
