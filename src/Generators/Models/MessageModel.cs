namespace NetWebSockets.Generators.Models;

/// <summary>Which of the message attributes a record has.</summary>
internal enum MessageDirection
{
    Send,
    Call,
    Receive,
}

/// <summary>One message attribute on one record.</summary>
/// <param name="Direction">Which attribute.</param>
/// <param name="Client">The key of the client it names.</param>
/// <param name="Discriminator">The discriminator's value, or the method.</param>
/// <param name="Type">The record from <c>global::</c> on.</param>
/// <param name="TypeName">The record's own name.</param>
/// <param name="IsJsonArray">Whether it is written as a JSON array, which has no fields.</param>
/// <param name="Reply">The type of a call's result from <c>global::</c> on.</param>
/// <param name="Fields">What the record is made of; null when no constructor could be chosen.</param>
/// <param name="Idempotent">Whether the peer may get it twice.</param>
/// <param name="TimeoutSeconds">How long to wait for a reply; 0 takes the client's default.</param>
/// <param name="Stream">How streams of it buffer; null for the defaults.</param>
/// <param name="Summary">The summary of the record's documentation, as XML on one line.</param>
internal sealed record MessageModel(
    MessageDirection Direction,
    string Client,
    string Discriminator,
    string Type,
    string TypeName,
    bool IsJsonArray,
    string? Reply,
    FieldsModel? Fields,
    bool Idempotent,
    double TimeoutSeconds,
    StreamModel? Stream,
    string? Summary);

/// <summary>How streams of a message buffer.</summary>
/// <param name="Key">The property that is its key; null when it has none.</param>
/// <param name="FullMode">The member of <c>MessageStreamFullMode</c>.</param>
/// <param name="Capacity">How many items are held; 0 for the default.</param>
internal sealed record StreamModel(string? Key, string FullMode, int Capacity);

/// <summary>How a record is made from its fields. A class of its own, so that having none differs from having no fields.</summary>
/// <param name="Items">The fields, in the order of the method's parameters.</param>
internal sealed record FieldsModel(EquatableArray<FieldModel> Items);

/// <summary>One field of a record, which becomes a parameter.</summary>
/// <param name="Parameter">The parameter's name, not escaped.</param>
/// <param name="Member">The name of the record's own parameter or property.</param>
/// <param name="Type">The type with its nullable annotations.</param>
/// <param name="SignatureType">The type without them.</param>
/// <param name="Default">The default value as C#, when it has one.</param>
/// <param name="IsProperty">Whether it is set by an object initialiser rather than by the constructor.</param>
/// <param name="Documentation">The documentation of the record's parameter or property, as XML on one line.</param>
internal sealed record FieldModel(
    string Parameter, string Member, string Type, string SignatureType, string? Default, bool IsProperty, string? Documentation);
