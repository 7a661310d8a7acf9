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
/// <param name="Values">What stands at the client's discriminators, in order; empty for a call.</param>
/// <param name="Method">The method of a call; empty for the others.</param>
/// <param name="Payload">Where the record stands, when it is elsewhere than the client says.</param>
/// <param name="Type">The record from <c>global::</c> on.</param>
/// <param name="TypeName">The record's own name.</param>
/// <param name="IsJsonArray">Whether it is written as a JSON array, which has no fields.</param>
/// <param name="Reply">The type of a call's result from <c>global::</c> on.</param>
/// <param name="Fields">What the record is made of; null when no constructor could be chosen.</param>
/// <param name="Idempotent">Whether the peer may get it twice.</param>
/// <param name="TimeoutSeconds">How long to wait for a reply; 0 takes the client's default.</param>
/// <param name="Stream">How streams of it buffer; null for the defaults.</param>
/// <param name="IsRegistered">Whether the client's JSON context has the record, and the type of a call's result.</param>
/// <param name="Summary">The summary of the record's documentation, as XML on one line.</param>
internal sealed record MessageModel(
    MessageDirection Direction,
    string Client,
    EquatableArray<DiscriminatorValueModel> Values,
    string Method,
    string? Payload,
    string Type,
    string TypeName,
    bool IsJsonArray,
    string? Reply,
    FieldsModel? Fields,
    bool Idempotent,
    double TimeoutSeconds,
    StreamModel? Stream,
    bool IsRegistered,
    string? Summary)
{
    /// <summary>What it is called in errors, logs and documentation.</summary>
    public string Name => Direction == MessageDirection.Call ? Method : DiscriminatorValueModel.NameOf(Values);

    /// <summary>How the record is laid out when it is an array by position.</summary>
    public PositionalModel? Positional { get; init; }

    /// <summary>How the result is laid out when it is an array by position.</summary>
    public PositionalModel? ReplyPositional { get; init; }

    /// <summary>Whether a call's replies are streamed.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>A message in which something is wrong: nothing is generated for its client.</summary>
    public bool IsFaulty => Type.Length == 0;

    /// <summary>Stands for a message in which something is wrong.</summary>
    /// <param name="client">The key of its client.</param>
    public static MessageModel Faulty(string client) =>
        new(MessageDirection.Send, client, default, "", null, "", "", false, null, null, false, 0, null, false, null);
}

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
