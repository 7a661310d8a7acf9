using Xunit;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>What is compared with Chromium, and that every difference is real and explained.</summary>
public sealed class DifferencesTests
{
    [Fact]
    public void At_least_two_hundred_scenarios_are_compared_and_every_one_was_recorded()
    {
        string[] names = [.. Scenarios.Names.Select(row => row.Data)];
        Assert.True(names.Length >= 200, $"There are only {names.Length} scenarios.");
        Assert.DoesNotContain(names, name => Recorded.Get(name) is null);
    }

    [Fact]
    public void Nothing_is_recorded_that_is_no_longer_asked()
    {
        HashSet<string> asked = [.. Scenarios.Names.Select(row => row.Data), .. Addresses.Rows.Select(row => $"address '{row.Data}'")];
        Assert.DoesNotContain(Recorded.Names, name => !asked.Contains(name));
    }

    [Fact]
    public void Every_difference_is_explained_in_the_documentation_and_nothing_else_is()
    {
        string page = File.ReadAllText(SourceFolder.Path("..", "..", "docs", "chromium.md"));
        string[] rows = [.. page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|')[1].Trim()).Where(cell => cell != "scenario")];
        Assert.Equal(Differences.Names.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_difference_is_one()
    {
        foreach (string name in Differences.Names)
        {
            Observation chromium = Recorded.Get(name)!;
            Observation ours = Differences.Find(name)!;
            Assert.False(chromium.Wire.SequenceEqual(ours.Wire) && chromium.Events.Count == ours.Events.Count, $"'{name}' is no difference any more.");
        }
    }
}
