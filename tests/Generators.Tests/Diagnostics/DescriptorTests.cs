using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Diagnostics;

public class DescriptorTests
{
    public static TheoryData<string> Ids => [.. Descriptors.All.Select(static d => d.Id)];

    private static DiagnosticDescriptor Find(string id) => Descriptors.All.Single(d => d.Id == id);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Each_has_a_page_with_cause_example_and_fix(string id)
    {
        string page = File.ReadAllText(Repository.PathOf("docs", "diagnostics", id + ".md"));

        Assert.StartsWith($"# {id}: {Find(id).Title}\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Cause\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Example\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Fix\n", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Each_links_to_its_page(string id) =>
        Assert.EndsWith($"/docs/diagnostics/{id}.md", Find(id).HelpLinkUri, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Each_is_in_the_list_of_pages(string id) =>
        Assert.Contains($"| [{id}]({id}.md) | {Find(id).DefaultSeverity} | {Find(id).Title} |", File.ReadAllText(Repository.PathOf("docs", "diagnostics", "README.md")), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Each_has_a_row_in_the_release_notes(string id) => Assert.Contains(
        ReleaseRows(), row => row == $"{id} | {Find(id).Category} | {Find(id).DefaultSeverity} | {Find(id).Title}");

    [Theory]
    [MemberData(nameof(Ids))]
    public void Each_is_reported_by_an_analyzer(string id) =>
        Assert.Contains(Analysis.Analyzers, a => a.SupportedDiagnostics.Any(d => d.Id == id));

    [Fact]
    public void Ids_rise_and_none_is_there_twice() => Assert.Equal(
        Descriptors.All.Select(static d => d.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), Descriptors.All.Select(static d => d.Id));

    [Fact]
    public void The_release_notes_have_no_other_rows() =>
        Assert.Equal(Descriptors.All.Length, ReleaseRows().Count(static r => r.StartsWith("NWS", StringComparison.Ordinal)));

    [Fact]
    public void There_are_no_other_pages() => Assert.Equal(
        Descriptors.All.Select(static d => d.Id),
        Directory.EnumerateFiles(Repository.PathOf("docs", "diagnostics"), "NWS*.md").Select(static p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal));

    private static string[] ReleaseRows() =>
    [
        .. File.ReadAllLines(Repository.PathOf("src", "Generators", "AnalyzerReleases.Unshipped.md")),
        .. File.ReadAllLines(Repository.PathOf("src", "Generators", "AnalyzerReleases.Shipped.md")),
    ];
}
