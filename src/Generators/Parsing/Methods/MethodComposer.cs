using System.Text;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Names and lays out what the annotated methods of a client, its subscriptions and its records by position add to its contract.</summary>
internal static class MethodComposer
{
    /// <summary>Lays a method out. It has been checked by <see cref="MethodRules"/>.</summary>
    /// <param name="client">The client.</param>
    /// <param name="method">The method.</param>
    /// <param name="names">The names that are taken.</param>
    public static MethodOperationModel Method(ClientModel client, MethodModel method, HashSet<string> names)
    {
        string stem = Stem(method.Name);
        string route = Names.Unique(Prefix(method.Kind) + stem, names);
        bool needsFields = method.Kind is ClientMethodKind.Call or ClientMethodKind.Send or ClientMethodKind.Subscribe && method.Request is null;
        return new MethodOperationModel(
            method,
            route,
            needsFields ? Names.Unique(stem + "Fields", names) : null,
            Envelope(client, method),
            Match(client, method),
            Payload(client, method),
            Subscription(client, method),
            method.Kind == ClientMethodKind.Handles ? Handler(client, method) : null);
    }

    /// <summary>Lays a record's subscription out. It has been checked by <see cref="MethodRules"/>.</summary>
    public static SubscriptionRouteModel Subscription(ClientModel client, SubscribeModel record) =>
        Route(client, record.Subscription, record.Subscription.Subscribe, record.Payload ?? client.Payload);

    /// <summary>Names the records that are arrays on the wire. Those inside others come first.</summary>
    /// <param name="found">The records, in any order.</param>
    /// <param name="names">The names that are taken.</param>
    public static EquatableArray<PositionalOperationModel> Positionals(IEnumerable<PositionalModel> found, HashSet<string> names) =>
        found
            .OrderBy(static p => p.Type, StringComparer.Ordinal)
            .SelectMany(static p => p.WithInner())
            .GroupBy(static p => p.Type)
            .Select(static same => same.First())
            .Select(p => new PositionalOperationModel(p, Names.Unique(p.Name + "Format", names), Names.Unique(p.Name + "Array", names)))
            .ToEquatableArray();

    private static string Stem(string name) =>
        name.EndsWith("Async", StringComparison.Ordinal) && name.Length > "Async".Length ? name.Substring(0, name.Length - "Async".Length) : name;

    private static string Prefix(ClientMethodKind kind) => kind switch
    {
        ClientMethodKind.Call => "Call",
        ClientMethodKind.Send => "Send",
        ClientMethodKind.Event => "Event",
        ClientMethodKind.Topic => "Topic",
        ClientMethodKind.Subscribe => "Subscription",
        ClientMethodKind.Handles => "Handle",
        _ => "Binary",
    };

    private static EnvelopeModel? Envelope(ClientModel client, MethodModel method) => method.Kind switch
    {
        ClientMethodKind.Call => EnvelopeFactory.Request(client, method.Method, isStreamed: method.Shape == ResultShape.Stream),
        ClientMethodKind.Send => EnvelopeFactory.Send(client, method.Values, method.Payload),
        _ => null,
    };

    private static EquatableArray<LocatorMatchModel> Match(ClientModel client, MethodModel method) => method.Kind switch
    {
        ClientMethodKind.Event => DiscriminatorParser.Matches(client.Discriminators, method.Values),
        ClientMethodKind.Handles when MethodRules.IsForCalls(client, method) =>
            client.Calls!.Request.When
                .Append(new LocatorMatchModel(client.Calls.Request.Method!, method.Values[0].Kind, method.Values[0].Text))
                .Where(static m => m.Kind != MatchKind.Any)
                .ToEquatableArray(),
        ClientMethodKind.Handles => DiscriminatorParser.Matches(client.Discriminators, method.Values),
        _ => default,
    };

    private static string Payload(ClientModel client, MethodModel method) =>
        method.Payload ?? (method.Kind == ClientMethodKind.Handles && MethodRules.IsForCalls(client, method) ? client.Calls!.Request.Params ?? "" : client.Payload);

    private static SubscriptionRouteModel? Subscription(ClientModel client, MethodModel method) => method.Kind switch
    {
        ClientMethodKind.Topic => Topics(client, method),
        ClientMethodKind.Subscribe => Route(client, method.Subscription!, method.Method, method.Payload ?? client.Payload),
        _ => null,
    };

