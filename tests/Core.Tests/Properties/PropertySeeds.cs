using System.Globalization;
using Xunit;

namespace NetWebSockets.Tests.Properties;

/// <summary>
/// The seeds of the property tests: a fixed set, so that a run on one machine says the same as on another. NWS_SEED runs one seed in place of them, NWS_CASES that many cases of
/// each.
/// </summary>
internal static class PropertySeeds
{
    public static IEnumerable<TheoryDataRow<int>> Rows(int count) =>
        Number("NWS_SEED") is { } seed ? [new TheoryDataRow<int>(seed)] : Enumerable.Range(1, count).Select(i => new TheoryDataRow<int>(i));

    /// <summary>How many cases to make of a seed.</summary>
    public static int Cases(int usual) => Number("NWS_CASES") ?? usual;

    /// <summary>What a failure says, so that it can be run again.</summary>
    public static string Tell(int seed, int number, string what) =>
        $"{what}{Environment.NewLine}Case {number} of seed {seed}. Again, it alone: NWS_SEED={seed} NWS_CASES={number + 1}.";

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : null;
}
