using System.Globalization;

namespace NetWebSockets.AotSmoke;

/// <summary>What the tests read.</summary>
internal static class Report
{
    public static void Line(string what, params ReadOnlySpan<object?> values) =>
        Console.WriteLine($"{what}: {string.Join(' ', values.ToArray().Select(static v => Convert.ToString(v, CultureInfo.InvariantCulture)))}");
}
