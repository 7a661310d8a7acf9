namespace NetWebSockets.Generators.Models;

/// <summary>A client with its messages, named and laid out: all that the emitter needs.</summary>
/// <param name="Client">The client.</param>
/// <param name="Operations">What it can do, in the order of the generated file.</param>
internal sealed record ContractModel(ClientModel Client, EquatableArray<OperationModel> Operations);

/// <summary>One message of a client.</summary>
/// <param name="Message">The message.</param>
/// <param name="MethodName">The name of the method of fields, or of the stream.</param>
/// <param name="RouteName">The name of the static field that holds its route.</param>
/// <param name="Envelope">The JSON around the record; null for what is received.</param>
/// <param name="HasFieldsMethod">Whether the method of fields is generated beside that of the record.</param>
internal sealed record OperationModel(
    MessageModel Message, string MethodName, string RouteName, EnvelopeModel? Envelope, bool HasFieldsMethod);

/// <summary>The JSON around a record, as three pieces.</summary>
/// <param name="BeforeId">Up to the id; empty when there is none.</param>
/// <param name="BeforePayload">From after the id, or the start, to the record.</param>
/// <param name="AfterPayload">After the record.</param>
/// <param name="PayloadAtRoot">Whether the record's fields stand in the envelope's own object.</param>
/// <param name="HasId">Whether there is a place for an id.</param>
internal sealed record EnvelopeModel(string BeforeId, string BeforePayload, string AfterPayload, bool PayloadAtRoot, bool HasId)
{
    /// <summary>The whole message with dots for what is not known at compile time, for comments.</summary>
    public string Shape => BeforeId + (HasId ? "…" : "") + BeforePayload + (PayloadAtRoot ? ", …}" : "{…}") + AfterPayload;
}
