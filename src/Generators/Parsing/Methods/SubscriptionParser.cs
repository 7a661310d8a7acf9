using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads what <c>[Topic]</c> and <c>[Subscribe]</c> say of a subscription.</summary>
internal static class SubscriptionParser
{
    private const int DefaultBatch = 100;

    private static readonly string[] Keys = ["Arguments", "RequestId", "Result"];

    /// <summary>Whether the attribute makes a record subscribe.</summary>
    public static bool IsSubscribe(AttributeData attribute) => attribute.AttributeClass.Is("NetWebSockets", "SubscribeAttribute`2");

    /// <summary>Reads that of a method.</summary>
    /// <param name="reading">The method.</param>
    /// <param name="parameters">Its parameters.</param>
    public static SubscriptionModel OfMethod(Reading reading, List<MethodParameterModel> parameters)
    {
        IMethodSymbol method = reading.Method;
        (string, ITypeSymbol)? Find(string name)
        {
            int index = parameters.FindIndex(p => p.Role == ParameterRole.Field && p.PlainName == name);
            if (index >= 0)
                return (parameters[index].Name, method.Parameters[index].Type);
            int record = parameters.FindIndex(static p => p.Role == ParameterRole.Record);
            return record >= 0 && Property(method.Parameters[record].Type, name) is { } property ? ($"{parameters[record].Name}.{Symbols.Escape(name)}", property.Type) : null;
        }

        Reader reader = new(method, reading.Attribute, reading.Client, reading.Problems, Find, reading.CancellationToken);
        return reading.Kind == ClientMethodKind.Topic ? reader.Topic(parameters) : reader.Subscribe();
    }

