using System.Text;
using System.Text.Json;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;
using NetWebSockets.Messaging;

namespace NetWebSockets.Generators.Tests.Parsing;

/// <summary>What the compiler says of routes against what the runtime does with every short message, whatever the order of the routes.</summary>
public class RouteOverlapTests
{
    private static readonly string[] Places = ["/0", "/1"];

    [Fact]
    public void Every_pair_of_small_templates_is_judged_as_the_runtime_decides()
    {
        LocatorMatchModel[] patterns = [.. Patterns("/0", maxLength: 3)];
        string[] messages = [.. Texts(6).Select(static t => $"[\"{t}\"]"), "[{}]", "[null]"];
        int ambiguous = 0;
        for (int i = 0; i < patterns.Length; i++)
        {
            for (int j = 0; j < i; j++)
                ambiguous += Check([[patterns[i]], [patterns[j]]], messages);
        }

        Assert.InRange(ambiguous, 10, patterns.Length * patterns.Length);
    }

    [Fact]
    public void What_a_third_and_a_fourth_take_away_is_judged_as_the_runtime_decides()
    {
        LocatorMatchModel[] patterns = [.. Patterns("/0", maxLength: 3)];
        string[] messages = [.. Texts(6).Select(static t => $"[\"{t}\"]"), "[{}]"];
        Random random = new(1);
        for (int run = 0; run < 80; run++)
        {
            LocatorMatchModel[][] routes = [.. patterns.OrderBy(_ => random.Next()).Take(3 + (run % 2)).Select(static p => new[] { p })];
            Check(routes, messages);
        }

        // A pair that is ambiguous alone and no more with what is written out beside it
        foreach ((string one, string two, string[] between) in new[] { ("a{x}", "{x}b", new[] { "ab", "a{x}b" }), ("{x}ab", "ab{x}", ["abab", "ab{x}ab"]) })
        {
            Assert.Equal(1, Check([[Match("/0", one)], [Match("/0", two)]], messages));
            Assert.Equal(0, Check([[Match("/0", one)], [Match("/0", two)], .. between.Select(static b => new[] { Match("/0", b) })], messages));
        }
    }

    [Fact]
    public void Two_places_are_judged_as_the_runtime_decides()
    {
        LocatorMatchModel[][] patterns = [.. Places.Select(static place => new LocatorMatchModel[]
        {
            Match(place, "a"), Match(place, "{x}"), Match(place, "a{x}"), Match(place, "{x}b"), Match(place, "{y}b"), Match(place, "a{x}b"),
            new(place, MatchKind.Present, ""), new(place, MatchKind.Absent, ""), new(place, MatchKind.Any, ""), new(place, MatchKind.Any, ""),
        })];
        string[] values = [.. Texts(3).Select(static t => $"\"{t}\""), "{}", "null"];
        string[] messages = [.. values.SelectMany(one => values.Select(two => $"[{one},{two}]"))];
        Random random = new(2);
        int unreachable = 0;
        for (int run = 0; run < 120; run++)
        {
            LocatorMatchModel[][] routes =
            [
                .. Enumerable.Range(0, 3 + (run % 2))
                    .Select(_ => patterns.Select(p => p[random.Next(p.Length)]).Where(static m => m.Kind != MatchKind.Any).ToArray())
                    .Where(static r => r.Length > 0)
                    .DistinctBy(static r => string.Join(" ", r.Select(static m => m.Locator + m.Kind + (m.Kind == MatchKind.Template ? Normal(m.Value) : m.Value)))),
            ];
            Check(routes, messages);
        }

        // Something and nothing leave nothing to what does not ask.
        foreach (string value in new[] { "a", "a{x}" })
        {
            LocatorMatchModel first = Match("/0", value);
            LocatorMatchModel[][] routes = [[first], [first, new("/1", MatchKind.Present, "")], [first, new("/1", MatchKind.Absent, "")]];
            Check(routes, messages);
            unreachable += new RouteOverlap([.. routes.Select(static r => r.ToEquatableArray())], Places).Unreachable().Count();
        }

        Assert.Equal(2, unreachable);
    }

