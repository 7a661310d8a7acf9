using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the methods of records that subscribe: one that takes the record, and one that takes its fields.</summary>
internal static class SubscribeEmitter
{
    private const string Options = "global::NetWebSockets.MessageStreamOptions?";

    /// <summary>Writes the declarations in the interface.</summary>
    public static void EmitDeclarations(CodeWriter code, SubscribeOperationModel operation)
    {
        SubscribeModel record = operation.Record;
        string cref = $"<see cref=\"{record.Request.Type}\"/>";
        code.Blank();
        Document(code, record, $"Subscribes by <c>{Literals.Xml(record.Subscription.Subscribe)}</c> with {cref}.");
        code.Line("/// <param name=\"request\">The request. Equal ones share one subscription.</param>");
        DocumentRest(code, "options");
        code.Line($"{RecordSignature(operation)};");
        if (!operation.HasFieldsMethod)
            return;
        code.Blank();
        Document(code, record, $"Subscribes by <c>{Literals.Xml(record.Subscription.Subscribe)}</c> with the fields of {cref}.");
        foreach (FieldModel field in record.Fields!.Items)
            code.Line($"/// <param name=\"{field.Parameter}\">{field.Documentation ?? $"Its <c>{field.Member}</c>."}</param>");
        DocumentRest(code, OptionsName(record));
        code.Line($"{FieldsSignature(operation)};");
    }

    /// <summary>Writes the methods of the class.</summary>
    public static void EmitMethods(CodeWriter code, SubscribeOperationModel operation, Members members)
    {
        SubscribeModel record = operation.Record;
        string route = $"{members.Wire}.{operation.RouteName}";
        Head(code, RecordSignature(operation));
        code.Deeper(() => code.Line($"=> this.{members.Runtime}.Subscribe({route}, {record.Subscription.Key ?? "null"}, request, {route}Request, options);"));
        if (!operation.HasFieldsMethod)
            return;
        Head(code, FieldsSignature(operation));
        code.Deeper(() => code.Line($"=> this.{operation.MethodName}({OperationEmitter.Creation(record.Request.Type, record.Fields!)}, {OptionsName(record)});"));
    }

    private static void Head(CodeWriter code, string signature)
    {
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Line(ClientEmitter.GeneratedCode);
        code.Line($"public {signature}");
    }

    private static string RecordSignature(SubscribeOperationModel operation) =>
        $"global::NetWebSockets.MessageStream<{operation.Record.Item.Type}> {operation.MethodName}({operation.Record.Request.Type} request, {Options} options = null)";

    private static string FieldsSignature(SubscribeOperationModel operation)
    {
        SubscribeModel record = operation.Record;
        IEnumerable<string> parameters = record.Fields!.Items
            .Select(static f => $"{f.Type} {Symbols.Escape(f.Parameter)}{(f.Default is not null ? " = " + f.Default : "")}")
            .Append($"{Options} {OptionsName(record)} = null");
        return $"global::NetWebSockets.MessageStream<{record.Item.Type}> {operation.MethodName}({string.Join(", ", parameters)})";
    }

    private static string OptionsName(SubscribeModel record) =>
        Names.Unique("options", new HashSet<string>(record.Fields?.Items.Select(static f => f.Parameter) ?? [], StringComparer.Ordinal));

    private static void Document(CodeWriter code, SubscribeModel record, string summary)
    {
        code.Line($"/// <summary>{summary}</summary>");
        if (record.Summary is not null)
            code.Line($"/// <remarks>{record.Summary}</remarks>");
    }

    private static void DocumentRest(CodeWriter code, string options)
    {
        code.Line($"/// <param name=\"{options}\">How the stream buffers; null takes the defaults.</param>");
        code.Line("/// <returns>The stream, registered from here on. Dispose it to end it; with the last one the subscription ends.</returns>");
    }
}
