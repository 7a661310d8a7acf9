using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>What an annotated method, or a record that subscribes, needs of its client. Asked by the generator and by the analyzer.</summary>
internal static class MethodRules
{
    /// <summary>What stands in the way of generating the method; null when nothing does.</summary>
    /// <param name="client">The client.</param>
    /// <param name="method">The method.</param>
    /// <param name="location">Where it is told.</param>
    public static Problem? Violation(ClientModel client, MethodModel method, Location location)
    {
        if (method.Kind is ClientMethodKind.SendBinary or ClientMethodKind.ReceiveBinary)
            return null;
        if (client.JsonContext is null)
            return new Problem(Descriptors.NoJsonContext, location, method.Name, client.Name);
        bool isJsonArray = method.Request?.Positional is not null || method.Request is null && client.IsPositional(method.Kind == ClientMethodKind.Send);
        return method.Kind switch
        {
            ClientMethodKind.Call => CallViolation(client, method, isJsonArray, location),
            ClientMethodKind.Send => MessageRules.ValuesViolation(client, method.Values, isSent: true, method.Name, location)
                ?? MessageRules.SendViolation(client, method.Values, method.Payload, method.Name, isJsonArray, location),
            ClientMethodKind.Event => MessageRules.ValuesViolation(client, method.Values, isSent: false, method.Name, location),
            ClientMethodKind.Topic => TopicViolation(client, method, location),
            ClientMethodKind.Subscribe => SubscriptionViolation(client, method.Subscription!, method.Name, isJsonArray, location),
            _ => HandlerViolation(client, method, location),
        };
    }

    /// <summary>What stands in the way of generating the record's subscription; null when nothing does.</summary>
    /// <param name="client">The client.</param>
    /// <param name="record">The record.</param>
    /// <param name="location">Where it is told.</param>
    public static Problem? Violation(ClientModel client, SubscribeModel record, Location location) =>
        client.JsonContext is null
            ? new Problem(Descriptors.NoJsonContext, location, record.TypeName, client.Name)
            : SubscriptionViolation(client, record.Subscription, record.TypeName, record.IsJsonArray, location);

    /// <summary>Whether a handler is for calls of the peer, by the method that it names; otherwise it is for messages with values at the discriminators.</summary>
    public static bool IsForCalls(ClientModel client, MethodModel method) =>
        client.Calls?.Request.Method is not null && method.Values.Count == 1 && method.Handler!.Reply is null;

    private static Problem? CallViolation(ClientModel client, MethodModel method, bool isJsonArray, Location location)
    {
        if (client.Calls is null)
            return new Problem(Descriptors.CallWithoutCalls, location, method.Name, client.Name);
        if (method.Parameters.FirstOrDefault(static p => p.Role == ParameterRole.Scope) is { } scope && client.Calls.Request.Scope is null)
            return new Problem(MethodDescriptors.ScopeWithoutPlace, location, scope.PlainName, method.Name, client.Name);
        return MessageRules.RequestViolation(client, method.Name, isJsonArray, location);
    }

    private static Problem? TopicViolation(ClientModel client, MethodModel method, Location location)
    {
        SubscriptionModel subscription = method.Subscription!;
        if (subscription.At.Count == 0 && client.Discriminators.Count == 0)
            return new Problem(Descriptors.NoDiscriminator, location, method.Name, client.Name, "the topic of an item", "At = \"/…\", or Discriminator = \"/…\" to its [WebSocketClient]");
        if (subscription.TopicsRequest is { } template)
        {
            string? wrong = JsonTemplate.TryParse(template, SubscriptionModel.TopicsPlaceholders, out JsonTemplate? parsed)
                ?? (parsed!.PlaceOf("topics") is null ? "{topics} is missing" : null);
            return wrong is null ? null : new Problem(Descriptors.BadTemplate, location, template, "message for topics", client.Name, wrong);
        }

        if (client.Calls is null)
            return new Problem(MethodDescriptors.NoTopicsPlace, location, method.Name, client.Name, "add [Calls] to it, or [Topics(Request = \"…\")] with a template of the message");
        return string.IsNullOrEmpty(client.Calls.Request.Params)
            ? new Problem(MethodDescriptors.NoTopicsPlace, location, method.Name, client.Name, "topics are an array and need a place of their own: add Params to its [Calls], or [Topics(Request = \"…\")] with a template of the message")
            : MessageRules.RequestViolation(client, method.Name, isJsonArray: true, location);
    }

    private static Problem? SubscriptionViolation(ClientModel client, SubscriptionModel subscription, string name, bool isJsonArray, Location location)
    {
        if (client.Calls is null)
            return new Problem(MethodDescriptors.NoTopicsPlace, location, name, client.Name, "add [Calls] to it");
        if (subscription is { KeyFrom: "Arguments", At.Count: 0 } && client.Discriminators.Count == 0)
            return new Problem(MethodDescriptors.BadSubscription, location, name, "add At = \"/…\" with the place of the key");
        if (subscription is { KeyFrom: not "Arguments", Unsubscribe: not null, UnsubscribeRequest: null } && string.IsNullOrEmpty(client.Calls.Request.Params))
            return new Problem(MethodDescriptors.BadSubscription, location, name, "the key that ends it has no place: add Params to [Calls], or UnsubscribeRequest in place of Unsubscribe");
        return MessageRules.RequestViolation(client, name, isJsonArray, location);
    }

    private static Problem? HandlerViolation(ClientModel client, MethodModel method, Location location)
    {
        if (method.Handler!.Reply is { } reply && reply.Contains("{id}") && (method.Handler.Id ?? client.Calls?.Request.Id) is null)
            return new Problem(MethodDescriptors.BadHandler, location, method.Name, "its answer carries an id, and nothing says where a request has it: add Id = \"/…\"");
        if (method.Handler.Reply is null && client.Calls is null && method.Result is not null)
            return new Problem(MethodDescriptors.BadHandler, location, method.Name, "it has a result, and nothing says how answers look: add [Calls] to the client, or Reply = \"…\"");
        return IsForCalls(client, method) ? null : MessageRules.ValuesViolation(client, method.Values, isSent: false, method.Name, location);
    }
}
