using System.Globalization;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the routes of annotated methods and of subscriptions.</summary>
internal static class MethodRouteEmitter
{
    private const string Messaging = ClientEmitter.Messaging;

    /// <summary>Writes the route of a method, with what holds its parameters.</summary>
    public static void Emit(CodeWriter code, ClientModel client, Formats formats, MethodOperationModel operation)
    {
        MethodModel method = operation.Method;
        if (operation.FieldsName is not null)
        {
            code.Blank();
            FieldsEmitter.Emit(code, formats, operation, client.IsPositional(method.Kind == ClientMethodKind.Send));
        }

        code.Blank();
        switch (method.Kind)
        {
            case ClientMethodKind.Call:
                EmitCall(code, formats, operation);
                break;
            case ClientMethodKind.Send:
                code.Line($"// {WireEmitter.Comment(operation.Envelope!.Shape)}");
                code.Line($"internal static readonly {Messaging}SendRoute<{RequestType(operation)}> {operation.RouteName} = new(");
                code.Deeper(() =>
                {
                    code.Line($"{Literals.Of(method.Values.Count > 0 ? string.Join(", ", method.Values.Select(static v => v.Shown)) : method.Name)},");
                    EnvelopeEmitter.Emit(code, operation.Envelope!, ",");
                    code.Line($"{RequestFormat(formats, operation)},");
                    code.Line($"Idempotent: {WireEmitter.Bool(method.Idempotent)});");
                });
                break;
            case ClientMethodKind.Event:
                code.Line($"internal static readonly {Messaging}ReceiveRoute<{method.Result!.Type}> {operation.RouteName} = new(");
                code.Deeper(() =>
                {
                    code.Line($"{EnvelopeEmitter.Matches(operation.Match)},");
                    code.Line($"{formats.Of(method.Result)}){End(method.Stream, operation.Payload)}");
                });
                EmitStreamSettings(code, method.Result.Type, method.Stream, operation.Payload);
                break;
            case ClientMethodKind.Topic:
                EmitSubscription(code, formats, operation.Subscription!, operation.RouteName, method.Result!, method.Stream);
                break;
            case ClientMethodKind.Subscribe:
                EmitSubscription(code, formats, operation.Subscription!, operation.RouteName, method.Result!, method.Stream);
                code.Blank();
                code.Line($"internal static readonly {Messaging}PayloadFormat<{RequestType(operation)}> {operation.RouteName}Request = {RequestFormat(formats, operation)};");
                break;
            case ClientMethodKind.Handles:
                EmitHandler(code, client, formats, operation);
                break;
            case ClientMethodKind.ReceiveBinary:
                code.Line($"internal static readonly {Messaging}BinaryRoute<{method.Result!.Type}> {operation.RouteName} = new({Literals.Of(method.Name)}{string.Concat(method.Prefix.Select(static b => ", " + Byte(b)))}){(WireEmitter.Stream(method.Stream) is { } stream ? $" {{ Stream = {stream} }}" : "")};");
                break;
            default:
                if (method.Prefix.Count > 0)
                    code.Line($"internal static readonly byte[] {operation.RouteName} = new byte[] {{ {string.Join(", ", method.Prefix.Select(Byte))} }};");
                break;
        }
    }

    /// <summary>Writes the route of a record's subscription.</summary>
    public static void Emit(CodeWriter code, Formats formats, SubscribeOperationModel operation)
    {
        code.Blank();
        EmitSubscription(code, formats, operation.Route, operation.RouteName, operation.Record.Item, operation.Record.Stream);
        code.Blank();
        code.Line($"internal static readonly {Messaging}PayloadFormat<{operation.Record.Request.Type}> {operation.RouteName}Request = {formats.Of(operation.Record.Request)};");
    }

    private static void EmitCall(CodeWriter code, Formats formats, MethodOperationModel operation)
    {
        MethodModel method = operation.Method;
        string reply = method.Result?.Type ?? Messaging + "NoResult";
        string? stream = WireEmitter.Stream(method.Stream);
        code.Line($"// {WireEmitter.Comment(operation.Envelope!.Shape)}");
        code.Line($"internal static readonly {Messaging}CallRoute<{RequestType(operation)}, {reply}> {operation.RouteName} = new(");
        code.Deeper(() =>
        {
            code.Line($"{Literals.Of(method.Method)},");
            EnvelopeEmitter.Emit(code, operation.Envelope!, ",");
            code.Line($"{RequestFormat(formats, operation)},");
            code.Line(method.Result is null ? "null," : $"{formats.Of(method.Result)},");
            code.Line($"Idempotent: {WireEmitter.Bool(method.Idempotent)},");
            code.Line($"Timeout: {WireEmitter.Timeout(method.TimeoutSeconds)}){(stream is null ? ";" : "")}");
        });
        if (stream is not null)
            code.Block(() => code.Line($"Stream = {stream},"), "};");
    }

