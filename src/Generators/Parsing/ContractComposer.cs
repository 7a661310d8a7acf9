using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Puts a client and its messages together: names every method, lays out every envelope, finds what collides.</summary>
internal static class ContractComposer
{
    private const string Token = "global::System.Threading.CancellationToken";
    private const string Options = "global::NetWebSockets.MessageStreamOptions";

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
        bool isAsked = collisions is not null;
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

        HashSet<string> handled = new(StringComparer.Ordinal);
        HashSet<string> binary = new(StringComparer.Ordinal);
        List<MethodOperationModel> methodOperations = [];
        foreach (MethodModel method in methods.OrderBy(static m => m.Signature, StringComparer.Ordinal))
        {
            if (method.IsFaulty || !method.IsRegistered || MethodRules.Violation(client, method, Location.None) is not null)
                isWhole = false;
            else if (Method(client, method, handled, binary, rules, routeNames, collisions) is { } operation)
                methodOperations.Add(operation);
            else
                isWhole = false;
        }

        List<SubscribeOperationModel> subscribeOperations = [];
        foreach (SubscribeModel record in subscribes.OrderBy(static s => s.Request.Type, StringComparer.Ordinal).ThenBy(static s => s.Subscription.Subscribe, StringComparer.Ordinal))
        {
            if (record.IsFaulty || !record.IsRegistered || MethodRules.Violation(client, record, Location.None) is not null)
                isWhole = false;
            else if (Subscribe(client, record, claims, routeNames, collisions) is { } operation)
                subscribeOperations.Add(operation);
        }

