namespace NetWebSockets.Generators.Models;

/// <summary>What the class with <c>[WebSocketClient]</c> says, without any of its messages.</summary>
/// <param name="Key">The class's name from <c>global::</c> on: what its messages are joined to it by.</param>
/// <param name="Name">The class's name as it stands in code.</param>
/// <param name="InterfaceName">The name of the generated interface.</param>
/// <param name="Namespace">The namespace; empty for the global one.</param>
/// <param name="Accessibility">The class's accessibility, as a keyword.</param>
/// <param name="Containers">The headers of the types around it, outermost first: <c>partial class Outer</c>.</param>
/// <param name="HintName">The name of the generated file.</param>
/// <param name="Uri">The default address.</param>
/// <param name="SubProtocols">The subprotocols to offer.</param>
/// <param name="Discriminator">The discriminator's JSON Pointer.</param>
/// <param name="JsonContext">The JSON context from <c>global::</c> on.</param>
/// <param name="Calls">How calls look on the wire, when the client has any.</param>
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
    string? Discriminator,
    string? JsonContext,
    CallsModel? Calls,
    EquatableArray<string> Members);

/// <summary>What <c>[Calls]</c> says: JSON Pointers.</summary>
/// <param name="Id">Where the id stands.</param>
/// <param name="Method">Where the method stands; null is at the client's discriminator.</param>
/// <param name="Params">Where the request's fields stand; null is at the root.</param>
/// <param name="Result">Where the result stands.</param>
/// <param name="Error">Where an error stands.</param>
internal sealed record CallsModel(string Id, string? Method, string? Params, string Result, string Error);
