using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the methods of one message: declarations with their documentation, and bodies of one line.</summary>
internal static class OperationEmitter
{
    private const string Token = "global::System.Threading.CancellationToken";
    private const string StreamOptions = "global::NetWebSockets.MessageStreamOptions? options";

    /// <summary>Writes the declarations in the interface.</summary>
    public static void EmitDeclarations(CodeWriter code, ClientModel client, OperationModel operation)
    {
        MessageModel message = operation.Message;
        if (message.IsStreamed)
        {
            SubscribeEmitter.EmitDeclarations(code, SubscribeEmitter.Of(operation, Members.Of(client)));
            return;
        }

        if (message.Direction == MessageDirection.Receive)
        {
            code.Blank();
            Document(code, $"Opens a stream of {Cref(message)}: the messages {Described(client, message.Values)}.", message.Summary);
            code.Line("/// <param name=\"options\">How the stream buffers; null takes the defaults.</param>");
            code.Line("/// <returns>The stream, registered from here on. Dispose it to end it.</returns>");
            code.Line($"{ReturnType(message)} {operation.MethodName}({StreamOptions} = null);");
            return;
        }

        bool isCall = message.Direction == MessageDirection.Call;
        string shape = $"<c>{Literals.Xml(operation.Envelope!.Shape)}</c>";
        code.Blank();
        Document(code, isCall ? $"Calls <c>{Literals.Xml(message.Name)}</c>: {shape}." : $"Sends {Cref(message)}: {shape}.", message.Summary);
        code.Line($"/// <param name=\"{RecordName(message)}\">The {RecordName(message)}.</param>");
        DocumentOutcome(code, "cancellationToken", isCall);
        code.Line($"{RecordSignature(message)};");

        if (!operation.HasFieldsMethod)
            return;
        string token = TokenName(message.Fields!);
        code.Blank();
        Document(code, isCall ? $"Calls <c>{Literals.Xml(message.Name)}</c> with the fields of {Cref(message)}." : $"Sends {Cref(message)} made of its fields.", message.Summary);
        foreach (FieldModel field in message.Fields!.Items)
            code.Line($"/// <param name=\"{field.Parameter}\">{field.Documentation ?? $"Its <c>{field.Member}</c>."}</param>");
        DocumentOutcome(code, token, isCall);
        code.Line($"{FieldsSignature(operation)};");
    }

    /// <summary>Writes the methods of the class.</summary>
    public static void EmitMethods(CodeWriter code, OperationModel operation, Members members)
    {
        MessageModel message = operation.Message;
        string route = $"{members.Wire}.{operation.RouteName}";
        if (message.IsStreamed)
        {
            SubscribeEmitter.EmitMethods(code, SubscribeEmitter.Of(operation, members), members);
            return;
        }

        if (message.Direction == MessageDirection.Receive)
        {
            Head(code, $"{ReturnType(message)} {operation.MethodName}({StreamOptions} = null)");
            code.Deeper(() => code.Line($"=> this.{members.Runtime}.Open({route}, options);"));
            return;
        }

        string verb = message.Direction == MessageDirection.Call ? "CallAsync" : "SendAsync";
        string record = RecordName(message);
        Head(code, RecordSignature(message));
        code.Deeper(() => code.Line($"=> this.{members.Runtime}.{verb}({route}, {record}, cancellationToken);"));

        if (!operation.HasFieldsMethod)
            return;
        Head(code, FieldsSignature(operation));
        code.Deeper(() => code.Line($"=> this.{members.Runtime}.{verb}({route}, {Creation(message)}, {TokenName(message.Fields!)});"));
    }

