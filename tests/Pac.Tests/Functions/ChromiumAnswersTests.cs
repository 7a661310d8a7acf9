using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace NetWebSockets.Pac.Tests.Functions;

/// <summary>
/// Every function in every form, as Chromium answered it: the answers were recorded from Chromium, with its script's <c>Date</c> set to the time named
/// and the zone America/New_York.
/// </summary>
public sealed class ChromiumAnswersTests
{
    // Where we mean to differ.
    private static readonly Dictionary<string, string> Differences = new(StringComparer.Ordinal)
    {
        // An error has a place in the script, a string that is thrown has none.
        ["timeRange('GMT')"] = "throws Error",
        ["timeRange(1, 2, 3)"] = "throws Error",
        ["timeRange(1, 2, 3, 4, 5)"] = "throws Error",
        // Chromium turns its date into UTC's part by part, and a day that the month in between does not have runs over.
        ["dateRange(1, 'JUL', 2, 'JUL', 'GMT')"] = "true",
    };

    public static IEnumerable<TheoryDataRow<string, string, string>> Rows =>
        Recorded().Select(r => new TheoryDataRow<string, string, string>(r.Now ?? "2026-06-03T12:30:15Z", r.Ask, r.Throws is null ? r.Answer! : $"throws {r.Throws}"));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_function_answers_as_in_Chromium(string now, string ask, string answer)
    {
        DateTimeOffset at = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        var time = new FakeTimeProvider(at);
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("New York", TimeSpan.FromHours(at.Month is > 3 and < 11 ? -4 : -5), "New York", "New York"));

        string ours = await new Pac { Time = time }.EvaluateAsync(ask);

        Assert.Equal(Differences.GetValueOrDefault(ask, answer), ours);
    }

    [Fact]
    public void All_that_was_recorded_is_asked()
    {
        Assert.True(Recorded().Count >= 300, "The recording is not whole.");
        Assert.All(Differences.Keys, ask => Assert.Contains(Recorded(), r => r.Ask == ask));
    }

    private static List<Row> Recorded() =>
        JsonSerializer.Deserialize<List<Row>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Functions", "chromium.json")))!;

    private sealed record Row(
        [property: JsonPropertyName("now")] string? Now,
        [property: JsonPropertyName("ask")] string Ask,
        [property: JsonPropertyName("answer")] string? Answer,
        [property: JsonPropertyName("throws")] string? Throws);
}