    private static SubscriptionRouteModel Topics(ClientModel client, MethodModel method)
    {
        SubscriptionModel subscription = method.Subscription!;
        SubscriptionRequestModel Request(string name)
        {
            EnvelopeModel envelope = subscription.TopicsRequest is { } template
                ? EnvelopeFactory.FromTemplate(template, SubscriptionModel.TopicsPlaceholders, placeholder => placeholder switch
                {
                    "id" => new PlaceholderValue(SlotKind.Id),
                    "method" => new PlaceholderValue(SlotKind.Text, JsonText.Quote(name)),
                    "scope" => new PlaceholderValue(SlotKind.Scope),
                    _ => new PlaceholderValue(SlotKind.Topics),
                })
                : EnvelopeFactory.Request(client, name, SlotKind.Topics, isStreamed: false);
            return new SubscriptionRequestModel(name, envelope, envelope.Has(SlotKind.Id), subscription.Batch);
        }

        return new SubscriptionRouteModel(
            subscription.Topic!,
            subscription.KeyFrom,
            subscription.At.Count > 0 ? subscription.At : new[] { client.Discriminators[0] }.ToEquatableArray(),
            default,
            method.Payload ?? client.Payload,
            Request(subscription.Subscribe),
            subscription.Unsubscribe is { } unsubscribe ? Request(unsubscribe) : null);
    }

    private static SubscriptionRouteModel Route(ClientModel client, SubscriptionModel subscription, string name, string payload)
    {
        EnvelopeModel subscribe = EnvelopeFactory.Request(client, name);
        bool byId = subscription.KeyFrom == "RequestId";
        string place = byId ? client.Calls!.Reply.Id : client.Discriminators.Count > 0 ? client.Discriminators[0] : "";
        EquatableArray<string> at = subscription.At.Count > 0 ? subscription.At : new[] { place }.ToEquatableArray();
        return new SubscriptionRouteModel(
            name,
            subscription.KeyFrom,
            at,
            // Items that have the id where replies have it look as those of streamed replies do; elsewhere the place is enough.
            byId && at[0] == client.Calls!.Reply.Id ? client.Calls.Reply.ItemWhen ?? default : default,
            payload,
            new SubscriptionRequestModel(name, subscribe, subscription.Acknowledged && subscribe.Has(SlotKind.Id), 0),
            Unsubscribe(client, subscription));
    }

    private static SubscriptionRequestModel? Unsubscribe(ClientModel client, SubscriptionModel subscription)
    {
        EnvelopeModel? envelope = subscription switch
        {
            { UnsubscribeRequest: { } template } => EnvelopeFactory.FromTemplate(template, SubscriptionModel.UnsubscribePlaceholders, static placeholder => new PlaceholderValue(placeholder switch
            {
                "id" => SlotKind.Id,
                "key" => SlotKind.Key,
                "scope" => SlotKind.Scope,
                _ => SlotKind.Payload,
            })),
            { Unsubscribe: { } name, KeyFrom: "Arguments" } => EnvelopeFactory.Request(client, name),
            { Unsubscribe: { } name } => InArray(EnvelopeFactory.Request(client, name, SlotKind.Key, isStreamed: false)),
            _ => null,
        };
        return envelope is null
            ? null
            : new SubscriptionRequestModel(subscription.Unsubscribe ?? "unsubscribe", envelope, subscription.Acknowledged && envelope.Has(SlotKind.Id), 0);
    }

    // Puts brackets around the key.
    private static EnvelopeModel InArray(EnvelopeModel envelope)
    {
        List<EnvelopePartModel> parts = [];
        StringBuilder text = new();
        void Flush()
        {
            if (text.Length > 0)
                parts.Add(new EnvelopePartModel(SlotKind.Text, text.ToString()));
            text.Clear();
        }

        foreach (EnvelopePartModel part in envelope.Parts)
        {
            if (part.Slot == SlotKind.Text)
            {
                text.Append(part.Text);
                continue;
            }

            if (part.Slot == SlotKind.Key)
                text.Append('[');
            Flush();
            parts.Add(part);
            if (part.Slot == SlotKind.Key)
                text.Append(']');
        }

        Flush();
        return new EnvelopeModel(envelope.PayloadAtRoot, parts.ToEquatableArray());
    }

    private static HandlerRouteModel Handler(ClientModel client, MethodModel method)
    {
        HandlerModel handler = method.Handler!;
        string name = string.Join(", ", method.Values.Select(static v => v.Shown));
        string? id = handler.Id ?? client.Calls?.Request.Id;
        if (handler.Reply is { } template)
        {
            EnvelopeModel reply = EnvelopeFactory.FromTemplate(template, CallsModel.ResultPlaceholders, static placeholder => new PlaceholderValue(placeholder switch
            {
                "id" => SlotKind.Id,
                "scope" => SlotKind.Scope,
                _ => SlotKind.Payload,
            }));
            return new HandlerRouteModel(name, reply.Has(SlotKind.Id) ? id : null, client.Calls?.Request.Scope, reply, null);
        }

        return client.Calls is null
            ? new HandlerRouteModel(name, null, null, null, null)
            : new HandlerRouteModel(name, id, client.Calls.Request.Scope, EnvelopeFactory.Result(client), EnvelopeFactory.Error(client));
    }
}