    /// <summary>Which messages have these values, as the end of a sentence.</summary>
    internal static string Described(ClientModel client, EquatableArray<DiscriminatorValueModel> values) => string.Join(" and ", values
        .Select((value, index) => (value.Kind, Locator: $"<c>{Literals.Xml(client.Discriminators[index])}</c>", Text: $"<c>{Literals.Xml(value.Text)}</c>"))
        .Where(static v => v.Kind != MatchKind.Any)
        .Select(static v => v.Kind switch
        {
            MatchKind.Present => $"that have {v.Locator}",
            MatchKind.Absent => $"without {v.Locator}",
            MatchKind.Template => $"whose {v.Locator} is like {v.Text}",
            _ => $"whose {v.Locator} is {v.Text}",
        }));

    private static void Head(CodeWriter code, string signature)
    {
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Line(ClientEmitter.GeneratedCode);
        code.Line($"public {signature}");
    }

    private static string ReturnType(MessageModel message) => message.Direction switch
    {
        MessageDirection.Send => "global::System.Threading.Tasks.ValueTask",
        MessageDirection.Call => $"global::System.Threading.Tasks.Task<{message.Reply}>",
        _ => $"global::NetWebSockets.MessageStream<{message.Type}>",
    };

    private static string RecordName(MessageModel message) => message.Direction == MessageDirection.Call ? "request" : "message";

    private static string RecordSignature(MessageModel message)
    {
        string name = message.Direction == MessageDirection.Call ? "CallAsync" : "SendAsync";
        return $"{ReturnType(message)} {name}({message.Type} {RecordName(message)}, {Token} cancellationToken = default)";
    }

    private static string FieldsSignature(OperationModel operation)
    {
        FieldsModel fields = operation.Message.Fields!;
        IEnumerable<string> parameters = fields.Items
            .Select(f => $"{f.Type} {Symbols.Escape(f.Parameter)}{(f.Default is not null ? " = " + f.Default : "")}")
            .Append($"{Token} {TokenName(fields)} = default");
        return $"{ReturnType(operation.Message)} {operation.MethodName}({string.Join(", ", parameters)})";
    }

    private static string Creation(MessageModel message) => Creation(message.Type, message.Fields!);

    /// <summary>The expression that makes a record of its fields.</summary>
    internal static string Creation(string type, FieldsModel fields)
    {
        string arguments = string.Join(", ", fields.Items.Where(static f => !f.IsProperty).Select(static f => Symbols.Escape(f.Parameter)));
        string initializers = string.Join(", ", fields.Items.Where(static f => f.IsProperty).Select(static f => $"{Symbols.Escape(f.Member)} = {Symbols.Escape(f.Parameter)}"));
        return $"new {type}({arguments})" + (initializers.Length > 0 ? $" {{ {initializers} }}" : "");
    }

    private static string TokenName(FieldsModel fields) =>
        Names.Unique("cancellationToken", new HashSet<string>(fields.Items.Select(static f => f.Parameter), StringComparer.Ordinal));

    private static string Cref(MessageModel message) => $"<see cref=\"{message.Type}\"/>";

    private static void Document(CodeWriter code, string summary, string? remarks)
    {
        code.Line($"/// <summary>{summary}</summary>");
        if (remarks is not null)
            code.Line($"/// <remarks>{remarks}</remarks>");
    }

    private static void DocumentOutcome(CodeWriter code, string token, bool isCall)
    {
        if (isCall)
        {
            code.Line($"/// <param name=\"{token}\">Abandons the call, never the connection.</param>");
            code.Line("/// <returns>The result.</returns>");
            code.Line("/// <exception cref=\"global::NetWebSockets.CallErrorException\">The peer answered with an error.</exception>");
            code.Line("/// <exception cref=\"global::NetWebSockets.CallTimeoutException\">No reply came in time.</exception>");
            code.Line("/// <exception cref=\"global::NetWebSockets.CallException\">The connection dropped, or the reply could not be read.</exception>");
        }
        else
        {
            code.Line($"/// <param name=\"{token}\">Abandons the send, never the connection.</param>");
            code.Line("/// <returns>A task that is done when the message is sent.</returns>");
            code.Line("/// <exception cref=\"global::NetWebSockets.SendException\">It was not sent, or nobody can know; the exception says which.</exception>");
        }
    }
}