    // Compares, and gives the number of ambiguous pairs.
    private static int Check(LocatorMatchModel[][] routes, string[] messages)
    {
        HashSet<int>[] winners = Winners(routes, messages);
        string shown = string.Join(" | ", routes.Select(static r => string.Join(" & ", r.Select(static m => $"{m.Locator} {m.Kind} {m.Value}"))));
        RouteOverlap overlap = new([.. routes.Select(static r => r.ToEquatableArray())], Places);

        int[] expectedNever = [.. Enumerable.Range(0, routes.Length).Where(i => !Array.Exists(winners, w => w.Contains(i)))];
        int[] never = [.. overlap.Unreachable().Select(static u => u.Route)];
        Assert.True(expectedNever.SequenceEqual(never), $"{shown}: {string.Join(",", expectedNever)} never come, and {string.Join(",", never)} are told.");

        (int, int)[] expectedPairs = [.. from second in Enumerable.Range(0, routes.Length) from first in Enumerable.Range(0, second) where Array.Exists(winners, w => w.Contains(first) && w.Contains(second)) select (first, second)];
        (int, int)[] pairs = [.. overlap.Ambiguous()];
        Assert.True(expectedPairs.SequenceEqual(pairs), $"{shown}: {string.Join(",", expectedPairs)} depend on their order, and {string.Join(",", pairs)} are told.");
        return pairs.Length;
    }

    // For each message, who takes it in any order of the routes.
    private static HashSet<int>[] Winners(LocatorMatchModel[][] routes, string[] messages)
    {
        byte[][] encoded = Array.ConvertAll(messages, Encoding.UTF8.GetBytes);
        HashSet<int>[] winners = Array.ConvertAll(messages, static _ => new HashSet<int>());
        foreach (int[] order in Orders(routes.Length))
        {
            ContractPlan plan = new(new ClientContract
            {
                Name = "C",
                Discriminators = Places,
                Routes = [.. order.Select(i => new ReceiveRoute<int>([.. routes[i].Select(static m => new LocatorMatch(m.Locator, Enum.Parse<LocatorMatchKind>(m.Kind.ToString()), m.Value))], PayloadFormat.Generated<int>(JsonSerializerOptions.Default, null)))],
            });
            for (int m = 0; m < encoded.Length; m++)
            {
                ScannedMessage found = new();
                MessageScanner.Scan(plan, null, needs: 0, encoded[m], ref found);
                if (found.Route >= 0)
                    winners[m].Add(order[found.Route]);
            }
        }

        return winners;
    }

    private static IEnumerable<int[]> Orders(int count) =>
        count == 0 ? [[]] : Orders(count - 1).SelectMany(o => Enumerable.Range(0, count).Select(at => o.Take(at).Append(count - 1).Concat(o.Skip(at)).ToArray()));

    private static LocatorMatchModel Match(string place, string value) =>
        new(place, value.Contains('{', StringComparison.Ordinal) ? MatchKind.Template : MatchKind.Exact, value);

    private static string Normal(string template)
    {
        _ = Generators.Parsing.TextTemplate.TryParse(template, out Generators.Parsing.TextTemplate parsed);
        return parsed.Normal;
    }

    // All of a, b and parameters up to a length, and what asks for anything.
    private static IEnumerable<LocatorMatchModel> Patterns(string place, int maxLength)
    {
        List<string> found = [""];
        for (int length = 1, from = 0; length <= maxLength; length++)
        {
            int to = found.Count;
            for (; from < to; from++)
                found.AddRange(new[] { "a", "b", "{x}" }.Where(s => s != "{x}" || !found[from].EndsWith('}')).Select(s => found[from] + s));
        }

        return found.Skip(1).Select(text => Match(place, Numbered(text))).Append(new LocatorMatchModel(place, MatchKind.Present, ""));
    }

    // A parameter's name may be there once.
    private static string Numbered(string text)
    {
        string[] parts = text.Split("{x}");
        return string.Concat(parts.Select((p, i) => i == 0 ? p : $"{{x{i}}}{p}"));
    }

    private static IEnumerable<string> Texts(int maxLength)
    {
        List<string> found = [""];
        for (int from = 0; from < found.Count; from++)
        {
            if (found[from].Length < maxLength)
                found.AddRange(new[] { "a", "b", "c" }.Select(s => found[from] + s));
        }

        return found;
    }
}
