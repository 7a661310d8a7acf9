using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports types of a contract whose names in JSON only case tells apart, where the context ignores it: messages, and whatever types stand in them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NameCaseAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [MethodDescriptors.NamesDifferByCase];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        ContractUse.Register(context, static json => JsonContextFacts.Of(json).IsCaseInsensitive, Report);
    }

    // Each type once for each context, however many messages it stands in.
    private static void Report(CompilationAnalysisContext context, IEnumerable<IGrouping<INamedTypeSymbol, ContractUse>> contexts)
    {
        foreach (IGrouping<INamedTypeSymbol, ContractUse> uses in contexts)
        {
            INamedTypeSymbol json = uses.Key;
            JsonConverters converters = JsonConverters.Of(json);
            HashSet<ITypeSymbol> seen = new(SymbolEqualityComparer.Default);
            HashSet<ISymbol> told = new(SymbolEqualityComparer.Default); // what derives has the member again
            foreach (ContractUse use in uses.OrderBy(static u => u.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(static u => u.Location.SourceSpan.Start))
            {
                foreach (INamedTypeSymbol type in JsonTypeGraph.From(use.Type, converters, seen))
                    Report(context, json, type, use, told);
            }
        }
    }

    private static void Report(CompilationAnalysisContext context, INamedTypeSymbol json, INamedTypeSymbol type, ContractUse use, HashSet<ISymbol> told)
    {
        if (PositionalParser.IsPositional(type))
            return; // it has no names
        Dictionary<string, (string Name, ISymbol Member)> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (ISymbol member in JsonTypeGraph.Members(type, JsonContextFacts.Of(json).IncludesFields))
        {
            string name = JsonContextReader.NameOf(json, member, out bool isExact);
            if (!isExact)
                continue;
            if (!seen.TryGetValue(name, out (string Name, ISymbol Member) first))
            {
                seen.Add(name, (name, member));
            }
            else if (first.Name != name && told.Add(member))
            {
                context.ReportDiagnostic(Diagnostic.Create(MethodDescriptors.NamesDifferByCase, use.LocationOf(member, context.Compilation), first.Name, name, type.ShortName(), json.ShortName()));
            }
        }
    }
}
