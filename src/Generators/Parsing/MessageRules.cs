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
        if (client.Discriminator is null && message.Direction != MessageDirection.Call)
            return new Problem(Descriptors.NoDiscriminator, location, message.TypeName, client.Name, "the kind of a message", "Discriminator = \"/…\" to its [WebSocketClient]");
        if (client.Discriminator is null && client.Calls?.Method is null)
            return new Problem(Descriptors.NoDiscriminator, location, message.TypeName, client.Name, "the method of a call", "Method = \"/…\" to its [Calls], or Discriminator = \"/…\" to its [WebSocketClient]");
        if (message.IsJsonArray && (message.Direction != MessageDirection.Call || client.Calls!.Params is null))
        {
            string role = message.Direction == MessageDirection.Call ? "a request without a Params locator" : "a message";
            return new Problem(Descriptors.UnsupportedType, location, message.TypeName, role, "a collection, written as a JSON array: it has no place for a discriminator");
        }

        return null;
    }
}
