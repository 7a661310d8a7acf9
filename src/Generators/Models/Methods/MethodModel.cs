namespace NetWebSockets.Generators.Models;

/// <summary>Which attribute a method of a client has.</summary>
internal enum ClientMethodKind
{
    Call,
    Send,
    Event,
    Topic,
    Subscribe,
    Handles,
    SendBinary,
    ReceiveBinary,
}

/// <summary>What a parameter is for.</summary>
internal enum ParameterRole
{
    /// <summary>A field of the request or the message, or a part of a topic.</summary>
    Field,

    /// <summary>The request or the message itself.</summary>
    Record,

    /// <summary>The token.</summary>
    Token,

    /// <summary>The scope of a call.</summary>
    Scope,

    /// <summary>How the stream buffers.</summary>
    Options,

    /// <summary>The bytes.</summary>
    Binary,
}

/// <summary>One annotated method of a client.</summary>
/// <param name="Kind">Which attribute it has.</param>
/// <param name="Client">The key of the client.</param>
/// <param name="Name">The method's name, not escaped.</param>
/// <param name="Signature">What tells it from other methods of its name.</param>
/// <param name="Modifiers">Its modifiers as they are declared.</param>
/// <param name="IsPublic">Whether it belongs into the client's interface.</param>
/// <param name="ReturnType">What it returns.</param>
/// <param name="Result">The type of the result or of the items; null when there is none.</param>
/// <param name="Shape">What stands around the result.</param>
/// <param name="Parameters">Its parameters, in order.</param>
/// <param name="Method">The method on the wire; empty where there is none.</param>
/// <param name="Values">The values at the client's discriminators.</param>
/// <param name="Payload">Where the payload stands when the attribute says.</param>
/// <param name="Stream">How streams buffer; null for the defaults.</param>
/// <param name="Idempotent">Whether the peer may get it twice.</param>
/// <param name="TimeoutSeconds">How long to wait for a reply; 0 takes the client's default.</param>
/// <param name="Request">The record that is the request, or the message; null when its fields are parameters.</param>
/// <param name="IgnoreNulls">Whether parameters that are null are left out.</param>
/// <param name="Subscription">What it subscribes to.</param>
/// <param name="Handler">How it answers.</param>
/// <param name="Prefix">What binary messages begin with.</param>
/// <param name="Documentation">What the user says of it.</param>
internal sealed record MethodModel(
    ClientMethodKind Kind,
    string Client,
    string Name,
    string Signature,
    string Modifiers,
    bool IsPublic,
    string ReturnType,
    PayloadModel? Result,
    ResultShape Shape,
    EquatableArray<MethodParameterModel> Parameters,
    string Method,
    EquatableArray<DiscriminatorValueModel> Values,
    string? Payload,
    StreamModel? Stream,
    bool Idempotent,
    double TimeoutSeconds,
    PayloadModel? Request,
    bool IgnoreNulls,
    SubscriptionModel? Subscription,
    HandlerModel? Handler,
    EquatableArray<byte> Prefix,
    MethodDocumentationModel Documentation)
{
    /// <summary>Whether the JSON context knows every type that is needed.</summary>
    public bool IsRegistered { get; init; } = true;

    /// <summary>A method in which something is wrong: nothing is generated for its client.</summary>
    public bool IsFaulty => Name.Length == 0;

    /// <summary>Stands for a method in which something is wrong.</summary>
    /// <param name="client">The key of its client.</param>
    public static MethodModel Faulty(string client) => new(
        ClientMethodKind.Call, client, "", "", "", false, "", null, ResultShape.Nothing, default, "", default, null, null, false, 0, null, false, null, null, default,
        new MethodDocumentationModel(default));

    /// <summary>The parameters that are fields.</summary>
    public IEnumerable<MethodParameterModel> Fields => Parameters.Where(static p => p.Role == ParameterRole.Field);

    /// <summary>The name of the parameter with a role, escaped; null when there is none.</summary>
    public string? NameOf(ParameterRole role) => Parameters.FirstOrDefault(p => p.Role == role)?.Name;
}

/// <summary>What stands around the result of a method.</summary>
internal enum ResultShape
{
    Nothing,
    Task,
    ValueTask,
    Stream,
}