        collisions.AddRange(rules.Unreachable());
        collisions.AddRange(Claims.OfTheClass(client, methods));
        IEnumerable<PositionalModel> positionals = operations
            .SelectMany(static o => new[] { o.Message.Positional, o.Message.ReplyPositional })
            .Concat(methodOperations.SelectMany(static m => m.Method.Fields.Select(static f => f.Inner).Append(m.Method.Result?.Positional).Append(m.Method.Request?.Positional)))
            .Concat(subscribeOperations.SelectMany(static s => new[] { s.Record.Request.Positional, s.Record.Item.Positional }))
            .OfType<PositionalModel>();
        MethodContractModel all = new(
            methodOperations.ToEquatableArray(), subscribeOperations.ToEquatableArray(), MethodComposer.Positionals(positionals, routeNames));
        ContractModel contract = new(client, operations.ToEquatableArray()) { Methods = all };
        if (isWhole && collisions.Count == before)
            collisions.AddRange(ReferenceRules.Violations(contract)); // otherwise what a script or a heartbeat needs may be among what is wrong
        isWhole &= collisions.Count == before;
        if (isAsked)
            collisions.AddRange(rules.Ambiguous());
        return isWhole ? contract : null;
    }

    private static MethodOperationModel? Method(
        ClientModel client, MethodModel method, HashSet<string> handled, HashSet<string> binary, RouteRules rules, HashSet<string> routeNames, List<Collision> collisions)
    {
        MethodOperationModel operation = MethodComposer.Method(client, method, routeNames);
        if (method.Kind == ClientMethodKind.ReceiveBinary)
            return binary.Add(string.Join(" ", method.Prefix)) ? operation : null; // told at the second of the two
        if (method.Kind is not (ClientMethodKind.Event or ClientMethodKind.Handles))
            return operation;
        string shown = string.Join(", ", method.Values.Select(static v => v.Shown));
        if (method.Kind == ClientMethodKind.Handles && !handled.Add(shown))
            return null; // told at the second of the two
        if (rules.AddReceived(method.Name, shown, operation.Match, method) is not { } clash)
            return operation;
        collisions.Add(clash);
        return null;
    }

    private static SubscribeOperationModel? Subscribe(
        ClientModel client, SubscribeModel record, Claims claims, HashSet<string> routeNames, List<Collision> collisions)
    {
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
            MessageDirection.Call when message.IsStreamed => Names.ForStreamedCall(message.TypeName),
            MessageDirection.Call => Names.ForCall(message.TypeName),
            _ => Names.ForReceive(message.TypeName),
        };

        string main = message.Direction switch
        {
            MessageDirection.Send => $"SendAsync({message.Type}, {Token})",
            MessageDirection.Call when message.IsStreamed => $"Call({message.Type}, {Options})",
            MessageDirection.Call => $"CallAsync({message.Type}, {Token})",
            _ => method + "(global::NetWebSockets.MessageStreamOptions)",
        };
        if (claims.Claim(main, message) is { } mainCollision)
        {
            collisions.Add(mainCollision.Arguments[3] is string owner && owner == Claims.OwnerOf(message.TypeName) && message.Direction == MessageDirection.Receive
                ? mainCollision with { Arguments = [.. mainCollision.Arguments.Take(4), "when it is one record under two values, declare a partial method with [Event] that returns MessageStream of it for each"] }
                : mainCollision);
            return null;
        }

        // The method of fields: when it collides, that of the record is still there.
        bool hasFields = message.Fields is not null && message.Direction != MessageDirection.Receive;
        if (hasFields)
        {
            string[] types = [.. message.Fields!.Items.Select(static f => f.SignatureType), message.IsStreamed ? Options : Token];
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
        MessageDirection.Call => EnvelopeFactory.Request(client, message.Method, message.IsStreamed),
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
    /// <param name="Source">The message that came second; null when it is the class that is wrong.</param>
    /// <param name="Descriptor">Which diagnostic.</param>
    /// <param name="Arguments">What its message names.</param>
    internal sealed record Collision(object? Source, DiagnosticDescriptor Descriptor, params object?[] Arguments)
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

        /// <summary>Members that the user has written and every client has.</summary>
        public static IEnumerable<Collision> OfTheClass(ClientModel client, IEnumerable<MethodModel> methods)
        {
            // Without a default address that overload is not generated; but a method of the interface would hide that of IWebSocketClient.
            string withoutAddress = client.Uri is null ? Standard(client).First(static m => m.StartsWith("ConnectAsync", StringComparison.Ordinal)) : "";
            return from standard in Standard(client)
                   where standard != withoutAddress || methods.Any(m => m.Signature == standard)
                   from member in client.Members
                   where member == standard || NameOf(member) == standard || member == NameOf(standard)
                   select new Collision(methods.FirstOrDefault(m => m.Signature == member), Descriptors.MemberClash, NameOf(member), client.Name, Shown(member), "every client has", "rename it")
                   {
                       Attribute = client.JsonRpc is null ? "WebSocketClientAttribute" : "JsonRpcClientAttribute",
                   };
        }

        // What every client has; a record called Close, Connect or Unknown would give it again.
        private static IEnumerable<string> Standard(ClientModel client)
        {
            string constructor = string.Concat((client.Constructor ?? default).Select(static p => p.SignatureType + ", "));
            foreach (string member in new[] { "State", "StateChanged", "Closed", $"CloseAsync({Token})", $"ReconnectAsync({Token})", "Fail(string)", "DisposeAsync()" })
                yield return member;
            foreach (string address in new[] { "", "string, ", "global::System.Uri, ", "global::NetWebSockets.WebSocketClientOptions, " })
                yield return $"ConnectAsync({constructor}{address}{Token})";
            yield return "UnknownMessages(global::NetWebSockets.MessageStreamOptions)";
            if (client.Calls is not null)
                yield return "PeerErrors(global::NetWebSockets.MessageStreamOptions)";
        }

        public Collision? Claim(string signature, MessageModel message) => Claim(signature, message.TypeName, message);

        public Collision? Claim(string signature, string typeName, object source)
        {
            string name = signature.Substring(0, signature.IndexOf('('));
            if (_owners.TryGetValue(signature, out string? owner) || _owners.TryGetValue(name, out owner))
            {
                return new Collision(source, Descriptors.MemberClash, typeName, _client.Name, Shown(signature), owner, "rename the record or the other member");
            }

            _owners.Add(signature, OwnerOf(typeName));
            return null;
        }

        /// <summary>What is said of a member that a record gives.</summary>
        public static string OwnerOf(string typeName) => $"'{typeName}' gives too";

        private static string NameOf(string member) => member.Split('(')[0];

        private static string Shown(string signature) => signature.Replace("global::System.Threading.", "").Replace("global::NetWebSockets.", "").Replace("global::", "");
    }
}
