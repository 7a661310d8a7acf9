namespace NetWebSockets;

/// <summary>
/// The peer may receive this message twice without harm: it is sent again when the connection dropped while it was being written
/// (<see cref="SendOutcome.Unknown"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method, Inherited = false)]
public sealed class IdempotentAttribute : Attribute;

/// <summary>
/// The record is a JSON array on the wire, with its fields by position: <c>["FAKE",1.5]</c>, in the order of the constructor's parameters. It may be what is sent or received
/// itself, at the client's payload, a request or a result; further elements are passed over, missing ones at the end take the parameters' defaults.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class PositionalAttribute : Attribute;
