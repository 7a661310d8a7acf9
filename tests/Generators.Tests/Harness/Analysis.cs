using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;

namespace NetWebSockets.Generators.Tests.Harness;

/// <summary>
/// Runs every analyzer of the product over a compilation that has been through our generator, as a build does. System.Text.Json's is left out: the
/// analyzers do not read what it writes, and it refuses some of the contracts that they are to tell of.
/// </summary>
internal static class Analysis
{
    public static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
    [
        .. typeof(WebSocketClientGenerator).Assembly.GetTypes()
            .Where(static t => typeof(DiagnosticAnalyzer).IsAssignableFrom(t) && !t.IsAbstract)
            .Select(static t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!),
    ];

    /// <summary>All diagnostics of the sources, as the id and the text under the squiggle.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(params string[] sources)
    {
        TestCompilation.Driver(withJson: false).RunGeneratorsAndUpdateCompilation(
            TestCompilation.Create(sources), out Compilation compilation, out _, TestContext.Current.CancellationToken);
        AssertGeneratedCodeIsSound(compilation);
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers(Analyzers).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);

        // A suggestion that fits most methods of most contracts here; the tests of its code fix are about nothing else.
        return [.. found.Where(static d => d.Id != MethodDescriptors.TakesNoToken.Id).OrderBy(static d => d.Location.SourceSpan.Start).ThenBy(static d => d.Id, StringComparer.Ordinal)];
    }

    // Whatever is wrong with a contract, the compiler finds nothing wrong with what is generated for it: what is told stands alone. The one
    // exception is the context's Default, which System.Text.Json's generator would add.
    private static void AssertGeneratedCodeIsSound(Compilation compilation) => Assert.DoesNotContain(
        compilation.GetDiagnostics(TestContext.Current.CancellationToken),
        static d => d.Severity == DiagnosticSeverity.Error
            && d.Location.SourceTree?.FilePath.Contains(nameof(WebSocketClientGenerator), StringComparison.Ordinal) == true
            && !(d.Id == "CS0117" && d.GetMessage(null).Contains("'Default'", StringComparison.Ordinal)));

    /// <summary>Asserts that exactly these are told, in the order of the text.</summary>
    public static async Task TellsAsync(string source, params (string Id, string Under)[] expected)
    {
        IReadOnlyList<Diagnostic> found = await DiagnoseAsync(source);
        Assert.Equal(
            expected.Select(static e => $"{e.Id} {e.Under}"),
            found.Select(static d => $"{d.Id} {d.Location.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(d.Location.SourceSpan)}"));
    }

    /// <summary>Asserts that nothing is told.</summary>
    public static Task IsSilentAsync(string source) => TellsAsync(source);
}