    /// <summary>Reads that of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="attribute">Its attribute.</param>
    /// <param name="client">The client.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static SubscriptionModel OfRecord(
        INamedTypeSymbol record, AttributeData attribute, INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken) =>
        new Reader(
            record,
            attribute,
            client,
            problems,
            name => Property(record, name) is { } property ? ($"request.{Symbols.Escape(name)}", property.Type) : null,
            cancellationToken).Subscribe();

    private static IPropertySymbol? Property(ITypeSymbol record, string name)
    {
        for (ITypeSymbol? type = record; type is not null; type = type.BaseType)
        {
            if (type.GetMembers(name).OfType<IPropertySymbol>().FirstOrDefault(static p => p is { IsStatic: false, IsIndexer: false, GetMethod: not null }) is { } found)
                return found;
        }

        return null;
    }

    private sealed class Reader(
        ISymbol owner,
        AttributeData attribute,
        INamedTypeSymbol client,
        List<Problem> problems,
        Func<string, (string Code, ITypeSymbol Type)?> find,
        CancellationToken cancellationToken)
    {
        public SubscriptionModel Topic(List<MethodParameterModel> parameters)
        {
            string[] given = [.. attribute.ConstructorArguments.Select(static a => a.Value as string ?? "")];
            string topic = given.Length > 2 ? given[2] : "";
            Location at = attribute.LocationOfPositional(2, owner, cancellationToken);
            List<TextTemplate> templates = Templates([topic], at);
            if (templates.Count == 1
                && parameters.Find(p => p.Role == ParameterRole.Field && !templates[0].Parameters.Contains(p.PlainName)) is { } unused)
            {
                problems.Add(new Problem(MethodDescriptors.BadTopic, at, topic, owner.Name, $"the parameter '{unused.PlainName}' is not in it: two topics would have one name"));
            }

            AttributeData? topics = client.FindAttribute("NetWebSockets", "TopicsAttribute");
            int batch = topics is not null && topics.Has("Batch") ? topics.Named<int>("Batch") : DefaultBatch;
            string? unsubscribe = given.Length > 1 && given[1].Length > 0 ? given[1] : null;
            if (unsubscribe is null)
                problems.Add(new Problem(MethodDescriptors.NoUnsubscribe, attribute.LocationOfPositional(1, owner, cancellationToken), owner.Name));
            return new SubscriptionModel(
                given.Length > 0 ? given[0] : "",
                unsubscribe,
                null,
                Keys[0],
                topic,
                Expression(templates),
                1,
                Places(),
                true,
                topics?.Named<string>("Request"),
                Math.Max(batch, 1));
        }

        public SubscriptionModel Subscribe()
        {
            string? topic = attribute.Named<string>("Topic");
            string? unsubscribe = attribute.Named<string>("Unsubscribe");
            string? template = attribute.Named<string>("UnsubscribeRequest");
            int keyFrom = attribute.Named<int>("KeyFrom");
            EquatableArray<string> places = Places();
            List<TextTemplate> templates = [];
            Location whole = attribute.WholeLocation(owner);
            if (keyFrom is < 0 or > 2)
            {
                problems.Add(new Problem(MethodDescriptors.BadSubscription, attribute.LocationOf("KeyFrom", owner, cancellationToken), owner.Name, "KeyFrom must be Arguments, RequestId or Result"));
                keyFrom = 0;
            }
            else if (keyFrom == 0 && topic is null)
            {
                problems.Add(new Problem(MethodDescriptors.BadSubscription, whole, owner.Name, "add Topic = \"{…}\" with the arguments that items carry, or KeyFrom"));
            }
            else if (keyFrom == 0)
            {
                string[] parts = topic!.Split([' '], StringSplitOptions.RemoveEmptyEntries);
                templates = Templates(parts, attribute.LocationOf("Topic", owner, cancellationToken));
                if (places.Count > 0 && places.Count != parts.Length)
                    problems.Add(new Problem(MethodDescriptors.BadSubscription, whole, owner.Name, $"the key has {parts.Length} parts in Topic and {places.Count} places in At"));
                else if (places.Count == 0 && parts.Length > 1)
                    problems.Add(new Problem(MethodDescriptors.BadSubscription, whole, owner.Name, "add At = \"/… /…\" with the place of each part of the key"));
            }
            else if (keyFrom == 2 && places.Count == 0)
            {
                problems.Add(new Problem(MethodDescriptors.BadSubscription, whole, owner.Name, "add At = \"/…\" with the place where items carry the result of the request"));
            }
            else if (topic is not null)
            {
                problems.Add(new Problem(MethodDescriptors.BadSubscription, attribute.LocationOf("Topic", owner, cancellationToken), owner.Name, $"the key is of {Keys[keyFrom]}, and Topic says that it is of the arguments: leave one out"));
            }

            if (template is not null && JsonTemplate.TryParse(template, SubscriptionModel.UnsubscribePlaceholders, out _) is { } wrong)
                problems.Add(new Problem(Descriptors.BadTemplate, attribute.LocationOf("UnsubscribeRequest", owner, cancellationToken), template, "message that unsubscribes", owner.Name, wrong));
            if (unsubscribe is null && template is null)
                problems.Add(new Problem(MethodDescriptors.NoUnsubscribe, whole, owner.Name));
            return new SubscriptionModel(
                attribute.FirstString() ?? "",
                unsubscribe,
                template,
                Keys[keyFrom],
                topic,
                keyFrom == 0 ? Expression(templates) : null,
                Math.Max(templates.Count, 1),
                places,
                !attribute.Has("Acknowledged") || attribute.Named<bool>("Acknowledged"),
                null,
                0);
        }

        private EquatableArray<string> Places()
        {
            IReadOnlyList<string> places = JsonPointer.Split(attribute.Named<string>("At"));
            LocatorReader reader = new(owner, problems, cancellationToken);
            foreach (string place in places)
                reader.Check(new Locator("key", "At", place, attribute), mayBeWhole: false);
            return places.ToEquatableArray();
        }

        private List<TextTemplate> Templates(IReadOnlyList<string> texts, Location at)
        {
            List<TextTemplate> templates = [];
            foreach (string text in texts)
            {
                string? wrong = TextTemplate.TryParse(text, out TextTemplate template);
                if (wrong is null && text.Length == 0)
                    wrong = "it is empty";
                if (wrong is null && template.Parameters.FirstOrDefault(p => find(p) is null) is { } missing)
                    wrong = $"there is no '{missing}' to stand for {{{missing}}}";
                wrong ??= template.Parameters.Select(p => TopicText.WhyNot(find(p)!.Value.Type) is { } why ? $"'{p}' {why}" : null).FirstOrDefault(static w => w is not null);
                if (wrong is not null)
                    problems.Add(new Problem(MethodDescriptors.BadTopic, at, text, owner.Name, wrong));
                else
                    templates.Add(template);
            }

            return templates;
        }

        private string? Expression(List<TextTemplate> templates) => templates.Count == 0 ? null : TopicText.Expression(templates, name => find(name)!.Value);
    }
}
