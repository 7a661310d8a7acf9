using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Finds messages of one client that nothing tells apart, and such as are never reached.</summary>
/// <param name="client">The client.</param>
internal sealed class RouteRules(ClientModel client)
{
    private readonly Dictionary<(MessageDirection, string), MessageModel> _taken = [];
    private readonly Dictionary<string, (string Name, string Shown)> _received = new(StringComparer.Ordinal);

    /// <summary>Adds a message, which has no violation of its own.</summary>
    /// <returns>What it collides with; null when it does with nothing.</returns>
    public ContractComposer.Collision? Add(MessageModel message)
    {
        if (message.Direction == MessageDirection.Receive)
            return AddReceived(message.TypeName, message.Name, DiscriminatorParser.Matches(client.Discriminators, message.Values), message);
        if (message.Direction == MessageDirection.Send && message.Values.Count == 0)
            return null; // nothing is said that could be said twice
        if (!_taken.TryGetValue((message.Direction, message.Name), out MessageModel? first))
        {
            _taken.Add((message.Direction, message.Name), message);
            return null;
        }

        string verb = message.Direction == MessageDirection.Send ? "sent" : "called";
        return new ContractComposer.Collision(message, Descriptors.DuplicateDiscriminator, first.TypeName, message.TypeName, verb, client.Name, message.Name);
    }

    /// <summary>Adds what is received.</summary>
    /// <param name="name">The record or the method.</param>
    /// <param name="shown">What tells it from others, for the diagnostic.</param>
    /// <param name="matches">What must stand where.</param>
    /// <param name="message">Where a diagnostic stands.</param>
    /// <returns>What it collides with; null when it does with nothing.</returns>
    public ContractComposer.Collision? AddReceived(string name, string shown, EquatableArray<LocatorMatchModel> matches, object? message)
    {
        string key = string.Join("\u0001", matches
            .OrderBy(static m => m.Locator, StringComparer.Ordinal)
            .Select(static m => $"{m.Locator}\u0002{m.Kind}\u0002{Normal(m)}"));
        if (!_received.TryGetValue(key, out (string Name, string Shown) first))
        {
            _received.Add(key, (name, shown));
            return null;
        }

        // Templates that differ in the names of their parameters only: the first takes all.
        return first.Shown == shown
            ? new ContractComposer.Collision(message, Descriptors.DuplicateDiscriminator, first.Name, name, "received", client.Name, shown)
            : new ContractComposer.Collision(message, Descriptors.UnreachableRoute, name, client.Name, shown, first.Name);
    }

    private static string Normal(LocatorMatchModel match)
    {
        if (match.Kind != MatchKind.Template)
            return match.Value;
        _ = TextTemplate.TryParse(match.Value, out TextTemplate template);
        return template.Normal;
    }
}
