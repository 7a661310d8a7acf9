using System.Globalization;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the nested class with everything that was known at compile time: envelopes as UTF-8, routes, and last the contract.</summary>
internal static class WireEmitter
{
    private const string Messaging = ClientEmitter.Messaging;

    public static void Emit(CodeWriter code, ContractModel contract, Members members)
    {
        ClientModel client = contract.Client;
        code.Line("// What stands on the wire. The contract comes last: it uses the routes, and fields are set in the order of the text.");
        code.Line(ClientEmitter.GeneratedCode);
        code.Block($"private static class {members.Wire}", () =>
        {
            Formats formats = new(contract);
            foreach (PositionalOperationModel positional in contract.Methods.Positionals)
                PositionalEmitter.EmitFormat(code, formats, positional);
            foreach (OperationModel operation in contract.Operations)
            {
                code.Blank();
                EmitRoute(code, client, formats, operation);
            }

            foreach (SubscribeOperationModel operation in contract.Methods.Subscribes)
                MethodRouteEmitter.Emit(code, formats, operation);
            foreach (MethodOperationModel operation in contract.Methods.Methods)
                MethodRouteEmitter.Emit(code, client, formats, operation);

            code.Blank();
            EmitContract(code, contract);
            foreach (PositionalOperationModel positional in contract.Methods.Positionals)
            {
                code.Blank();
                PositionalEmitter.EmitClass(code, formats, positional);
            }
        });
    }

    private static void EmitRoute(CodeWriter code, ClientModel client, Formats formats, OperationModel operation)
    {
        MessageModel message = operation.Message;
        string type = formats.Of(message.Type, message.Positional);
        switch (message.Direction)
        {
            case MessageDirection.Receive:
                string payload = message.Payload ?? client.Payload;
                code.Line($"internal static readonly {Messaging}ReceiveRoute<{message.Type}> {operation.RouteName} = new(");
                code.Deeper(() =>
                {
                    code.Line($"{EnvelopeEmitter.Matches(DiscriminatorParser.Matches(client.Discriminators, message.Values))},");
                    code.Line($"{type}){(message.Stream is null && payload.Length == 0 ? ";" : "")}");
                });
                if (message.Stream is not null || payload.Length > 0)
                    EmitReceiveSettings(code, message, payload);
                break;

            case MessageDirection.Send:
                code.Line($"// {Comment(operation.Envelope!.Shape)}");
                code.Line($"internal static readonly {Messaging}SendRoute<{message.Type}> {operation.RouteName} = new(");
                code.Deeper(() =>
                {
                    code.Line($"{Literals.Of(message.Name)},");
                    EnvelopeEmitter.Emit(code, operation.Envelope!, ",");
                    code.Line($"{type},");
                    code.Line($"Idempotent: {Bool(message.Idempotent)});");
                });
                break;

            default:
                code.Line($"// {Comment(operation.Envelope!.Shape)}");
                code.Line($"internal static readonly {Messaging}CallRoute<{message.Type}, {message.Reply}> {operation.RouteName} = new(");
                code.Deeper(() =>
                {
                    code.Line($"{Literals.Of(message.Name)},");
                    EnvelopeEmitter.Emit(code, operation.Envelope!, ",");
                    code.Line($"{type},");
                    code.Line($"{formats.Of(message.Reply!, message.ReplyPositional)},");
                    code.Line($"Idempotent: {Bool(message.Idempotent)},");
                    code.Line($"Timeout: {Timeout(message.TimeoutSeconds)});");
                });
                break;
        }
    }

    private static void EmitReceiveSettings(CodeWriter code, MessageModel message, string payload) => code.Block(
        () =>
        {
            if (payload.Length > 0)
                code.Line($"Payload = {Literals.Of(payload)},");
            if (message.Stream?.Key is { } key)
                code.Line($"Key = {Messaging}MessageKey.By(static ({message.Type} message) => message.{Symbols.Escape(key)}),");
            if (Stream(message.Stream) is { } stream)
                code.Line($"Stream = {stream},");
        },
        "};");

