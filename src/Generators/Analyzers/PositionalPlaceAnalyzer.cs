using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports records by position that stand where System.Text.Json writes and reads them, and so as objects: anywhere in the types of a contract.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PositionalPlaceAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [MethodDescriptors.PositionalInObject];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        ContractUse.Register(context, static _ => true, Report);
    }

    // Each type once for each context, and those that are sent first: what is looked at as received is then received only.
    private static void Report(CompilationAnalysisContext context, IEnumerable<IGrouping<INamedTypeSymbol, ContractUse>> contexts)
    {
        HashSet<ISymbol> told = new(SymbolEqualityComparer.Default); // what derives has the member again, and so has another context
        foreach (IGrouping<INamedTypeSymbol, ContractUse> uses in contexts)
        {
            INamedTypeSymbol json = uses.Key;
            JsonContextFacts facts = JsonContextFacts.Of(json);
            JsonConverters converters = JsonConverters.Of(json);
            HashSet<ITypeSymbol> seen = new(SymbolEqualityComparer.Default);
            foreach (ContractUse use in uses.OrderByDescending(static u => u.IsWritten).ThenBy(static u => u.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(static u => u.Location.SourceSpan.Start))
            {
                foreach (PositionalPlace place in JsonTypeGraph.From(use.Type, converters, seen).SelectMany(t => PositionalPlace.In(t, facts, converters, use.IsWritten)))
                {
                    if (told.Add(place.At.OriginalDefinition))
                        context.ReportDiagnostic(Diagnostic.Create(MethodDescriptors.PositionalInObject, use.LocationOf(place.At, context.Compilation), place.Record.ShortName(), place.Place, place.Advice));
                }
            }
        }
    }
}
