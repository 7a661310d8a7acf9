using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the interface of a client: what tests fake and hosts register. Its members carry the documentation.</summary>
internal static class InterfaceEmitter
{
    public static void Emit(CodeWriter code, ContractModel contract)
    {
        ClientModel client = contract.Client;
        code.Line($"/// <summary>What <see cref=\"{client.Key}\"/> does: to be faked in tests and injected by a host.</summary>");
        code.Line(ClientEmitter.GeneratedCode);
        code.Block($"{client.Accessibility} partial interface {client.InterfaceName} : global::NetWebSockets.IWebSocketClient", () =>
        {
            StandardEmitter.EmitDeclarations(code, client);
            foreach (OperationModel operation in contract.Operations)
                OperationEmitter.EmitDeclarations(code, client, operation);
            foreach (SubscribeOperationModel operation in contract.Methods.Subscribes)
                SubscribeEmitter.EmitDeclarations(code, SubscribeEmitter.Of(operation, Members.Of(client)));
            foreach (MethodOperationModel operation in contract.Methods.Methods)
                MethodEmitter.EmitDeclaration(code, client, operation);
        });
    }
}
