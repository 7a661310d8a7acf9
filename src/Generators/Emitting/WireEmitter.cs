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
            foreach (OperationModel operation in contract.Operations)
            {
                code.Blank();
                EmitRoute(code, client, operation);
            }

            code.Blank();
            EmitContract(code, contract);
        });
    }

    private static void EmitRoute(CodeWriter code, ClientModel client, OperationModel operation)
    {
        MessageModel message = operation.Message;
        string type = TypeInfo(client, message.Type);
        switch (message.Direction)
        {
            case MessageDirection.Receive:
                code.Line($"internal static readonly {Messaging}ReceiveRoute<{message.Type}> {operation.RouteName} = new(");
                code.Deeper(() =>
                {
                    code.Line($"new[] {{ {Messaging}LocatorMatch.Exact({Literals.Of(client.Discriminator!)}, {Literals.Of(message.Discriminator)}) }},");
                    code.Line($"{type}){(message.Stream is null ? ";" : "")}");
                });
                if (message.Stream is { } stream)
                    EmitStream(code, message, stream);
                break;

            case MessageDirection.Send:
                code.Line($"// {Comment(operation.Envelope!.Shape)}");
                code.Line($"internal static readonly {Messaging}SendRoute<{message.Type}> {operation.RouteName} = new(");
                code.Deeper(() =>
                {
                    code.Line($"{Literals.Of(message.Discriminator)},");
                    EmitEnvelope(code, operation.Envelope!);
                    code.Line($"{type},");
                    code.Line($"Idempotent: {Bool(message.Idempotent)});");
                });
                break;

            default:
                code.Line($"// {Comment(operation.Envelope!.Shape)}");
                code.Line($"internal static readonly {Messaging}CallRoute<{message.Type}, {message.Reply}> {operation.RouteName} = new(");
                code.Deeper(() =>
                {
                    code.Line($"{Literals.Of(message.Discriminator)},");
                    EmitEnvelope(code, operation.Envelope!);
                    code.Line($"{type},");
                    code.Line($"{TypeInfo(client, message.Reply!)},");
                    code.Line($"Idempotent: {Bool(message.Idempotent)},");
                    code.Line($"Timeout: {Timeout(message.TimeoutSeconds)});");
                });
                break;
        }
    }

    private static void EmitStream(CodeWriter code, MessageModel message, StreamModel stream) => code.Block(
        () =>
        {
            if (stream.Key is not null)
                code.Line($"Key = {Messaging}MessageKey.By(static ({message.Type} message) => message.{Symbols.Escape(stream.Key)}),");
            if (stream is { FullMode: "Wait", Capacity: 0 })
                return;
            string capacity = stream.Capacity == 0 ? "" : $"Capacity = {stream.Capacity.ToString(CultureInfo.InvariantCulture)}, ";
            code.Line($"Stream = new global::NetWebSockets.MessageStreamOptions {{ {capacity}FullMode = global::NetWebSockets.MessageStreamFullMode.{stream.FullMode} }},");
        },
        "};");

    private static void EmitEnvelope(CodeWriter code, EnvelopeModel envelope) =>
        code.Line(
            $"new {Messaging}Envelope({Literals.Utf8(envelope.BeforeId)}, {Literals.Utf8(envelope.BeforePayload)}, "
            + $"{Literals.Utf8(envelope.AfterPayload)}, payloadAtRoot: {Bool(envelope.PayloadAtRoot)}),");

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
                if (client.Discriminator is not null)
                    code.Line($"Discriminators = new string[] {{ {Literals.Of(client.Discriminator)} }},");
                if (client.Calls is { } calls)
                    code.Line($"Calls = new {Messaging}CallContract {{ Id = {Literals.Of(calls.Id)}, Result = {Literals.Of(calls.Result)}, Error = {Literals.Of(calls.Error)} }},");
                List<string> routes = contract.Operations.Where(static o => o.Message.Direction == MessageDirection.Receive).Select(static o => o.RouteName).ToList();
                if (routes.Count > 0)
                    code.Line($"Routes = new {Messaging}ReceiveRoute[] {{ {string.Join(", ", routes)} }},");
            },
            "};");
    }

    private static string TypeInfo(ClientModel client, string type) => $"{Messaging}ClientRuntime.TypeInfo<{type}>({client.JsonContext}.Default)";

    private static string Timeout(double seconds) =>
        seconds == 0 ? "null" : $"global::System.TimeSpan.FromSeconds({seconds.ToString("R", CultureInfo.InvariantCulture)}d)";

    private static string Bool(bool value) => value ? "true" : "false";

    // A comment ends with its line, whatever a discriminator holds.
    private static string Comment(string text) => new(text.Select(static c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c).ToArray());
}
