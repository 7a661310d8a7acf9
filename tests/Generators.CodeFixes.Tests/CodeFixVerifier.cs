using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace NetWebSockets.Generators.CodeFixes.Tests;

/// <summary>Runs an analyzer and its code fix, one by one and all at once, over sources with marked diagnostics.</summary>
internal static class CodeFixVerifier<TAnalyzer, TFix>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TFix : CodeFixProvider, new()
{
    public static Task VerifyAsync(string source, string expected) => VerifyAsync([source], [expected]);

    /// <summary>Verifies the fix.</summary>
    /// <param name="sources">The documents, with diagnostics as <c>{|NWS0001:Chat|}</c>.</param>
    /// <param name="expected">The documents afterwards.</param>
    public static Task VerifyAsync(string[] sources, string[] expected) => VerifyAsync(sources, expected, MarkupMode.IgnoreFixable);

    /// <summary>Verifies that the diagnostics are told and no fix for them is offered.</summary>
    public static Task VerifyNoFixAsync(string source) => VerifyAsync([source], [source], MarkupMode.Allow);

    private static async Task VerifyAsync(string[] sources, string[] expected, MarkupMode afterwards)
    {
        CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier> test = new()
        {
            ReferenceAssemblies = new ReferenceAssemblies("net10.0"),
            // The generators do not run here: a context lacks what System.Text.Json would write, and the compiler says so.
            CompilerDiagnostics = CompilerDiagnostics.None,
        };
        foreach ((string[] files, SolutionState state) in new[] { (sources, test.TestState), (expected, test.FixedState) })
        {
            for (int i = 0; i < files.Length; i++)
                state.Sources.Add(($"/0/File{i}.cs", files[i]));
        }

        test.FixedState.MarkupHandling = afterwards;
        test.TestState.AdditionalReferences.AddRange(Net100.References.All);
        test.TestState.AdditionalReferences.Add(MetadataReference.CreateFromFile(typeof(WebSocketClientAttribute).Assembly.Location));
        test.SolutionTransforms.Add(static (solution, id) => solution.WithProjectParseOptions(id, new CSharpParseOptions(LanguageVersion.CSharp14)));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }
}
