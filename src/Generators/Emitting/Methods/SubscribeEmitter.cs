using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the methods of records that open a stream, subscriptions and calls with streamed replies: one that takes the record, and one that takes its fields.</summary>
internal static class SubscribeEmitter
{
    private const string Options = "global::NetWebSockets.MessageStreamOptions?";

    /// <summary>What the methods of one record are made of.</summary>
    /// <param name="Type">The record.</param>
    /// <param name="Item">The type of the items.</param>
    /// <param name="Fields">What the record is made of; null when there is no method of fields.</param>
    /// <param name="RecordMethod">The name of the method that takes the record.</param>
    /// <param name="FieldsMethod">The name of the method that takes its fields.</param>
    /// <param name="Call">What is asked of the runtime.</param>
    /// <param name="Deed">What the methods do, for their documentation.</param>
    /// <param name="End">What happens when a stream is disposed.</param>
    /// <param name="Remarks">The summary of the record's own documentation.</param>
    internal sealed record Source(
        string Type, string Item, FieldsModel? Fields, string RecordMethod, string FieldsMethod, string Call, string Deed, string End, string? Remarks);

    /// <summary>The methods of a record that subscribes.</summary>
    public static Source Of(SubscribeOperationModel operation, Members members)
    {
        SubscribeModel record = operation.Record;
        string route = $"{members.Wire}.{operation.RouteName}";
        return new Source(
            record.Request.Type,
            record.Item.Type,
            operation.HasFieldsMethod ? record.Fields : null,
            operation.MethodName,
            operation.MethodName,
            $"Subscribe({route}, {record.Subscription.Key ?? "null"}, request, {route}Request, options)",
            $"Subscribes by <c>{Literals.Xml(record.Subscription.Subscribe)}</c>",
            "Dispose it to end it; with the last one of a subscription that ends too.",
            record.Summary);
    }

    /// <summary>The methods of a call whose replies are streamed.</summary>
    public static Source Of(OperationModel operation, Members members)
    {
        MessageModel message = operation.Message;
        return new Source(
            message.Type,
            message.Reply!,
            operation.HasFieldsMethod ? message.Fields : null,
            "Call",
            operation.MethodName,
            $"CallStream({members.Wire}.{operation.RouteName}, request, null, options)",
            $"Calls <c>{Literals.Xml(message.Method)}</c>, whose replies are streamed: <c>{Literals.Xml(operation.Envelope!.Shape)}</c>,",
            "It ends with the last reply; dispose it to end it before.",
            message.Summary);
    }

    /// <summary>Writes the declarations in the interface.</summary>
    public static void EmitDeclarations(CodeWriter code, Source source)
    {
        string cref = $"<see cref=\"{source.Type}\"/>";
        code.Blank();
        Document(code, source, $"{source.Deed} with {cref}.");
        code.Line("/// <param name=\"request\">The request.</param>");
        DocumentRest(code, source, "options");
        code.Line($"{RecordSignature(source)};");
        if (source.Fields is null)
            return;
        code.Blank();
        Document(code, source, $"{source.Deed} with the fields of {cref}.");
        foreach (FieldModel field in source.Fields.Items)
            code.Line($"/// <param name=\"{field.Parameter}\">{field.Documentation ?? $"Its <c>{field.Member}</c>."}</param>");
        DocumentRest(code, source, OptionsName(source));
        code.Line($"{FieldsSignature(source)};");
    }

    /// <summary>Writes the methods of the class.</summary>
    public static void EmitMethods(CodeWriter code, Source source, Members members)
    {
        Head(code, RecordSignature(source));
        code.Deeper(() => code.Line($"=> this.{members.Runtime}.{source.Call};"));
        if (source.Fields is null)
            return;
        Head(code, FieldsSignature(source));
        code.Deeper(() => code.Line($"=> this.{source.RecordMethod}({OperationEmitter.Creation(source.Type, source.Fields)}, {OptionsName(source)});"));
    }

    private static void Head(CodeWriter code, string signature)
    {
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Line(ClientEmitter.GeneratedCode);
        code.Line($"public {signature}");
    }

    private static string RecordSignature(Source source) =>
        $"global::NetWebSockets.MessageStream<{source.Item}> {source.RecordMethod}({source.Type} request, {Options} options = null)";

    private static string FieldsSignature(Source source)
    {
        IEnumerable<string> parameters = source.Fields!.Items
            .Select(static f => $"{f.Type} {Symbols.Escape(f.Parameter)}{(f.Default is not null ? " = " + f.Default : "")}")
            .Append($"{Options} {OptionsName(source)} = null");
        return $"global::NetWebSockets.MessageStream<{source.Item}> {source.FieldsMethod}({string.Join(", ", parameters)})";
    }

    private static string OptionsName(Source source) =>
        Names.Unique("options", new HashSet<string>(source.Fields!.Items.Select(static f => f.Parameter), StringComparer.Ordinal));

    private static void Document(CodeWriter code, Source source, string summary)
    {
        code.Line($"/// <summary>{summary}</summary>");
        if (source.Remarks is not null)
            code.Line($"/// <remarks>{source.Remarks}</remarks>");
    }

    private static void DocumentRest(CodeWriter code, Source source, string options)
    {
        code.Line($"/// <param name=\"{options}\">How the stream buffers; null takes the defaults.</param>");
        code.Line($"/// <returns>The stream, registered from here on. {source.End}</returns>");
    }
}
