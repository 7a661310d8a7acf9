using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports what is wrong with records that subscribe and with records by position.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RecordAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        MethodDescriptors.BadPositional, MethodDescriptors.BadTopic, MethodDescriptors.NoUnsubscribe, MethodDescriptors.BadSubscription,
        MethodDescriptors.NoTopicsPlace, Descriptors.NoClient, Descriptors.UnsupportedType, Descriptors.LessAccessible, Descriptors.NoJsonContext, Descriptors.NoDiscriminator,
        Descriptors.MissingFromJsonContext, Descriptors.NotAJsonPointer, Descriptors.BadTemplate, Descriptors.LatestWithoutKey, Descriptors.BadKey, Descriptors.BadStream, Descriptors.NoPlace,
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
        var record = (INamedTypeSymbol)context.Symbol;
        if (PositionalParser.IsPositional(record) && PositionalParser.WhyNot(record) is { } why)
            context.ReportDiagnostic(Diagnostic.Create(MethodDescriptors.BadPositional, record.Locations.FirstOrDefault(), record.ShortName(), why));

        HashSet<(ISymbol, string)> missing = [];
        foreach (AttributeData attribute in record.GetAttributes())
        {
            if (SubscriptionParser.IsSubscribe(attribute))
                AnalyzeSubscribe(context, record, attribute, missing);
        }
    }

    private static void AnalyzeSubscribe(SymbolAnalysisContext context, INamedTypeSymbol record, AttributeData attribute, HashSet<(ISymbol, string)> missing)
    {
        List<Problem> problems = [];
        SubscribeModel? model = SubscribeParser.Parse(record, attribute, problems, context.CancellationToken);
        foreach (Problem problem in problems)
            context.ReportDiagnostic(problem.ToDiagnostic());
        if (model is not { IsFaulty: false })
            return;

        INamedTypeSymbol clientSymbol = MessageParser.ClientOf(attribute)!;
        if (ClientParser.Of(clientSymbol, context.CancellationToken) is not { } client)
            return; // told at the client
        Location location = attribute.WholeLocation(record);
        if (MethodRules.Violation(client, model, location) is { } violation)
        {
            context.ReportDiagnostic(violation.ToDiagnostic());
            return;
        }

        if (clientSymbol.FindClientAttribute()!.Named<ITypeSymbol>("JsonContext") is not INamedTypeSymbol json)
            return;
        JsonContextFacts facts = JsonContextFacts.Of(json);
        foreach (ITypeSymbol type in new[] { record, attribute.AttributeClass!.TypeArguments[1] })
        {
            foreach (ITypeSymbol needed in PositionalParser.Registered(type, facts))
            {
                if (!JsonContextReader.Registers(json, needed) && missing.Add((json, needed.FullName())))
                    context.ReportDiagnostic(JsonContextReader.Missing(json, needed, client.Name, location, context.CancellationToken).ToDiagnostic());
            }
        }
    }
}
