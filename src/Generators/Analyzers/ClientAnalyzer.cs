using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports what is wrong with a class with <c>[WebSocketClient]</c> itself.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClientAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Descriptors.ClientNotPartial, Descriptors.ClientKind, Descriptors.ClientConstructor, Descriptors.NotAJsonContext,
        Descriptors.NotAJsonPointer, Descriptors.LocatorConflict, Descriptors.BadUri, Descriptors.BadSubProtocol, Descriptors.InterfaceTaken,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(static symbol => Analyze(symbol), SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        List<Problem> problems = [];
        ClientParser.Parse((INamedTypeSymbol)context.Symbol, problems, context.CancellationToken);
        foreach (Problem problem in problems)
            context.ReportDiagnostic(problem.ToDiagnostic());
    }
}