    /// <summary>How streams buffer, as <c>MessageStreamOptions</c>; null when it is as always.</summary>
    internal static string? Stream(StreamModel? stream)
    {
        if (stream is null or { FullMode: "Wait", Capacity: 0 })
            return null;
        string capacity = stream.Capacity == 0 ? "" : $"Capacity = {stream.Capacity.ToString(CultureInfo.InvariantCulture)}, ";
        return $"new global::NetWebSockets.MessageStreamOptions {{ {capacity}FullMode = global::NetWebSockets.MessageStreamFullMode.{stream.FullMode} }}";
    }

    private static void EmitContract(CodeWriter code, ContractModel contract)
    {
        ClientModel client = contract.Client;
        code.Line($"internal static readonly {Messaging}ClientContract Contract = new()");
        code.Block(
            () =>
            {
                code.Line($"Name = {Literals.Of(client.Name.TrimStart('@'))},");
                if (client.Uri is not null)
                    code.Line($"Uri = {Literals.Of(client.Uri)},");
                if (client.SubProtocols.Count > 0)
                    code.Line($"SubProtocols = new string[] {{ {string.Join(", ", client.SubProtocols.Select(Literals.Of))} }},");
                if (client.Discriminators.Count > 0)
                    code.Line($"Discriminators = new string[] {{ {string.Join(", ", client.Discriminators.Select(Literals.Of))} }},");
                if (client.Calls is not null)
                    CallsEmitter.Emit(code, client);
                if (client.Wire.Codec is { } codec)
                    code.Line($"Codec = static () => new {codec}(),");
                else if (client.Wire.Framing != "Single")
                    code.Line($"Framing = global::NetWebSockets.MessageFraming.{client.Wire.Framing},");
                if (client.Wire is { Codec: null, Framing: "Delimited", Delimiter: not 0x1E })
                    code.Line($"Delimiter = 0x{client.Wire.Delimiter:X2},");
                List<string> sends = contract.Operations.Where(static o => o.Message.Direction == MessageDirection.Send).Select(static o => o.RouteName).ToList();
                if (sends.Count > 0)
                    code.Line($"Sends = new {Messaging}SendRoute[] {{ {string.Join(", ", sends)} }},");
                IEnumerable<string> Routes(params ClientMethodKind[] kinds) => contract.Methods.Methods.Where(m => kinds.Contains(m.Method.Kind)).Select(static m => m.RouteName);
                EmitList(code, "Routes", "ReceiveRoute", contract.Operations.Where(static o => o.Message.Direction == MessageDirection.Receive).Select(static o => o.RouteName).Concat(Routes(ClientMethodKind.Event)));
                EmitList(code, "Subscriptions", "SubscriptionRoute", contract.Methods.Subscribes.Select(static s => s.RouteName).Concat(Routes(ClientMethodKind.Topic, ClientMethodKind.Subscribe)));
                EmitList(code, "Handlers", "HandlerRoute", Routes(ClientMethodKind.Handles));
                EmitList(code, "Binary", "BinaryRoute", Routes(ClientMethodKind.ReceiveBinary));
                SessionEmitter.Emit(code, contract);
            },
            "};");
    }

    private static void EmitList(CodeWriter code, string property, string type, IEnumerable<string> routes)
    {
        string[] names = [.. routes];
        if (names.Length > 0)
            code.Line($"{property} = new {Messaging}{type}[] {{ {string.Join(", ", names)} }},");
    }

    /// <summary>How a type is written and read: what the user's JSON context says.</summary>
    internal static string TypeInfo(ClientModel client, string type) => $"{Messaging}ClientRuntime.TypeInfo<{type}>({client.JsonContext}.Default)";

    internal static string Timeout(double seconds) =>
        seconds == 0 ? "null" : $"global::System.TimeSpan.FromSeconds({seconds.ToString("R", CultureInfo.InvariantCulture)}d)";

    internal static string Bool(bool value) => value ? "true" : "false";

    // A comment ends with its line, whatever a discriminator holds.
    internal static string Comment(string text) => new(text.Select(static c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c).ToArray());
}
