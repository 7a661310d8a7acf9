using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Finds messages of one client that nothing tells apart, and such as are never reached.</summary>
/// <param name="client">The client.</param>
internal sealed class RouteRules(ClientModel client)
{
    private readonly Dictionary<(MessageDirection, string), MessageModel> _taken = [];
    private readonly Dictionary<string, (string Name, string Shown)> _received = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Shown, EquatableArray<LocatorMatchModel> Matches, object? Message)> _routes = [];
    private RouteOverlap? _overlap;

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
            .Select(static m => $"{m.Locator}\u0002{m.Kind}\u0002{RoutePattern.Of(m).Value}"));
        if (!_received.TryGetValue(key, out (string Name, string Shown) first))
        {
            _received.Add(key, (name, shown));
            _routes.Add((name, shown, matches, message));
            return null;
        }

        // Templates that differ in the names of their parameters only: the first takes all.
        return first.Shown == shown
            ? new ContractComposer.Collision(message, Descriptors.DuplicateDiscriminator, first.Name, name, "received", client.Name, shown)
            : new ContractComposer.Collision(message, Descriptors.UnreachableRoute, name, client.Name, shown, first.Name);
    }

    /// <summary>What never comes because others take it, once all is added.</summary>
    public IEnumerable<ContractComposer.Collision> Unreachable() =>
        from found in Overlap().Unreachable()
        let route = _routes[found.Route]
        select new ContractComposer.Collision(
            route.Message, Descriptors.UnreachableRoute, route.Name, client.Name, route.Shown, string.Join("' or '", found.By.Select(i => _routes[i].Name)));

    /// <summary>What only its order in the contract tells from other things, once all is added. It is no reason to generate nothing.</summary>
    public IEnumerable<ContractComposer.Collision> Ambiguous() =>
        from pair in Overlap().Ambiguous()
        let first = _routes[pair.First]
        let second = _routes[pair.Second]
        select new ContractComposer.Collision(second.Message, Descriptors.AmbiguousRoutes, first.Shown, second.Shown, first.Name, second.Name, client.Name);

    private RouteOverlap Overlap() => _overlap ??= new RouteOverlap([.. _routes.Select(static r => r.Matches)], client.Discriminators);
}
