namespace NetWebSockets;

/// <summary>
/// The peer may receive this message twice without harm: it is sent again when the connection dropped while it was being written
/// (<see cref="SendOutcome.Unknown"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method, Inherited = false)]
public sealed class IdempotentAttribute : Attribute;
