namespace NetWebSockets;

/// <summary>
/// The record is a JSON array on the wire, with its fields by position: <c>["FAKE",1.5]</c>, in the order of the constructor's parameters. It may be what is sent or received
/// itself, at the client's payload, a request or a result; further elements are passed over, missing ones at the end take the parameters' defaults.
/// </summary>
/// <remarks>
/// A field stands as the JSON context says, or as <c>[property: JsonConverter(typeof(…))]</c> or, for a number, <c>[property: JsonNumberHandling(…)]</c> says, which may also stand on the record.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class PositionalAttribute : Attribute;
