using System.Globalization;
using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads <c>[Calls]</c>, and what <c>[JsonRpcClient]</c> says of calls: places and templates, checked so that envelopes can be made of them and replies told apart.</summary>
internal sealed class CallsParser
{
    private static readonly string[] IdKinds = ["Integer", "String"];

    private readonly INamedTypeSymbol _client;
    private readonly List<Problem> _problems;
    private readonly CancellationToken _cancellationToken;
    private readonly LocatorReader _reader;
    private readonly AttributeData _calls;
    private readonly AttributeData _attribute;
    private readonly bool _isJsonRpc;
    private readonly IReadOnlyList<Locator> _discriminators;

    private CallsParser(
        INamedTypeSymbol client, AttributeData attribute, AttributeData calls, IReadOnlyList<Locator> discriminators, List<Problem> problems, CancellationToken cancellationToken)
    {
        _client = client;
        _attribute = attribute;
        _calls = calls;
        _isJsonRpc = attribute.AttributeClass.Is("NetWebSockets", "JsonRpcClientAttribute");
        _discriminators = discriminators;
        _problems = problems;
        _cancellationToken = cancellationToken;
        _reader = new LocatorReader(client, problems, cancellationToken);
    }

    /// <summary>Reads it.</summary>
    /// <param name="client">The class.</param>
    /// <param name="attribute">What makes it a client.</param>
    /// <param name="discriminators">The client's discriminators, which have been checked.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The model; null when the client has no calls, or something is wrong.</returns>
    public static CallsModel? Parse(
        INamedTypeSymbol client, AttributeData attribute, IReadOnlyList<Locator> discriminators, List<Problem> problems, CancellationToken cancellationToken)
    {
        AttributeData? calls = client.FindAttribute("NetWebSockets", "CallsAttribute");
        if (calls is null && !attribute.AttributeClass.Is("NetWebSockets", "JsonRpcClientAttribute"))
            return null;
        return new CallsParser(client, attribute, calls ?? attribute, discriminators, problems, cancellationToken).Parse();
    }

    private CallsModel? Parse()
    {
        int before = _problems.Count;
        RequestModel? request = ReadRequest();
        ReplyModel? reply = request is null ? null : ReadReply(request);
        string? streamRequest = Template("stream request", "StreamRequest", CallsModel.RequestPlaceholders, "id");
        string? cancel = Template("cancellation", "Cancel", CallsModel.EndPlaceholders);
        int idKind = _calls.Named<int>("IdKind");
        int maxInFlight = _calls.Named<int>("MaxInFlight");
        if (idKind < 0 || idKind >= IdKinds.Length)
            Contradiction("IdKind", "IdKind is Integer or String");
        if (maxInFlight < 0)
            _problems.Add(new Problem(Descriptors.BadLimit, Location("MaxInFlight"), maxInFlight, "MaxInFlight", _client.Name, "give at least 1, or 0 for no limit"));
        string? errorType = ReadErrorType();
        if (request is null || reply is null || _problems.Count > before)
            return null;
        return new CallsModel(
            request, streamRequest, cancel, reply, IdKinds[idKind], errorType, maxInFlight,
            _calls.Named<bool>("Positional") || _attribute.Named<bool>("Positional"));
    }

    private RequestModel? ReadRequest()
    {
        if (_calls.Named<string>("Request") is { } text)
        {
            Locator locator = new("request", "Request", text, _calls);
            foreach (string argument in new[] { "Id", "Method", "Params", "Scope" })
            {
                if (_calls.Has(argument) && ReferenceEquals(_calls, _client.FindAttribute("NetWebSockets", "CallsAttribute")))
                    Contradiction(argument, $"{argument} is set beside Request: the template says it already");
            }

            JsonTemplate? template = _reader.Template(locator, CallsModel.RequestPlaceholders, "id");
            if (template is null)
                return null;
            Locator templateId = new("id", "Request", template.PlaceOf("id"), _calls);
            foreach (Locator discriminator in _discriminators)
                _reader.CheckApart(templateId, discriminator);
            return new RequestModel(
                text, template.PlaceOf("id")!, template.PlaceOf("method"), template.PlaceOf("params"), template.PlaceOf("scope"), template.Conditions.ToEquatableArray());
        }

        Locator id = Get("id", "Id", "/id");
        Locator method = Get("method", "Method", _isJsonRpc ? "/method" : null);
        Locator parameters = Get("parameters", "Params", _isJsonRpc ? "/params" : null);
        Locator scope = Scope();
        bool usable = _reader.Check(id, mayBeWhole: false);
        usable &= _reader.Check(method, mayBeWhole: false);
        usable &= _reader.Check(parameters, mayBeWhole: true);
        usable &= _reader.Check(scope, mayBeWhole: false);
        if (!usable)
            return null;

        // These are written side by side.
        Locator named = method.Value is null && _discriminators.Count > 0 ? _discriminators[0] : method;
        _reader.CheckApart(id, named);
        _reader.CheckApart(parameters, id);
        _reader.CheckApart(parameters, named);
        _reader.CheckApart(scope, id);
        _reader.CheckApart(scope, named);
        _reader.CheckApart(scope, parameters);
        if (_isJsonRpc && (!_attribute.Has("Version") || _attribute.Named<string>("Version") is not null))
        {
            Locator version = new("version", "Version", "/jsonrpc", _attribute);
            foreach (Locator other in new[] { id, named, parameters, scope })
                _reader.CheckApart(other, version);
        }

        // What arrives: the id and the discriminator are scalars, of which nothing else can be a part.
        foreach (Locator discriminator in _discriminators)
        {
            if (discriminator.Value != named.Value)
                _reader.CheckApart(discriminator, id);
        }

        return new RequestModel(null, id.Value!, named.Value, parameters.Value ?? "", scope.Value, default);
    }

