using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports what is wrong with the annotated methods of a client: their signatures, their topics, and what they need of the client.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MethodAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        MethodDescriptors.NotPartial, MethodDescriptors.MethodKind, MethodDescriptors.ReturnType, MethodDescriptors.BadParameter, MethodDescriptors.ScopeWithoutPlace,
        MethodDescriptors.BadTopic, MethodDescriptors.NoUnsubscribe, MethodDescriptors.BadSubscription, MethodDescriptors.BadBinary, MethodDescriptors.BadHandler,
        MethodDescriptors.DuplicateHandler, MethodDescriptors.DuplicateBinary, MethodDescriptors.NotInClient, MethodDescriptors.NoTopicsPlace, MethodDescriptors.NamesDifferByCase, MethodDescriptors.BadPositional,
        Descriptors.CallWithoutCalls, Descriptors.MissingFromJsonContext, Descriptors.UnsupportedType, Descriptors.NoJsonContext, Descriptors.NoDiscriminator,
        Descriptors.BadTimeout, Descriptors.LatestWithoutKey, Descriptors.BadKey, Descriptors.BadStream, Descriptors.BadDiscriminatorValue, Descriptors.NoPlace,
        Descriptors.NotAJsonPointer, Descriptors.LocatorConflict, Descriptors.BadTemplate,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);

        // By their class: of a partial method the compiler would show the generated half alone.
        context.RegisterSymbolAction(
            static symbol =>
            {
                foreach (IMethodSymbol method in ((INamedTypeSymbol)symbol.Symbol).GetMembers().OfType<IMethodSymbol>())
                    Analyze(symbol, method);
            },
            SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context, IMethodSymbol method)
    {
        HashSet<(ISymbol, string)> missing = [];
        foreach (AttributeData attribute in method.GetAttributes())
        {
            if (MethodAttributes.KindOf(attribute) is null)
                continue;
            List<Problem> problems = [];
            MethodModel? model = MethodParser.Parse(method, attribute, problems, context.CancellationToken);
            foreach (Problem problem in problems)
                context.ReportDiagnostic(problem.ToDiagnostic());
            if (model is { IsFaulty: false })
                AnalyzeWithClient(context, method, model, missing);
        }
    }

    private static void AnalyzeWithClient(SymbolAnalysisContext context, IMethodSymbol method, MethodModel model, HashSet<(ISymbol, string)> missing)
    {
        INamedTypeSymbol clientSymbol = method.ContainingType;
        if (ClientParser.Of(clientSymbol, context.CancellationToken) is not { } client)
            return; // told at the client
        Location location = MethodParser.NameOf(method, context.CancellationToken);
        if (MethodRules.Violation(client, model, location) is { } violation)
        {
            context.ReportDiagnostic(violation.ToDiagnostic());
            return;
        }

        if (model.Kind is ClientMethodKind.Handles or ClientMethodKind.ReceiveBinary)
            ReportSecond(context, method, model, location);
        if (clientSymbol.FindClientAttribute()!.Named<ITypeSymbol>("JsonContext") is not INamedTypeSymbol json)
            return;
        JsonContextFacts facts = JsonContextFacts.Of(json);
        foreach (ITypeSymbol type in MethodTypes.Needed(method, model, facts))
        {
            if (!JsonContextReader.Registers(json, type) && missing.Add((json, type.FullName())))
                context.ReportDiagnostic(JsonContextReader.Missing(json, type, client.Name, location, context.CancellationToken).ToDiagnostic());
        }

        if (facts.IsCaseInsensitive && model.Request is null)
            ReportNamesThatDifferByCase(context, model, json, location);
    }

    // Of two handlers, or two streams of binary messages, the later one is told.
    private static void ReportSecond(SymbolAnalysisContext context, IMethodSymbol method, MethodModel model, Location location)
    {
        foreach (IMethodSymbol other in method.ContainingType.GetMembers().OfType<IMethodSymbol>().TakeWhile(m => !SymbolEqualityComparer.Default.Equals(m, method)))
        {
            foreach (AttributeData attribute in other.GetAttributes())
            {
                if (MethodAttributes.KindOf(attribute) != model.Kind
                    || MethodParser.Parse(other, attribute, null, context.CancellationToken) is not { IsFaulty: false } same
                    || !same.Values.Equals(model.Values)
                    || !same.Prefix.Equals(model.Prefix))
                {
                    continue;
                }

                context.ReportDiagnostic(model.Kind == ClientMethodKind.Handles
                    ? Diagnostic.Create(MethodDescriptors.DuplicateHandler, location, other.Name, method.Name, string.Join(", ", model.Values.Select(static v => v.Shown)))
                    : Diagnostic.Create(MethodDescriptors.DuplicateBinary, location, other.Name, method.Name, model.Prefix.Count == 0 ? "anything" : string.Join(" ", model.Prefix)));
                return;
            }
        }
    }

    private static void ReportNamesThatDifferByCase(SymbolAnalysisContext context, MethodModel model, INamedTypeSymbol json, Location location)
    {
        string[] names = [.. model.Fields.Select(static f => f.WireName ?? f.PlainName)];
        foreach (IGrouping<string, string> same in names.GroupBy(static n => n, StringComparer.OrdinalIgnoreCase).Where(static g => g.Distinct(StringComparer.Ordinal).Count() > 1))
            context.ReportDiagnostic(Diagnostic.Create(MethodDescriptors.NamesDifferByCase, location, same.First(), same.Last(), model.Name, json.ShortName()));
    }
}
