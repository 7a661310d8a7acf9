using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Puts a client and its messages together: names every method, lays out every envelope, finds what collides.</summary>
internal static class ContractComposer
{
    private const string Token = "global::System.Threading.CancellationToken";

    // What every client has; a record called Close, Connect or Unknown would give it again.
    private static readonly string[] Standard =
    [
        "State", "StateChanged", "Closed",
        $"ConnectAsync(string, {Token})", $"ConnectAsync(global::System.Uri, {Token})",
        $"ConnectAsync(global::NetWebSockets.WebSocketClientOptions, {Token})", $"ConnectAsync({Token})",
        "UnknownMessages(global::NetWebSockets.MessageStreamOptions)", $"CloseAsync({Token})", "DisposeAsync()",
    ];

    /// <summary>Composes the contract.</summary>
    /// <param name="client">The client.</param>
    /// <param name="messages">Its messages, in any order.</param>
    /// <param name="methods">Its annotated methods, in any order.</param>
    /// <param name="subscribes">Its records that subscribe, in any order.</param>
    /// <param name="collisions">Gets what collides; null when nobody asks.</param>
    /// <returns>The contract; null when something is wrong with it, or with one of its messages.</returns>
    public static ContractModel? Compose(
        ClientModel client,
        IEnumerable<MessageModel> messages,
        IEnumerable<MethodModel> methods,
        IEnumerable<SubscribeModel> subscribes,
        List<Collision>? collisions = null)
    {
        collisions ??= [];
        Claims claims = new(client);
        Dictionary<(MessageDirection, string), MessageModel> values = [];
        HashSet<string> routeNames = new(StringComparer.Ordinal) { "Contract" };
        List<OperationModel> operations = [];
        bool isWhole = true;
        foreach (MessageModel message in InOrder(messages))
        {
            if (message.IsFaulty || MessageRules.Violation(client, message, Location.None) is not null)
            {
                isWhole = false;
                continue;
            }

            if (values.TryGetValue((message.Direction, message.Name), out MessageModel? first))
            {
                collisions.Add(new Collision(
                    message, Descriptors.DuplicateDiscriminator, first.TypeName, message.TypeName, Verb(message.Direction), client.Name, message.Name));
                continue;
            }
            else
            {
                values.Add((message.Direction, message.Name), message);
            }

            if (Operation(client, message, claims, routeNames, collisions) is { } operation)
                operations.Add(operation);
        }

        List<MethodOperationModel> methodOperations = [];
        foreach (MethodModel method in methods.OrderBy(static m => m.Signature, StringComparer.Ordinal))
        {
            if (method.IsFaulty || MethodRules.Violation(client, method, Location.None) is not null)
                isWhole = false;
            else
                methodOperations.Add(MethodComposer.Method(client, method, routeNames));
        }

        List<SubscribeOperationModel> subscribeOperations = [];
        foreach (SubscribeModel record in subscribes.OrderBy(static s => s.Request.Type, StringComparer.Ordinal).ThenBy(static s => s.Subscription.Subscribe, StringComparer.Ordinal))
        {
            if (record.IsFaulty || MethodRules.Violation(client, record, Location.None) is not null)
                isWhole = false;
            else if (Subscribe(client, record, claims, routeNames, collisions) is { } operation)
                subscribeOperations.Add(operation);
        }

        IEnumerable<PositionalModel> positionals = operations
            .SelectMany(static o => new[] { o.Message.Positional, o.Message.ReplyPositional })
            .Concat(methodOperations.SelectMany(static m => m.Method.Fields.Select(static f => f.Inner).Append(m.Method.Result?.Positional).Append(m.Method.Request?.Positional)))
            .Concat(subscribeOperations.SelectMany(static s => new[] { s.Record.Request.Positional, s.Record.Item.Positional }))
            .OfType<PositionalModel>();
        MethodContractModel all = new(
            methodOperations.ToEquatableArray(), subscribeOperations.ToEquatableArray(), MethodComposer.Positionals(positionals, routeNames));
        return isWhole && collisions.Count == 0 ? new ContractModel(client, operations.ToEquatableArray()) { Methods = all } : null;
    }

    private static SubscribeOperationModel? Subscribe(
        ClientModel client, SubscribeModel record, Claims claims, HashSet<string> routeNames, List<Collision> collisions)
    {
        const string Options = "global::NetWebSockets.MessageStreamOptions";
        string method = Names.ForSubscribe(record.TypeName);
        if (claims.Claim($"{method}({record.Request.Type}, {Options})", record.TypeName, record) is { } mainCollision)
        {
            collisions.Add(mainCollision);
            return null;
        }

        bool hasFields = record.Fields is not null;
        if (hasFields)
        {
            string[] types = [.. record.Fields!.Items.Select(static f => f.SignatureType), Options];
            if (claims.Claim($"{method}({string.Join(", ", types)})", record.TypeName, record) is { } collision)
            {
                collisions.Add(collision);
                hasFields = false;
            }
        }

        return new SubscribeOperationModel(
            record, method, Names.Unique("Subscription" + record.TypeName, routeNames), MethodComposer.Subscription(client, record), hasFields);
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
            .ThenBy(static m => m.Name, StringComparer.Ordinal);

    private static string Verb(MessageDirection direction) => direction switch
    {
        MessageDirection.Send => "sent",
        MessageDirection.Call => "called",
        _ => "received",
    };

    /// <summary>Something that collides with what was there before.</summary>
    /// <param name="Source">The message that came second.</param>
    /// <param name="Descriptor">Which diagnostic.</param>
    /// <param name="Arguments">What its message names.</param>
    internal sealed record Collision(object Source, DiagnosticDescriptor Descriptor, params object?[] Arguments);

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
            foreach (string member in Standard)
                _owners[member] = "every client has";
        }

        public Collision? Claim(string signature, MessageModel message) => Claim(signature, message.TypeName, message);

        public Collision? Claim(string signature, string typeName, object source)
        {
            string name = signature.Substring(0, signature.IndexOf('('));
            if (_owners.TryGetValue(signature, out string? owner) || _owners.TryGetValue(name, out owner))
            {
                string shown = signature.Replace("global::System.Threading.", "").Replace("global::NetWebSockets.", "").Replace("global::", "");
                return new Collision(source, Descriptors.MemberClash, typeName, _client.Name, shown, owner);
            }

            _owners.Add(signature, $"'{typeName}' gives too");
            return null;
        }
    }
}
