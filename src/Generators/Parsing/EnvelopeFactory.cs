using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Makes the envelopes of a client's messages, from its locators or its templates.</summary>
internal static class EnvelopeFactory
{
    /// <summary>The envelope of a message that is sent.</summary>
    /// <param name="client">The client.</param>
    /// <param name="values">What stands at its discriminators.</param>
    /// <param name="payload">Where the record stands, when it is elsewhere than the client says.</param>
    public static EnvelopeModel Send(ClientModel client, EquatableArray<DiscriminatorValueModel> values, string? payload) =>
        EnvelopeBuilder.Build(SendValues(client, values, payload));

    /// <summary>What stands where in a message that is sent.</summary>
    public static IEnumerable<EnvelopeValue> SendValues(ClientModel client, EquatableArray<DiscriminatorValueModel> values, string? payload) =>
    [
        .. Constants(client),
        .. values
            .Select((value, index) => (Value: value, Locator: client.Discriminators[index]))
            .Where(static v => v.Value.Json.Length > 0)
            .Select(static v => new EnvelopeValue(v.Locator, SlotKind.Text, v.Value.Json)),
        new EnvelopeValue(payload ?? client.Payload, SlotKind.Payload),
    ];

    /// <summary>The envelope of a call's request.</summary>
    /// <param name="client">The client, which has calls.</param>
    /// <param name="method">The method; null when one envelope serves several.</param>
    /// <param name="isStreamed">Whether its replies are streamed.</param>
    public static EnvelopeModel Request(ClientModel client, string? method, bool isStreamed = false) => Request(client, method, SlotKind.Payload, isStreamed);

    /// <summary>The envelope of a call's request with something else than a record as its parameters.</summary>
    /// <param name="client">The client, which has calls.</param>
    /// <param name="method">The method; null when one envelope serves several.</param>
    /// <param name="parameters">What stands where the parameters do.</param>
    /// <param name="isStreamed">Whether its replies are streamed.</param>
    public static EnvelopeModel Request(ClientModel client, string? method, SlotKind parameters, bool isStreamed)
    {
        CallsModel calls = client.Calls!;
        string? template = isStreamed && calls.StreamRequest is not null ? calls.StreamRequest : calls.Request.Template;
        PlaceholderValue name = method is null ? new PlaceholderValue(SlotKind.Method) : new PlaceholderValue(SlotKind.Text, JsonText.Quote(method));
        if (template is not null)
        {
            return FromTemplate(template, CallsModel.RequestPlaceholders, placeholder => placeholder switch
            {
                "id" => new PlaceholderValue(SlotKind.Id),
                "method" => name,
                "scope" => new PlaceholderValue(SlotKind.Scope),
                _ => new PlaceholderValue(parameters),
            });
        }

        return EnvelopeBuilder.Build(RequestValues(client, name, parameters));
    }

    /// <summary>What stands where in a request that has no template.</summary>
    public static IEnumerable<EnvelopeValue> RequestValues(ClientModel client, PlaceholderValue method, SlotKind parameters)
    {
        RequestModel request = client.Calls!.Request;
        return
        [
            new EnvelopeValue(request.Id, SlotKind.Id),
            .. Constants(client),
            new EnvelopeValue(request.Method!, method.Slot, method.Json),
            .. request.Scope is null ? Array.Empty<EnvelopeValue>() : [new EnvelopeValue(request.Scope, SlotKind.Scope)],
            new EnvelopeValue(request.Params ?? "", parameters),
        ];
    }

    /// <summary>The envelope of the answer with a result to a request of the peer.</summary>
    /// <param name="client">The client, which has calls.</param>
    public static EnvelopeModel Result(ClientModel client)
    {
        ReplyModel reply = client.Calls!.Reply;
        return reply.ResultTemplate is { } template
            ? FromTemplate(template, CallsModel.ResultPlaceholders, AnswerSlot)
            : EnvelopeBuilder.Build([.. Head(client), .. Ok(reply, true), new EnvelopeValue(reply.Result, SlotKind.Payload)]);
    }

