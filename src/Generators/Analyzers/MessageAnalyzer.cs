using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports what is wrong with a message: its client, its types, and what it needs of both.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MessageAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Descriptors.NoClient, Descriptors.CallWithoutCalls, Descriptors.MissingFromJsonContext, Descriptors.UnsupportedType,
        Descriptors.NoJsonContext, Descriptors.NoDiscriminator, Descriptors.LessAccessible, Descriptors.BadTimeout, Descriptors.FieldAtLocator,
        Descriptors.LatestWithoutKey, Descriptors.BadKey, Descriptors.BadStream, Descriptors.BadDiscriminatorValue, Descriptors.NoPlace,
        Descriptors.NotAJsonPointer, Descriptors.LocatorConflict,
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
        HashSet<(ISymbol, string)> missing = []; // a type is told once for each context, whatever number of attributes needs it
        foreach (AttributeData attribute in record.GetAttributes())
        {
            if (MessageParser.DirectionOf(attribute) is null)
                continue;

            List<Problem> problems = [];
            MessageModel? message = MessageParser.Parse(record, attribute, problems, context.CancellationToken);
            foreach (Problem problem in problems)
                context.ReportDiagnostic(problem.ToDiagnostic());
            if (message is not null)
                AnalyzeWithClient(context, record, attribute, message, missing);
        }
    }

    private static void AnalyzeWithClient(
        SymbolAnalysisContext context, INamedTypeSymbol record, AttributeData attribute, MessageModel message, HashSet<(ISymbol, string)> missing)
    {
        INamedTypeSymbol clientSymbol = MessageParser.ClientOf(attribute)!;
        ClientModel? client = ClientParser.Of(clientSymbol, context.CancellationToken);
        if (client is null)
            return; // told at the client

        Location location = attribute.WholeLocation(record);
        if (MessageRules.Violation(client, message, location) is { } violation)
        {
            context.ReportDiagnostic(violation.ToDiagnostic());
            return;
        }

        var json = (INamedTypeSymbol)clientSymbol.FindClientAttribute()!.Named<ITypeSymbol>("JsonContext")!;
        ReportWhenMissing(context, location, json, record, client, missing);
        if (message.Reply is not null)
            ReportWhenMissing(context, location, json, MessageParser.ReplyOf(attribute), client, missing);
        if (message is { Direction: not MessageDirection.Receive, Positional: null })
            ReportFieldsAtLocators(context, json, record, message, client);
    }

    private static void ReportWhenMissing(
        SymbolAnalysisContext context, Location location, INamedTypeSymbol json, ITypeSymbol type, ClientModel client, HashSet<(ISymbol, string)> missing)
    {
        if (PositionalParser.IsPositional(type))
        {
            // Written and read by generated code; only what stands in it may be the context's.
            foreach (ITypeSymbol inner in PositionalParser.NeededTypes(type, JsonContextFacts.Of(json)))
                ReportWhenMissing(context, location, json, inner, client, missing);
            return;
        }

        if (JsonContextReader.Registers(json, type) || !missing.Add((json, type.FullName())))
            return;
        context.ReportDiagnostic(JsonContextReader.Missing(json, type, client.Name, location, context.CancellationToken).ToDiagnostic());
    }

    // The record's fields are spliced into the envelope's object: one that is already there would be there twice.
    private static void ReportFieldsAtLocators(
        SymbolAnalysisContext context, INamedTypeSymbol json, INamedTypeSymbol record, MessageModel message, ClientModel client)
    {
        IEnumerable<EnvelopeValue> values;
        if (message.Direction == MessageDirection.Send)
            values = EnvelopeFactory.SendValues(client, message.Values, message.Payload);
        else if (client.Calls!.Request.Template is null)
            values = EnvelopeFactory.RequestValues(client, new PlaceholderValue(SlotKind.Method), SlotKind.Payload);
        else
            return;
        EnvelopeValue[] all = [.. values];
        if (!Array.Exists(all, static v => v is { Slot: SlotKind.Payload, Locator.Length: 0 }))
            return;

        foreach (IPropertySymbol property in PublicProperties(record))
        {
            string name = JsonContextReader.NameOf(json, property, out bool isExact);
            foreach (EnvelopeValue value in all)
            {
                _ = JsonPointer.TryParse(value.Locator, out IReadOnlyList<string> names);
                if (names.Count == 0)
                    continue;
                string word = value.Slot switch
                {
                    SlotKind.Id => "id",
                    SlotKind.Method => "method",
                    SlotKind.Scope => "scope",
                    _ when value.Locator == "/jsonrpc" && client.JsonRpc is not null => "version",
                    _ => "discriminator",
                };
                if (isExact ? name != names[0] : name != JsonContextReader.Plain(names[0]))
                    continue;
                Location location = property.Locations.FirstOrDefault() ?? record.Locations[0];
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.FieldAtLocator, location, property.Name, names[0], client.Name, word));
            }
        }
    }

    internal static IEnumerable<IPropertySymbol> PublicProperties(INamedTypeSymbol record)
    {
        for (INamedTypeSymbol? type = record; type is not null; type = type.BaseType)
        {
            foreach (IPropertySymbol property in type.GetMembers().OfType<IPropertySymbol>())
            {
                bool ignored = property.FindAttribute("System.Text.Json.Serialization", "JsonIgnoreAttribute") is { NamedArguments.Length: 0 };
                if (property is { DeclaredAccessibility: Accessibility.Public, IsStatic: false, IsIndexer: false, GetMethod: not null } && !ignored)
                    yield return property;
            }
        }
    }
}
