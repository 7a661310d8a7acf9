namespace NetWebSockets.Generators.Models;

/// <summary>A client with its messages, named and laid out: all that the emitter needs.</summary>
/// <param name="Client">The client.</param>
/// <param name="Operations">What it can do, in the order of the generated file.</param>
internal sealed record ContractModel(ClientModel Client, EquatableArray<OperationModel> Operations)
{
    /// <summary>What annotated methods, subscriptions and records by position add.</summary>
    public MethodContractModel Methods { get; init; } = MethodContractModel.Empty;

    /// <summary>The name of the route by which a record is received; null when it is not.</summary>
    /// <param name="type">The record from <c>global::</c> on.</param>
    public string? ReceiveRouteOf(string type) =>
        RouteOf(type, MessageDirection.Receive)
        ?? Methods.Methods.FirstOrDefault(m => m.Method.Kind == ClientMethodKind.Event && m.Method.Result?.Type == type)?.RouteName;

    /// <summary>The name of the route by which a record is sent; null when it is not.</summary>
    /// <param name="type">The record from <c>global::</c> on.</param>
    public string? SendRouteOf(string type) => RouteOf(type, MessageDirection.Send);

    private string? RouteOf(string type, MessageDirection direction) =>
        Operations.FirstOrDefault(o => o.Message.Direction == direction && o.Message.Type == type)?.RouteName;
}

/// <summary>One message of a client.</summary>
/// <param name="Message">The message.</param>
/// <param name="MethodName">The name of the method of fields, or of the stream.</param>
/// <param name="RouteName">The name of the static field that holds its route.</param>
/// <param name="Envelope">The JSON around the record; null for what is received.</param>
/// <param name="HasFieldsMethod">Whether the method of fields is generated beside that of the record.</param>
internal sealed record OperationModel(
    MessageModel Message, string MethodName, string RouteName, EnvelopeModel? Envelope, bool HasFieldsMethod);
