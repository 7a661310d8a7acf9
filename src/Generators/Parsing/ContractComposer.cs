using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Puts a client and its messages together: names every method, lays out every envelope, finds what collides.</summary>
internal static class ContractComposer
{
    private const string Token = "global::System.Threading.CancellationToken";

    /// <summary>Composes the contract.</summary>
    /// <param name="client">The client.</param>
    /// <param name="messages">Its messages, in any order.</param>
    /// <param name="collisions">Gets what collides; null when nobody asks.</param>
    /// <returns>The contract; null when something is wrong with it, or with one of its messages.</returns>
    public static ContractModel? Compose(ClientModel client, IEnumerable<MessageModel> messages, List<Collision>? collisions = null)
    {
        collisions ??= [];
        int before = collisions.Count;
        Claims claims = new(client);
        RouteRules rules = new(client);
        HashSet<string> routeNames = new(StringComparer.Ordinal) { "Contract" };
        List<OperationModel> operations = [];
        bool isWhole = true;
        foreach (MessageModel message in InOrder(messages))
        {
            if (message.IsFaulty || !message.IsRegistered || MessageRules.Violation(client, message, Location.None) is not null)
                isWhole = false;
            else if (rules.Add(message) is { } clash)
                collisions.Add(clash);
            else if (Operation(client, message, claims, routeNames, collisions) is { } operation)
                operations.Add(operation);
        }

        ContractModel contract = new(client, operations.ToEquatableArray());
        if (!isWhole || collisions.Count > before)
            return null; // what a script or a heartbeat needs may be among what is wrong
        collisions.AddRange(ReferenceRules.Violations(contract));
        return collisions.Count > before ? null : contract;
    }

    private static OperationModel? Operation(
        ClientModel client, MessageModel message, Claims claims, HashSet<string> routeNames, List<Collision> collisions)
    {
        string method = message.Direction switch
        {
            MessageDirection.Send => Names.ForSend(message.TypeName),
            MessageDirection.Call => Names.ForCall(message.TypeName),
            _ => Names.ForReceive(message.TypeName),
        };

        string main = message.Direction switch
        {
            MessageDirection.Send => $"SendAsync({message.Type}, {Token})",
            MessageDirection.Call => $"CallAsync({message.Type}, {Token})",
            _ => method + "(global::NetWebSockets.MessageStreamOptions)",
        };
        if (claims.Claim(main, message) is { } mainCollision)
        {
            collisions.Add(mainCollision);
            return null;
        }

        // The method of fields: when it collides, that of the record is still there.
        bool hasFields = message.Fields is not null && message.Direction != MessageDirection.Receive;
        if (hasFields)
        {
            string[] types = [.. message.Fields!.Items.Select(static f => f.SignatureType), Token];
            if (claims.Claim($"{method}({string.Join(", ", types)})", message) is { } collision)
            {
                collisions.Add(collision);
                hasFields = false;
            }
        }

        string route = Names.Unique($"{message.Direction}{message.TypeName}", routeNames);
        return new OperationModel(message, method, route, Envelope(client, message), hasFields);
    }

    private static EnvelopeModel? Envelope(ClientModel client, MessageModel message) => message.Direction switch
    {
        MessageDirection.Send => EnvelopeFactory.Send(client, message.Values, message.Payload),
        MessageDirection.Call => EnvelopeFactory.Request(client, message.Method),
        _ => null,
    };

    // By name, so that moving a record to another file changes nothing.
    private static IEnumerable<MessageModel> InOrder(IEnumerable<MessageModel> messages) =>
        messages
            .OrderBy(static m => m.Direction)
            .ThenBy(static m => m.TypeName, StringComparer.Ordinal)
            .ThenBy(static m => m.Type, StringComparer.Ordinal)
            .ThenBy(static m => m.Name, StringComparer.Ordinal)
            .ThenBy(static m => string.Join(" ", m.Values.Select(static v => v.Shown)), StringComparer.Ordinal);

    /// <summary>Something that collides with what was there before, or names what is not there.</summary>
    /// <param name="Message">The message that came second; null when it is the class that is wrong.</param>
    /// <param name="Descriptor">Which diagnostic.</param>
    /// <param name="Arguments">What its message names.</param>
    internal sealed record Collision(MessageModel? Message, DiagnosticDescriptor Descriptor, params object?[] Arguments)
    {
        /// <summary>The attribute of the class that is wrong, without its namespace.</summary>
        public string Attribute { get; init; } = "";

        /// <summary>Its argument; null for the whole attribute.</summary>
        public string? Argument { get; init; }
    }

    // Who has which member of the client.
    private sealed class Claims
    {
        private readonly ClientModel _client;
        private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);

        public Claims(ClientModel client)
        {
            _client = client;
            foreach (string member in client.Members)
                _owners[member] = "the class declares itself";
            foreach (string member in Standard(client))
                _owners[member] = "every client has";
        }

        // What every client has; a record called Close, Connect or Unknown would give it again.
        private static IEnumerable<string> Standard(ClientModel client)
        {
            string constructor = string.Concat((client.Constructor ?? default).Select(static p => p.SignatureType + ", "));
            foreach (string member in new[] { "State", "StateChanged", "Closed", $"CloseAsync({Token})", "DisposeAsync()" })
                yield return member;
            foreach (string address in new[] { "", "string, ", "global::System.Uri, ", "global::NetWebSockets.WebSocketClientOptions, " })
                yield return $"ConnectAsync({constructor}{address}{Token})";
            yield return "UnknownMessages(global::NetWebSockets.MessageStreamOptions)";
            if (client.Calls is not null)
                yield return "PeerErrors(global::NetWebSockets.MessageStreamOptions)";
        }

        public Collision? Claim(string signature, MessageModel message)
        {
            string name = signature.Substring(0, signature.IndexOf('('));
            if (_owners.TryGetValue(signature, out string? owner) || _owners.TryGetValue(name, out owner))
            {
                string shown = signature.Replace("global::System.Threading.", "").Replace("global::NetWebSockets.", "").Replace("global::", "");
                return new Collision(message, Descriptors.MemberClash, message.TypeName, _client.Name, shown, owner);
            }

            _owners.Add(signature, $"'{message.TypeName}' gives too");
            return null;
        }
    }
}
