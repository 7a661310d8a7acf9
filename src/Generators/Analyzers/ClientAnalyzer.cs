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
        Descriptors.BadTemplate, Descriptors.BadCalls, Descriptors.BadLimit, Descriptors.BadFraming,
        Descriptors.BadHeartbeat, Descriptors.BadResume, Descriptors.BadCloseCodes, Descriptors.BadScript,
        Descriptors.UnsupportedType, Descriptors.LessAccessible, Descriptors.NoJsonContext, Descriptors.MissingFromJsonContext,
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
        var type = (INamedTypeSymbol)context.Symbol;
        List<Problem> problems = [];
        ClientParser.Parse(type, problems, context.CancellationToken);

        // A type around clients is told of when its own turn comes, and once: what an analyzer says must be about the symbol that it looks at.
        HashSet<Location> own = [.. ClientParser.NotPartial(type, context.CancellationToken)];
        problems.RemoveAll(p => p.Descriptor == Descriptors.ClientNotPartial && !own.Contains(p.Location));
        if (problems.Count == 0 && own.Count > 0 && FirstClientIn(type) is { } client)
            problems.AddRange(own.Select(location => new Problem(Descriptors.ClientNotPartial, location, type.Name, client.Name)));

        foreach (Problem problem in problems)
            context.ReportDiagnostic(problem.ToDiagnostic());
    }

    private static INamedTypeSymbol? FirstClientIn(INamedTypeSymbol type) =>
        type.GetTypeMembers()
            .Select(static nested => nested.FindClientAttribute() is null ? FirstClientIn(nested) : nested)
            .FirstOrDefault(static found => found is not null);
}
