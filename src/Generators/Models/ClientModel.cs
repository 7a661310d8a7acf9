namespace NetWebSockets.Generators.Models;

/// <summary>What the class with <c>[WebSocketClient]</c> or <c>[JsonRpcClient]</c> says, without any of its messages.</summary>
/// <param name="Key">The class's name from <c>global::</c> on: what its messages are joined to it by.</param>
/// <param name="Name">The class's name as it stands in code.</param>
/// <param name="InterfaceName">The name of the generated interface.</param>
/// <param name="Namespace">The namespace; empty for the global one.</param>
/// <param name="Accessibility">The class's accessibility, as a keyword.</param>
/// <param name="Containers">The headers of the types around it, outermost first: <c>partial class Outer</c>.</param>
/// <param name="HintName">The name of the generated file.</param>
/// <param name="Uri">The default address.</param>
/// <param name="SubProtocols">The subprotocols to offer.</param>
/// <param name="Discriminators">The JSON Pointers of the discriminators, most important first.</param>
/// <param name="Payload">Where records stand in messages; empty when they are the message.</param>
/// <param name="JsonContext">The JSON context from <c>global::</c> on.</param>
/// <param name="JsonRpc">What JSON-RPC adds; null when the client is none.</param>
/// <param name="Calls">How calls look on the wire, when the client has any.</param>
/// <param name="Wire">How messages stand in WebSocket messages.</param>
/// <param name="Session">What keeps the connection: heartbeats, resuming, limits, scripts.</param>
/// <param name="Constructor">The parameters of the user's constructor; null when there is none.</param>
/// <param name="Members">Names and signatures of the members that the user has declared.</param>
internal sealed record ClientModel(
    string Key,
    string Name,
    string InterfaceName,
    string Namespace,
    string Accessibility,
    EquatableArray<string> Containers,
    string HintName,
    string? Uri,
    EquatableArray<string> SubProtocols,
    EquatableArray<string> Discriminators,
    string Payload,
    string? JsonContext,
    JsonRpcModel? JsonRpc,
    CallsModel? Calls,
    WireModel Wire,
    SessionModel Session,
    EquatableArray<ParameterModel>? Constructor,
    EquatableArray<string> Members)
{
    /// <summary>Whether the parameters of a partial method are sent as an array: those of calls, and in JSON-RPC those of notifications too.</summary>
    /// <param name="isSend">Whether the method only sends.</param>
    public bool IsPositional(bool isSend) => Calls is { IsPositional: true } && (!isSend || JsonRpc is not null);
}

/// <summary>What <c>[JsonRpcClient]</c> says beside the rest.</summary>
/// <param name="Version">The value of <c>jsonrpc</c> in what is sent; null when it is not sent.</param>
internal sealed record JsonRpcModel(string? Version);

/// <summary>How messages stand in WebSocket messages.</summary>
/// <param name="Framing">The member of <c>MessageFraming</c>.</param>
/// <param name="Delimiter">What ends a message under <c>Delimited</c>.</param>
/// <param name="Codec">The user's codec from <c>global::</c> on; null when there is none.</param>
internal sealed record WireModel(string Framing, int Delimiter, string? Codec);

/// <summary>A parameter of the user's constructor, which ConnectAsync takes too.</summary>
/// <param name="Name">The name, not escaped.</param>
/// <param name="Type">The type with its nullable annotations.</param>
/// <param name="SignatureType">The type without them.</param>
/// <param name="Documentation">What the class's documentation says of it, as XML on one line.</param>
internal sealed record ParameterModel(string Name, string Type, string SignatureType, string? Documentation);