    private static void EmitSubscription(CodeWriter code, Formats formats, SubscriptionRouteModel route, string name, PayloadModel item, StreamModel? stream)
    {
        code.Line($"// {WireEmitter.Comment(route.Subscribe.Envelope.Shape)}");
        code.Line($"internal static readonly {Messaging}SubscriptionRoute<{item.Type}> {name} = new({Literals.Of(route.Name)}, {formats.Of(item)})");
        code.Block(
            () =>
            {
                if (route.KeyFrom != "Arguments")
                    code.Line($"KeyFrom = global::NetWebSockets.SubscriptionKey.{route.KeyFrom},");
                code.Line($"At = new string[] {{ {string.Join(", ", route.At.Select(Literals.Of))} }},");
                if (route.ItemWhen.Count > 0)
                    code.Line($"ItemWhen = {EnvelopeEmitter.Matches(route.ItemWhen)},");
                if (route.Payload.Length > 0)
                    code.Line($"Payload = {Literals.Of(route.Payload)},");
                EmitRequest(code, "Subscribe", route.Subscribe);
                if (route.Unsubscribe is not null)
                    EmitRequest(code, "Unsubscribe", route.Unsubscribe);
                EmitStreamLines(code, item.Type, stream);
            },
            "};");
    }

    private static void EmitRequest(CodeWriter code, string property, SubscriptionRequestModel request)
    {
        code.Line($"{property} = new {Messaging}SubscriptionRequest");
        code.Block(
            () =>
            {
                code.Line($"Method = {Literals.Of(request.Method)},");
                EnvelopeEmitter.Emit(code, request.Envelope, ",", "Envelope = ");
                if (!request.IsAcknowledged)
                    code.Line("IsAcknowledged = false,");
                if (request.Batch > 0)
                    code.Line($"Batch = {request.Batch.ToString(CultureInfo.InvariantCulture)},");
            },
            "},");
    }

    private static void EmitHandler(CodeWriter code, ClientModel client, Formats formats, MethodOperationModel operation)
    {
        MethodModel method = operation.Method;
        HandlerRouteModel handler = operation.Handler!;
        string request = method.Request?.Type ?? Messaging + "NoResult";
        string reply = method.Result?.Type ?? Messaging + "NoResult";
        code.Line($"internal static readonly {Messaging}HandlerRoute<{request}, {reply}> {operation.RouteName} = new(");
        code.Deeper(() =>
        {
            code.Line($"{Literals.Of(handler.Name)},");
            code.Line($"{EnvelopeEmitter.Matches(operation.Match)},");
            code.Line($"{formats.Options},");
            code.Line(method.Request is null ? "null," : $"{formats.Of(method.Request)},");
            code.Line(method.Result is null ? "null," : $"{formats.Of(method.Result)},");
            code.Line($"{Invocation(client, method, reply)})");
        });
        code.Block(
            () =>
            {
                if (operation.Payload.Length > 0)
                    code.Line($"Payload = {Literals.Of(operation.Payload)},");
                if (handler.Id is not null)
                    code.Line($"Id = {Literals.Of(handler.Id)},");
                if (handler.Scope is not null)
                    code.Line($"Scope = {Literals.Of(handler.Scope)},");
                if (handler.Reply is not null)
                    EnvelopeEmitter.Emit(code, handler.Reply, ",", "Reply = ");
                if (handler.ErrorReply is not null)
                    EnvelopeEmitter.Emit(code, handler.ErrorReply, ",", "ErrorReply = ");
                if (method.Handler!.MaxConcurrent != 1)
                    code.Line($"MaxConcurrent = {method.Handler.MaxConcurrent.ToString(CultureInfo.InvariantCulture)},");
            },
            "};");
    }

    private static string Invocation(ClientModel client, MethodModel method, string reply)
    {
        string arguments = string.Join(", ", method.Parameters.Select(static p => p.Role == ParameterRole.Token ? "cancellationToken" : "request"));
        string target = method.Handler!.IsStatic ? client.Key : $"(({client.Key})client)";
        string call = $"{target}.{Symbols.Escape(method.Name)}({arguments})";
        const string Parameters = "(client, request, cancellationToken)";
        const string ValueTask = "global::System.Threading.Tasks.ValueTask";
        return (method.Shape, method.Result) switch
        {
            (ResultShape.ValueTask, not null) => $"static {Parameters} => {call}",
            (ResultShape.Task, not null) => $"static {Parameters} => new {ValueTask}<{reply}>({call})",
            (ResultShape.Nothing, _) => $"static {Parameters} => {{ {call}; return default; }}",
            _ => $"static async {Parameters} => {{ await {call}.ConfigureAwait(false); return default; }}",
        };
    }

    private static void EmitStreamSettings(CodeWriter code, string type, StreamModel? stream, string payload)
    {
        if (End(stream, payload).Length > 0)
            return;
        code.Block(
            () =>
            {
                if (payload.Length > 0)
                    code.Line($"Payload = {Literals.Of(payload)},");
                EmitStreamLines(code, type, stream);
            },
            "};");
    }

    private static void EmitStreamLines(CodeWriter code, string type, StreamModel? stream)
    {
        if (stream?.Key is { } key)
            code.Line($"Key = {Messaging}MessageKey.By(static ({type} message) => message.{Symbols.Escape(key)}),");
        if (WireEmitter.Stream(stream) is { } options)
            code.Line($"Stream = {options},");
    }

    private static string End(StreamModel? stream, string payload) => stream is null && payload.Length == 0 ? ";" : "";

    private static string RequestType(MethodOperationModel operation) => operation.FieldsName ?? operation.Method.Request!.Type;

    private static string RequestFormat(Formats formats, MethodOperationModel operation) => operation.FieldsName is { } fields
        ? $"{Messaging}PayloadFormat.Generated<{fields}>({formats.Options}, {fields}.Write)"
        : formats.Of(operation.Method.Request!);

    private static string Byte(byte value) => "0x" + value.ToString("X2", CultureInfo.InvariantCulture);
}
