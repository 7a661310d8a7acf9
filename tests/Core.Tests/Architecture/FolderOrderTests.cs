using System.Text.RegularExpressions;
using Xunit;

namespace NetWebSockets.Tests.Architecture;

public sealed partial class FolderOrderTests
{
    private static readonly string[] Decided =
        ["Telemetry", "Protocol", "Handshake", "Sessions", "Sockets", "Connections", "Messaging", "Hosting"];

    [Fact]
    public void The_order_in_the_documentation_is_the_decided_one() => Assert.Equal(Decided, DocumentedOrder());

    [Fact]
    public void No_folder_of_Core_uses_one_that_stands_later()
    {
        string core = RepositoryFiles.Path("src/Core");
        (string, string)[] sources =
            [.. RepositoryFiles.Find("src/Core", "*.cs").Select(p => (Path.GetRelativePath(core, p).Replace('\\', '/'), File.ReadAllText(p)))];

        IReadOnlyList<string> violations = new FolderOrderChecker(DocumentedOrder(), sources).Check();

        Assert.True(sources.Length >= 20, $"Only {sources.Length} sources were found.");
        Assert.True(violations.Count == 0, $"docs/architecture.md, Allowed order:\n{string.Join('\n', violations)}");
    }

    [Theory]
    [InlineData("a type of the common namespace", "class Early { object x = new Late(); }", "Protocol/Early.cs:2: Protocol uses Late of Sockets")]
    [InlineData("a static member", "class Early { int x = Late.Number; }", "Protocol/Early.cs:2: Protocol uses Number of Sockets")]
    [InlineData("a generic argument", "class Early { List<Late> x = []; }", "Protocol/Early.cs:2: Protocol uses Late of Sockets")]
    [InlineData("an extension method", "class Early { int x = 5.Twice(); }", "Protocol/Early.cs:2: Protocol uses Twice of Sockets")]
    [InlineData("an attribute", "[Late] class Early;", "Protocol/Early.cs:2: Protocol uses Late of Sockets")]
    [InlineData("a namespace", "class Early { NetWebSockets.Sockets.Inner? x; }", "Protocol/Early.cs:2: Protocol uses Inner of Sockets")]
    [InlineData("a name nobody declares", "class Early { Nothing? x; }", "Protocol/Early.cs:2: cannot be checked")]
    public void A_use_of_a_later_folder_is_found(string what, string code, string expected)
    {
        IReadOnlyList<string> violations = Check(("Protocol/Early.cs", $"namespace NetWebSockets;\n{code}"));

        Assert.True(violations.Any(v => v.StartsWith(expected, StringComparison.Ordinal)), $"{what}: {string.Join('\n', violations)}");
    }

    [Theory]
    [InlineData("Protocol/Early.cs", "/// <summary><see cref=\"Late\"/></summary>\nclass Early;")]
    [InlineData("Connections/After.cs", "class After { Late x = new(); NetWebSockets.Sockets.Inner? y; }")]
    [InlineData("Sockets/Beside.cs", "class Beside { Late x = new(); }")]
    public void Documentation_and_uses_of_earlier_folders_are_free(string path, string code) =>
        Assert.Empty(Check((path, $"namespace NetWebSockets;\n{code}")));

    [Fact]
    public void A_source_outside_every_folder_is_found() =>
        Assert.Equal(
            ["Loose.cs:1: stands in no folder of the allowed order", "Other/Loose.cs:1: stands in no folder of the allowed order"],
            Check(("Loose.cs", "class A;"), ("Other/Loose.cs", "class B;")));

    private static IReadOnlyList<string> Check(params (string Path, string Text)[] sources) =>
        new FolderOrderChecker(
            Decided,
            [
                ("Sockets/Late.cs", """
                    namespace NetWebSockets
                    {
                        class Late : Attribute { public static int Number => 1; }
                        static class LateExtensions { public static int Twice(this int x) => x * 2; }
                    }

                    namespace NetWebSockets.Sockets { class Inner; }
                    """),
                .. sources,
            ]).Check();

    private static List<string> DocumentedOrder()
    {
        string page = File.ReadAllText(RepositoryFiles.Path("docs/architecture.md"));
        string section = Section().Match(page).Groups[1].Value;
        return [.. Item().Matches(section).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex(@"^## Allowed order$(.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\d+\. `(\w+)`", RegexOptions.Multiline)]
    private static partial Regex Item();
}
