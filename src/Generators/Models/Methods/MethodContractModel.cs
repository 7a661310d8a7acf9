namespace NetWebSockets.Generators.Models;

/// <summary>What the annotated methods of a client, its subscriptions and its records by position add to its contract, named and laid out.</summary>
/// <param name="Methods">The methods.</param>
/// <param name="Subscribes">The records that subscribe.</param>
/// <param name="Positionals">The records that are arrays on the wire; those inside others come first.</param>
internal sealed record MethodContractModel(
    EquatableArray<MethodOperationModel> Methods, EquatableArray<SubscribeOperationModel> Subscribes, EquatableArray<PositionalOperationModel> Positionals)
{
    /// <summary>Nothing.</summary>
    public static readonly MethodContractModel Empty = new(default, default, default);
}

/// <summary>One annotated method.</summary>
/// <param name="Method">The method.</param>
/// <param name="RouteName">The name of the static field that holds its route.</param>
/// <param name="FieldsName">The name of the struct that holds its parameters; null when it needs none.</param>
/// <param name="Envelope">The JSON around what is sent; null when nothing is.</param>
/// <param name="Match">What must stand where in what is received.</param>
/// <param name="Payload">Where the item or the request stands.</param>
/// <param name="Subscription">How it subscribes.</param>
/// <param name="Handler">How it answers.</param>
internal sealed record MethodOperationModel(
    MethodModel Method,
    string RouteName,
    string? FieldsName,
    EnvelopeModel? Envelope,
    EquatableArray<LocatorMatchModel> Match,
    string Payload,
    SubscriptionRouteModel? Subscription,
    HandlerRouteModel? Handler);

/// <summary>One record that subscribes.</summary>
/// <param name="Record">The record.</param>
/// <param name="MethodName">The name of its methods.</param>
/// <param name="RouteName">The name of the static field that holds its route.</param>
/// <param name="Route">How it subscribes.</param>
/// <param name="HasFieldsMethod">Whether the method of fields is generated beside that of the record.</param>
internal sealed record SubscribeOperationModel(SubscribeModel Record, string MethodName, string RouteName, SubscriptionRouteModel Route, bool HasFieldsMethod);

/// <summary>A record that is an array on the wire.</summary>
/// <param name="Record">The record.</param>
/// <param name="FormatName">The name of the static field that holds its format.</param>
/// <param name="ClassName">The name of the class that writes and reads it.</param>
internal sealed record PositionalOperationModel(PositionalModel Record, string FormatName, string ClassName);

/// <summary>How a subscription is made, matched and ended.</summary>
/// <param name="Name">What it is called in errors and logs.</param>
/// <param name="KeyFrom">The member of <c>SubscriptionKey</c>.</param>
/// <param name="At">Where the key stands.</param>
/// <param name="ItemWhen">What an item has besides.</param>
/// <param name="Payload">Where the item stands.</param>
/// <param name="Subscribe">How it is made.</param>
/// <param name="Unsubscribe">How it is ended; null when it is only forgotten.</param>
internal sealed record SubscriptionRouteModel(
    string Name, string KeyFrom, EquatableArray<string> At, EquatableArray<LocatorMatchModel> ItemWhen, string Payload, SubscriptionRequestModel Subscribe, SubscriptionRequestModel? Unsubscribe);

/// <summary>A message that subscribes or unsubscribes.</summary>
/// <param name="Method">The method.</param>
/// <param name="Envelope">The JSON around the parameters.</param>
/// <param name="IsAcknowledged">Whether the reply is waited for.</param>
/// <param name="Batch">How many topics go in one message; 0 where there are none.</param>
internal sealed record SubscriptionRequestModel(string Method, EnvelopeModel Envelope, bool IsAcknowledged, int Batch);

/// <summary>How a handler answers.</summary>
/// <param name="Name">The method, for errors and logs.</param>
/// <param name="Id">Where the id stands; null when there is no answer.</param>
/// <param name="Scope">Where the scope stands.</param>
/// <param name="Reply">The answer with a result.</param>
/// <param name="ErrorReply">The answer with an error.</param>
internal sealed record HandlerRouteModel(string Name, string? Id, string? Scope, EnvelopeModel? Reply, EnvelopeModel? ErrorReply);
