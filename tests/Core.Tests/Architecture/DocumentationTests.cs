using System.Text.RegularExpressions;
using Xunit;

namespace NetWebSockets.Tests.Architecture;

public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_link_between_pages_leads_to_a_file_and_a_heading_that_exist()
    {
        List<string> broken = [];
        int links = 0;
        foreach (string page in RepositoryFiles.Find(".", "*.md"))
        {
            foreach (string target in Links(File.ReadAllText(page)))
            {
                links++;
                if (Problem(page, target) is { } problem)
                    broken.Add($"{RepositoryFiles.Relative(page)}: {problem}");
            }
        }

        Assert.True(links > 0, "No link was found at all.");
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Fact]
    public void Every_page_that_the_sources_mention_exists()
    {
        List<string> missing = [];
        foreach (string source in RepositoryFiles.Find("src", "*.cs"))
        {
            foreach (Match match in PageMention().Matches(File.ReadAllText(source)))
            {
                if (!File.Exists(RepositoryFiles.Path(match.Value)))
                    missing.Add($"{RepositoryFiles.Relative(source)}: {match.Value}");
            }
        }

        Assert.True(missing.Count == 0, string.Join('\n', missing));
    }

    [Theory]
    [InlineData("no-such-page.md")]
    [InlineData("architecture.md#no-such-heading")]
    [InlineData("#no-such-heading")]
    public void A_broken_link_is_found(string target) => Assert.NotNull(Problem(RepositoryFiles.Path("docs/architecture.md"), target));

    [Fact]
    public void Every_example_that_names_its_source_stands_in_it()
    {
        List<string> missing = [];
        int examples = 0;
        foreach (string page in RepositoryFiles.Find(".", "*.md"))
        {
            foreach (Match match in SourcedExample().Matches(File.ReadAllText(page)))
            {
                examples++;
                // The source may have comments and blank lines in between.
                HashSet<string> source = [.. File.ReadLines(RepositoryFiles.Path(match.Groups[1].Value)).Select(l => l.Trim())];
                missing.AddRange(match.Groups[2].Value.Split('\n').Select(l => l.Trim())
                    .Where(l => l.Length > 0 && !source.Contains(l))
                    .Select(l => $"{RepositoryFiles.Relative(page)}: '{l}' is not in {match.Groups[1].Value}"));
            }
        }

        Assert.True(examples >= 2, "The examples of README and getting started were not found.");
        Assert.True(missing.Count == 0, string.Join('\n', missing));
    }

    private static IEnumerable<string> Links(string text) =>
        Link().Matches(CodeBlock().Replace(text, "")).Select(m => m.Groups[1].Value)
            .Where(t => !t.StartsWith("http:", StringComparison.Ordinal) && !t.StartsWith("https:", StringComparison.Ordinal));

    private static string? Problem(string page, string target)
    {
        string[] parts = target.Split('#', 2);
        string file = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]));
        if (!File.Exists(file) && !Directory.Exists(file))
            return $"{target} is not there";
        if (parts.Length == 2 && !Headings(File.ReadAllText(file)).Contains(parts[1]))
            return $"{target} names no heading";
        return null;
    }

    // As GitHub makes them: lower case, punctuation away, spaces to hyphens.
    private static IEnumerable<string> Headings(string text) =>
        Heading().Matches(CodeBlock().Replace(text, "")).Select(m => Punctuation().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^<!-- from (\S+) -->\n```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex SourcedExample();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"\bdocs/[\w/-]+\.md")]
    private static partial Regex PageMention();
}