    /// <summary>The envelope of the answer with an error to a request of the peer.</summary>
    /// <param name="client">The client, which has calls.</param>
    public static EnvelopeModel Error(ClientModel client)
    {
        ReplyModel reply = client.Calls!.Reply;
        bool isText = reply.ErrorMessage is { } at && at == reply.Error;
        if (reply.ErrorTemplate is { } template)
        {
            return FromTemplate(
                template, CallsModel.ErrorPlaceholders, placeholder => placeholder == "error" && !isText ? new PlaceholderValue(ErrorObject) : AnswerSlot(placeholder));
        }

        string message = reply.ErrorMessage ?? reply.Error + "/message";
        string code = reply.ErrorCode ?? reply.Error + "/code";
        return EnvelopeBuilder.Build(
        [
            .. Head(client),
            .. Ok(reply, false),
            .. JsonPointer.Overlap(code, message) ? Array.Empty<EnvelopeValue>() : [new EnvelopeValue(code, SlotKind.Code)],
            new EnvelopeValue(message, SlotKind.Message),
        ]);
    }

    /// <summary>What ends streamed replies early; null when nothing does.</summary>
    /// <param name="client">The client, which has calls.</param>
    public static EnvelopeModel? Cancel(ClientModel client) =>
        client.Calls!.Cancel is { } template ? FromTemplate(template, CallsModel.EndPlaceholders, AnswerSlot) : null;

    /// <summary>The envelope of a template that has been checked.</summary>
    public static EnvelopeModel FromTemplate(string template, IReadOnlyList<string> placeholders, Func<string, PlaceholderValue> value) =>
        JsonTemplate.TryParse(template, placeholders, out JsonTemplate? parsed) is { } wrong
            ? throw new InvalidOperationException($"The template '{template}' has not been checked: {wrong}.")
            : parsed!.ToEnvelope(value);

    // What stands for {error}, unless an error is a text: JSON-RPC's object.
    private static readonly EnvelopeModel ErrorObject = EnvelopeBuilder.Build(new EnvelopeValue("/code", SlotKind.Code), new EnvelopeValue("/message", SlotKind.Message));

    private static PlaceholderValue AnswerSlot(string placeholder) => placeholder switch
    {
        "id" => new PlaceholderValue(SlotKind.Id),
        "scope" => new PlaceholderValue(SlotKind.Scope),
        "code" => new PlaceholderValue(SlotKind.Code),
        "message" or "error" => new PlaceholderValue(SlotKind.Message),
        "data" => new PlaceholderValue(SlotKind.Text, "{}"),
        _ => new PlaceholderValue(SlotKind.Payload),
    };

    private static IEnumerable<EnvelopeValue> Head(ClientModel client)
    {
        ReplyModel reply = client.Calls!.Reply;
        yield return new EnvelopeValue(reply.Id, SlotKind.Id);
        foreach (EnvelopeValue constant in Constants(client))
            yield return constant;
        if (reply.Scope is not null)
            yield return new EnvelopeValue(reply.Scope, SlotKind.Scope);
    }

    private static IEnumerable<EnvelopeValue> Ok(ReplyModel reply, bool succeeded)
    {
        if (reply.Ok is not null && (succeeded || reply.OkValue == "true"))
            yield return new EnvelopeValue(reply.Ok, SlotKind.Text, succeeded ? OkJson(reply.OkValue) : "false");
    }

    private static string OkJson(string value) =>
        value is "true" or "false" || long.TryParse(value, out _) ? value : JsonText.Quote(value);

    private static IEnumerable<EnvelopeValue> Constants(ClientModel client)
    {
        if (client.JsonRpc?.Version is { } version)
            yield return new EnvelopeValue("/jsonrpc", SlotKind.Text, JsonText.Quote(version));
    }
}
