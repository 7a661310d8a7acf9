using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads one <c>[Subscribe]</c> of one record.</summary>
internal static class SubscribeParser
{
    /// <summary>Reads it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="attribute">The attribute.</param>
    /// <param name="problems">Gets what is wrong with it; null when nobody asks.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The model, faulty when something is wrong; null when it names no client.</returns>
    public static SubscribeModel? Parse(INamedTypeSymbol record, AttributeData attribute, List<Problem>? problems, CancellationToken cancellationToken)
    {
        if (!SubscriptionParser.IsSubscribe(attribute) || MessageParser.ClientOf(attribute) is not { TypeKind: not TypeKind.Error } client)
            return null;

        problems ??= [];
        int before = problems.Count(static p => p.Descriptor.DefaultSeverity == DiagnosticSeverity.Error);
        Location whole = attribute.WholeLocation(record);
        string? noClient =
            client.FindClientAttribute() is null ? "is no client: add [WebSocketClient] to it, or name the class that has it"
            : !client.UserDeclarations(cancellationToken).Any() ? "is in another project: messages must be declared in the project of their client"
            : null;
        if (noClient is not null)
        {
            problems.Add(new Problem(Descriptors.NoClient, whole, record.ShortName(), client.ShortName(), noClient));
            return null;
        }

        ITypeSymbol item = attribute.AttributeClass!.TypeArguments[1];
        if (item.IsUnknown())
            return SubscribeModel.Faulty(client.FullName()); // the compiler says so
        foreach ((ITypeSymbol type, string role) in new[] { ((ITypeSymbol)record, "a request"), (item, "an item") })
        {
            if (PayloadRules.WhyNot(type) is { } why)
                problems.Add(new Problem(Descriptors.UnsupportedType, whole, type.ShortName(), role, why));
            else if (!type.IsVisibleWhere(client))
                problems.Add(new Problem(Descriptors.LessAccessible, whole, type.ShortName(), client.Name));
        }

        Locator payload = new("payload", "Payload", attribute.Named<string>("Payload"), attribute);
        new LocatorReader(record, problems, cancellationToken).Check(payload, mayBeWhole: true);
        SubscriptionModel subscription = SubscriptionParser.OfRecord(record, attribute, client, problems, cancellationToken);
        StreamModel? stream = StreamParser.Parse(item, attribute, client, problems, cancellationToken);
        if (problems.Count(static p => p.Descriptor.DefaultSeverity == DiagnosticSeverity.Error) > before)
            return SubscribeModel.Faulty(client.FullName());

        JsonContextFacts facts = JsonContextFacts.Of(client.FindClientAttribute()!.Named<ITypeSymbol>("JsonContext"));
        Documentation documentation = Documentation.Of(record, cancellationToken);
        return new SubscribeModel(
            client.FullName(),
            PositionalParser.Payload(record, facts),
            record.Name,
            PayloadRules.IsJsonArray(record) || PositionalParser.IsPositional(record),
            PositionalParser.Payload(item, facts),
            FieldParser.Parse(record, documentation, cancellationToken),
            subscription,
            payload.Value,
            stream,
            documentation.Summary)
        {
            IsRegistered = client.FindClientAttribute()!.Named<ITypeSymbol>("JsonContext") is not INamedTypeSymbol { TypeKind: not TypeKind.Error } json
                || PositionalParser.IsRegistered(json, record, facts) && PositionalParser.IsRegistered(json, item, facts),
        };
    }
}