    private ReplyModel? ReadReply(RequestModel request)
    {
        Locator result = Get("result", "Result", "/result");
        Locator error = Get("error", "Error", "/error");
        JsonTemplate? resultTemplate = null;
        JsonTemplate? errorTemplate = null;
        bool usable = JsonTemplate.IsTemplate(result.Value)
            ? (resultTemplate = _reader.Template(result, CallsModel.ResultPlaceholders, "id")) is not null
            : _reader.Check(result, mayBeWhole: true);
        usable &= JsonTemplate.IsTemplate(error.Value)
            ? (errorTemplate = _reader.Template(error, CallsModel.ErrorPlaceholders, "id")) is not null
            : _reader.Check(error, mayBeWhole: true);
        Locator item = new("item", "Item", _calls.Named<string>("Item"), _calls);
        Locator end = new("end", "End", _calls.Named<string>("End"), _calls);
        JsonTemplate? itemTemplate = item.Value is null ? null : _reader.Template(item, CallsModel.ItemPlaceholders, "id", "item");
        JsonTemplate? endTemplate = end.Value is null ? null : _reader.Template(end, CallsModel.EndPlaceholders, "id");
        usable &= (item.Value is null || itemTemplate is not null) && (end.Value is null || endTemplate is not null);

        Locator replyId = new("id of a reply", "ReplyId", _calls.Named<string>("ReplyId"), _calls);
        Locator ok = new("outcome", "Ok", _calls.Named<string>("Ok"), _calls);
        Locator code = Get("error code", "ErrorCode", null);
        Locator message = Get("error text", "ErrorMessage", null);
        usable &= _reader.Check(replyId, mayBeWhole: false);
        usable &= _reader.Check(ok, mayBeWhole: false);
        usable &= _reader.Check(code, mayBeWhole: false);
        usable &= _reader.Check(message, mayBeWhole: false);
        if (!usable)
            return null;

        // The id stands at one place in all replies, for it is looked for before it is known which one it is.
        (JsonTemplate? Template, Locator From)[] templates = [(resultTemplate, result), (errorTemplate, error), (itemTemplate, item), (endTemplate, end)];
        string id = replyId.Value ?? templates.Select(static t => t.Template?.PlaceOf("id")).FirstOrDefault(static p => p is not null) ?? request.Id;
        string? scope = templates.Select(static t => t.Template?.PlaceOf("scope")).FirstOrDefault(static p => p is not null) ?? request.Scope;
        foreach ((JsonTemplate? template, Locator from) in templates)
        {
            if (template is not null && template.PlaceOf("id") != id)
                Contradiction(from.Argument!, $"the {from.Word} has its id at '{template.PlaceOf("id")}' and another reply at '{id}': all replies have it at one place");
        }

        Locator idPlace = replyId.Value is null ? new Locator("id", _calls.Has("Id") ? "Id" : resultTemplate is not null ? "Result" : "Id", id, _calls) : replyId;
        if (replyId.Value is not null || templates.Any(static t => t.Template is not null))
        {
            foreach (Locator discriminator in _discriminators)
                _reader.CheckApart(idPlace, discriminator);
        }

        string resultPlace = resultTemplate is null ? result.Value! : resultTemplate.PlaceOf("result") ?? "";
        string errorPlace = errorTemplate is null ? error.Value! : errorTemplate.PlaceOf("error") ?? "";
        string? codePlace = code.Value ?? errorTemplate?.PlaceOf("code");
        string? messagePlace = message.Value ?? errorTemplate?.PlaceOf("message");
        if (resultTemplate is null)
            _reader.CheckDifferent(result, idPlace);
        if (errorTemplate is null)
            _reader.CheckDifferent(error, idPlace);
        _reader.CheckDifferent(ok, idPlace);
        if (resultTemplate is null && errorTemplate is null && ok.Value is null)
            _reader.CheckDifferent(result, error);
        bool isTold = ok.Value is not null || resultTemplate is { Conditions.Count: > 0 } || errorTemplate is { Conditions.Count: > 0 } || resultPlace != errorPlace;
        if (!isTold && !(resultTemplate is null && errorTemplate is null)) // two equal locators have been told
            Contradiction("Error", "nothing tells a reply with an error from one with a result: give one of them a place or a constant of its own, or set Ok");

        return new ReplyModel(
            id,
            scope,
            resultPlace,
            Conditions(resultTemplate),
            resultTemplate is null ? null : result.Value,
            errorPlace,
            Conditions(errorTemplate),
            errorTemplate is null ? null : error.Value,
            ok.Value,
            ReadOkValue(),
            codePlace,
            messagePlace,
            itemTemplate is null ? null : WithPlace(itemTemplate, itemTemplate.PlaceOf("item")!),
            itemTemplate?.PlaceOf("item") ?? "",
            endTemplate is null ? null : Conditions(endTemplate));
    }

