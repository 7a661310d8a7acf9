using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>What a message needs of its client. Asked by the generator, which leaves such a message out, and by the analyzer, which says why.</summary>
internal static class MessageRules
{
    /// <summary>What stands in the way of generating the message; null when nothing does.</summary>
    /// <param name="client">The client.</param>
    /// <param name="message">The message.</param>
    /// <param name="location">Where the message's attribute stands.</param>
    public static Problem? Violation(ClientModel client, MessageModel message, Location location)
    {
        if (message.Direction == MessageDirection.Call && client.Calls is null)
            return new Problem(Descriptors.CallWithoutCalls, location, message.TypeName, client.Name);
        if (client.JsonContext is null)
            return new Problem(Descriptors.NoJsonContext, location, message.TypeName, client.Name);
        return message.Direction == MessageDirection.Call
            ? RequestViolation(client, message.TypeName, message.IsJsonArray, location)
            : ValuesViolation(client, message.Values, message.Direction == MessageDirection.Send, message.TypeName, location)
                ?? (message.Direction == MessageDirection.Send ? SendViolation(client, message.Values, message.Payload, message.TypeName, message.IsJsonArray, location) : null)
                ?? (message.Direction == MessageDirection.Receive && message.IsJsonArray && (message.Payload ?? client.Payload).Length == 0 && client.Discriminators.Any(static d => JsonPointer.ArrayIndex(d.Split('/')[1]) < 0)
                    ? new Problem(Descriptors.UnsupportedType, location, message.TypeName, "a message", "a collection, written as a JSON array: it has no place for a discriminator")
                    : null);
    }

    /// <summary>What is wrong with the values for the client's discriminators.</summary>
    /// <param name="client">The client.</param>
    /// <param name="values">The values.</param>
    /// <param name="isSent">Whether they are sent; otherwise one must tell the message from others.</param>
    /// <param name="name">The record or the method, for the diagnostic.</param>
    /// <param name="location">Where the attribute stands.</param>
    public static Problem? ValuesViolation(ClientModel client, EquatableArray<DiscriminatorValueModel> values, bool isSent, string name, Location location)
    {
        if (client.Discriminators.Count == 0 && (values.Count > 0 || !isSent))
            return new Problem(Descriptors.NoDiscriminator, location, name, client.Name, "the kind of a message", "Discriminator = \"/…\" to its [WebSocketClient]");
        if (values.Count > client.Discriminators.Count)
        {
            return new Problem(
                Descriptors.BadDiscriminatorValue,
                location,
                values[client.Discriminators.Count].Shown,
                name,
                $"'{client.Name}' has {(client.Discriminators.Count == 1 ? "one discriminator" : client.Discriminators.Count + " discriminators")} only: {string.Join(" ", client.Discriminators)}");
        }

        return !isSent && values.All(static v => v.Kind == MatchKind.Any)
            ? new Problem(Descriptors.BadDiscriminatorValue, location, values.Count == 0 ? "" : "Any", name, "every message would be one: give a value")
            : null;
    }

    /// <summary>What is wrong with where the record of a message that is sent stands.</summary>
    public static Problem? SendViolation(
        ClientModel client, EquatableArray<DiscriminatorValueModel> values, string? payload, string name, bool isJsonArray, Location location)
    {
        string place = payload ?? client.Payload;
        string[] sent = [.. values.Select((value, index) => value.Json.Length > 0 ? client.Discriminators[index] : null).OfType<string>()];
        for (int i = 0; i < sent.Length; i++)
        {
            if (place.Length > 0 && JsonPointer.Overlap(sent[i], place))
                return new Problem(Descriptors.LocatorConflict, location, "payload", place, "discriminator", sent[i], client.Name);
            for (int j = 0; j < i; j++)
            {
                if (JsonPointer.Overlap(sent[i], sent[j]))
                    return new Problem(Descriptors.LocatorConflict, location, "discriminator", sent[i], "discriminator", sent[j], client.Name);
            }
        }

        if (place.Length > 0 || sent.Length == 0 && client.JsonRpc?.Version is null)
            return null;
        if (isJsonArray)
            return new Problem(Descriptors.UnsupportedType, location, name, "a message", "a collection, written as a JSON array: it has no place for a discriminator");
        return EnvelopeBuilder.IsArray(sent)
            ? new Problem(Descriptors.NoPlace, location, name, client.Name, "Payload = \"/…\" with its position")
            : null;
    }

    /// <summary>What is wrong with where a call's method and request stand.</summary>
    public static Problem? RequestViolation(ClientModel client, string name, bool isJsonArray, Location location)
    {
        RequestModel request = client.Calls!.Request;
        if (request.Template is not null)
            return null;
        if (request.Method is null)
            return new Problem(Descriptors.NoDiscriminator, location, name, client.Name, "the method of a call", "Method = \"/…\" to its [Calls], or Discriminator = \"/…\" to its [WebSocketClient]");
        if (!string.IsNullOrEmpty(request.Params))
            return null;
        if (isJsonArray)
            return new Problem(Descriptors.UnsupportedType, location, name, "a request without a Params locator", "a collection, written as a JSON array: it has no place for a discriminator");
        return EnvelopeBuilder.IsArray([request.Id, request.Method])
            ? new Problem(Descriptors.NoPlace, location, name, client.Name, "Params = \"/…\" with its position to [Calls]")
            : null;
    }
}
