using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads one message attribute of one record.</summary>
internal static class MessageParser
{
    private const double LongestTimeout = 4_294_967; // what a timer takes: 2^32 - 2 ms

    /// <summary>Which message attribute this is, if any.</summary>
    public static MessageDirection? DirectionOf(AttributeData attribute) =>
        attribute.AttributeClass.Is("NetWebSockets", "SendAttribute`1") ? MessageDirection.Send
        : attribute.AttributeClass.Is("NetWebSockets", "ReceiveAttribute`1") ? MessageDirection.Receive
        : attribute.AttributeClass.Is("NetWebSockets", "CallAttribute`2") ? MessageDirection.Call
        : null;

    /// <summary>The client that a message attribute names.</summary>
    public static INamedTypeSymbol? ClientOf(AttributeData attribute) => attribute.AttributeClass!.TypeArguments[0] as INamedTypeSymbol;

    /// <summary>The type of a call's result, or of one of several that are streamed.</summary>
    public static ITypeSymbol ReplyOf(AttributeData attribute) =>
        attribute.AttributeClass!.TypeArguments[1] is INamedTypeSymbol stream && stream.Is("NetWebSockets", "MessageStream`1")
            ? stream.TypeArguments[0]
            : attribute.AttributeClass.TypeArguments[1];

    /// <summary>Reads the message.</summary>
    /// <param name="record">The record.</param>
    /// <param name="attribute">One of its message attributes.</param>
    /// <param name="problems">Gets what is wrong with it; null when nobody asks.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The model, or null when nothing can be generated for it.</returns>
    public static MessageModel? Parse(
        INamedTypeSymbol record, AttributeData attribute, List<Problem>? problems, CancellationToken cancellationToken)
    {
        if (DirectionOf(attribute) is not { } direction || ClientOf(attribute) is not { } client || client.TypeKind == TypeKind.Error)
            return null;

        problems ??= [];
        int before = problems.Count;
        Location whole = attribute.WholeLocation(record);
        void Report(DiagnosticDescriptor descriptor, params object?[] arguments) => problems.Add(new Problem(descriptor, whole, arguments));

        string? noClient =
            client.FindClientAttribute() is null ? "is no client: add [WebSocketClient] to it, or name the class that has it"
            : !client.UserDeclarations(cancellationToken).Any() ? "is in another project: messages must be declared in the project of their client"
            : null;
        if (noClient is not null)
        {
            Report(Descriptors.NoClient, record.ShortName(), client.ShortName(), noClient);
            return null;
        }

        ITypeSymbol? reply = direction == MessageDirection.Call ? attribute.AttributeClass!.TypeArguments[1] : null;
        if (reply is not null && reply.IsUnknown())
            return null; // the compiler says so
        bool isStreamed = reply.Is("NetWebSockets", "MessageStream`1");
        if (isStreamed)
            reply = ReplyOf(attribute);

        if (PayloadRules.WhyNot(record) is { } why)
            Report(Descriptors.UnsupportedType, record.ShortName(), "a message", why);
        else if (!record.IsVisibleWhere(client))
            Report(Descriptors.LessAccessible, record.ShortName(), client.Name);

        if (reply is not null && PayloadRules.WhyNot(reply) is { } whyNoReply)
            Report(Descriptors.UnsupportedType, reply.ShortName(), "the result of a call", whyNoReply);
        else if (reply is not null && !reply.IsVisibleWhere(client))
            Report(Descriptors.LessAccessible, reply.ShortName(), client.Name);

        double timeout = attribute.Named<double>("TimeoutSeconds");
        if (timeout is not 0 and not (>= 0.001 and <= LongestTimeout))
        {
            problems.Add(new Problem(
                Descriptors.BadTimeout, attribute.LocationOf("TimeoutSeconds", record, cancellationToken), timeout, record.ShortName()));
        }

        EquatableArray<DiscriminatorValueModel> values = direction == MessageDirection.Call
            ? default
            : DiscriminatorParser.Parse(attribute, direction == MessageDirection.Send, record, problems, cancellationToken);
        Locator payload = new("payload", "Payload", direction == MessageDirection.Call ? null : attribute.Named<string>("Payload"), attribute);
        new LocatorReader(record, problems, cancellationToken).Check(payload, mayBeWhole: true);

        StreamModel? stream = direction == MessageDirection.Receive ? StreamParser.Parse(record, attribute, client, problems, cancellationToken) : null;
        if (problems.Count > before || PositionalParser.IsPositional(record) && PositionalParser.WhyNot(record) is not null)
            return null;

        JsonContextFacts facts = JsonContextFacts.Of(client.FindClientAttribute()!.Named<ITypeSymbol>("JsonContext"));
        Documentation documentation = Documentation.Of(record, cancellationToken);
        return new MessageModel(
            direction,
            client.FullName(),
            values,
            direction == MessageDirection.Call ? attribute.FirstString() ?? "" : "",
            payload.Value,
            record.FullName(),
            record.Name,
            PayloadRules.IsJsonArray(record) || PositionalParser.IsPositional(record),
            reply?.FullName(),
            direction == MessageDirection.Receive ? null : FieldParser.Parse(record, documentation, cancellationToken),
            record.FindAttribute("NetWebSockets", "IdempotentAttribute") is not null,
            timeout,
            stream,
            client.FindClientAttribute()!.Named<ITypeSymbol>("JsonContext") is not INamedTypeSymbol { TypeKind: not TypeKind.Error } json
                || PositionalParser.IsRegistered(json, record, facts) && (reply is null || PositionalParser.IsRegistered(json, reply, facts)),
            documentation.Summary)
        {
            Positional = PositionalParser.Parse(record, facts),
            ReplyPositional = reply is null ? null : PositionalParser.Parse(reply, facts),
            IsStreamed = isStreamed,
        };
    }
}