    private static EquatableArray<LocatorMatchModel> Conditions(JsonTemplate? template) => template is null ? default : template.Conditions.ToEquatableArray();

    // A template with no constant still asks for its item.
    private static EquatableArray<LocatorMatchModel> WithPlace(JsonTemplate template, string place) =>
        template.Conditions.Count > 0 || place.Length == 0
            ? template.Conditions.ToEquatableArray()
            : new EquatableArray<LocatorMatchModel>([new LocatorMatchModel(place, MatchKind.Present, "")]);

    private string ReadOkValue()
    {
        object? value = _calls.NamedArguments.FirstOrDefault(static a => a.Key == "OkValue").Value is { IsNull: false, Kind: TypedConstantKind.Primitive } given ? given.Value : null;
        switch (value)
        {
            case null when !_calls.Has("OkValue"):
                return "true";
            case bool flag:
                return flag ? "true" : "false";
            case string text:
                return text;
            case sbyte or byte or short or ushort or int or uint or long or ulong:
                return Convert.ToString(value, CultureInfo.InvariantCulture)!;
            default:
                Contradiction("OkValue", "OkValue is a string, an integer, true or false");
                return "";
        }
    }

    private string? ReadErrorType()
    {
        if (_calls.Named<ITypeSymbol>("ErrorType") is not { } type || type.IsUnknown())
            return null;
        string? positional = PositionalParser.IsObjectToJson(type) ? "[Positional], which the errors of calls are not read by: give it a [JsonConverter] instead" : null;
        if ((positional ?? PayloadRules.WhyNot(type)) is { } why)
            _problems.Add(new Problem(Descriptors.UnsupportedType, Location("ErrorType"), type.ShortName(), "the error of a call", why));
        else if (!type.IsVisibleWhere(_client))
            _problems.Add(new Problem(Descriptors.LessAccessible, Location("ErrorType"), type.ShortName(), _client.Name));
        else if (_attribute.Named<ITypeSymbol>("JsonContext") is not INamedTypeSymbol json)
            _problems.Add(new Problem(Descriptors.NoJsonContext, Location("ErrorType"), type.ShortName(), _client.Name));
        else if (json.TypeKind != TypeKind.Error && !JsonContextReader.Registers(json, type))
            _problems.Add(JsonContextReader.Missing(json, type, _client.Name, Location("ErrorType"), _cancellationToken));
        return type.FullName();
    }

    private string? Template(string word, string argument, IReadOnlyList<string> placeholders, params string[] needed)
    {
        Locator locator = new(word, argument, _calls.Named<string>(argument), _calls);
        return locator.Value is null || _reader.Template(locator, placeholders, needed) is null ? null : locator.Value;
    }

    private Locator Get(string word, string argument, string? standard)
    {
        // What [JsonRpcClient] has of the same name is something else: its Scope is read apart.
        bool isGiven = _calls.AttributeClass.Is("NetWebSockets", "CallsAttribute") && _calls.Has(argument);
        return new Locator(word, argument, isGiven ? _calls.Named<string>(argument) ?? standard : standard, _calls);
    }

    private Locator Scope() =>
        !_isJsonRpc || _calls.AttributeClass.Is("NetWebSockets", "CallsAttribute") && _calls.Has("Scope")
            ? Get("scope", "Scope", null)
            : new Locator("scope", "Scope", _attribute.Named<string>("Scope"), _attribute);

    private void Contradiction(string argument, string what) =>
        _problems.Add(new Problem(Descriptors.BadCalls, Location(argument), _client.Name, what));

    private Location Location(string argument) => _calls.LocationOf(argument, _client, _cancellationToken);
}