/// <summary>One parameter.</summary>
/// <param name="Name">Its name, escaped.</param>
/// <param name="Type">Its type with nullable annotations.</param>
/// <param name="Default">Its default as C#; null when it has none.</param>
/// <param name="IsParams">Whether it takes any number of arguments.</param>
/// <param name="Role">What it is for.</param>
/// <param name="WireName">Its name on the wire, when it is given.</param>
/// <param name="Value">How it is written; null when it is no field.</param>
/// <param name="IsOptionalNull">Whether its default is null.</param>
/// <param name="Inner">How it is laid out when it is an array by position.</param>
internal sealed record MethodParameterModel(
    string Name, string Type, string? Default, bool IsParams, ParameterRole Role, string? WireName, ValueModel? Value, bool IsOptionalNull, PositionalModel? Inner)
{
    /// <summary>Its name without an @.</summary>
    public string PlainName => Name.TrimStart('@');
}

/// <summary>What a method or a record subscribes to.</summary>
/// <param name="Subscribe">The method that subscribes.</param>
/// <param name="Unsubscribe">The method that unsubscribes; null when there is none.</param>
/// <param name="UnsubscribeRequest">A template of the message that unsubscribes.</param>
/// <param name="KeyFrom">The member of <c>SubscriptionKey</c>.</param>
/// <param name="Topic">The topic's template, as it is written.</param>
/// <param name="Key">The key as a C# expression; null when it is not made of arguments.</param>
/// <param name="KeyParts">How many places it has.</param>
/// <param name="At">Where the key stands.</param>
/// <param name="Acknowledged">Whether a reply is waited for.</param>
/// <param name="TopicsRequest">The template of the message for topics; null when it is a call.</param>
/// <param name="Batch">How many topics go in one message at most.</param>
internal sealed record SubscriptionModel(
    string Subscribe,
    string? Unsubscribe,
    string? UnsubscribeRequest,
    string KeyFrom,
    string? Topic,
    string? Key,
    int KeyParts,
    EquatableArray<string> At,
    bool Acknowledged,
    string? TopicsRequest,
    int Batch)
{
    /// <summary>What may stand in braces in a template of topics.</summary>
    public static readonly IReadOnlyList<string> TopicsPlaceholders = ["id", "method", "topics", "scope"];

    /// <summary>What may stand in braces in a template that unsubscribes.</summary>
    public static readonly IReadOnlyList<string> UnsubscribePlaceholders = ["id", "key", "params", "scope"];
}

/// <summary>How a handler answers.</summary>
/// <param name="MaxConcurrent">How many run at the same time.</param>
/// <param name="Reply">A template of the answer.</param>
/// <param name="Id">Where the id of the request stands.</param>
/// <param name="IsStatic">Whether it needs no client.</param>
internal sealed record HandlerModel(int MaxConcurrent, string? Reply, string? Id, bool IsStatic);

/// <summary>What the user says of a method, as XML elements on one line each.</summary>
/// <param name="Elements">The elements.</param>
internal sealed record MethodDocumentationModel(EquatableArray<string> Elements);

/// <summary>One <c>[Subscribe]</c> on one record.</summary>
/// <param name="Client">The key of the client it names.</param>
/// <param name="Request">The record.</param>
/// <param name="TypeName">The record's own name.</param>
/// <param name="IsJsonArray">Whether it is written as a JSON array.</param>
/// <param name="Item">The type of the items.</param>
/// <param name="Fields">What the record is made of; null when no constructor could be chosen.</param>
/// <param name="Subscription">What it subscribes to. Its key is made of <c>request</c>.</param>
/// <param name="Payload">Where the item stands when the attribute says.</param>
/// <param name="Stream">How streams buffer; null for the defaults.</param>
/// <param name="Summary">The summary of the record's documentation, as XML on one line.</param>
internal sealed record SubscribeModel(
    string Client,
    PayloadModel Request,
    string TypeName,
    bool IsJsonArray,
    PayloadModel Item,
    FieldsModel? Fields,
    SubscriptionModel Subscription,
    string? Payload,
    StreamModel? Stream,
    string? Summary)
{
    /// <summary>Whether the JSON context knows every type that is needed.</summary>
    public bool IsRegistered { get; init; } = true;

    /// <summary>A record in which something is wrong: nothing is generated for its client.</summary>
    public bool IsFaulty => TypeName.Length == 0;

    /// <summary>Stands for a record in which something is wrong.</summary>
    /// <param name="client">The key of its client.</param>
    public static SubscribeModel Faulty(string client) => new(
        client, new PayloadModel("", null), "", false, new PayloadModel("", null), null, new SubscriptionModel("", null, null, "Arguments", null, null, 0, default, true, null, 0), null, null, null);
}
