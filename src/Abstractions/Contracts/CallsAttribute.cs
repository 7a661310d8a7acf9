namespace NetWebSockets;

/// <summary>
/// Tells how calls look on the wire: where a request carries its id, method and parameters, and where a reply carries its id, result or error. A place is a JSON
/// Pointer (RFC 6901), or the whole message is written as a template: JSON in which <c>{id}</c>, <c>{method}</c>, <c>{scope}</c>, <c>{params}</c>, <c>{result}</c>,
/// <c>{error}</c>, <c>{code}</c>, <c>{message}</c>, <c>{data}</c> and <c>{item}</c> stand for values, and all else must be as it is written:
/// <c>[3,{id},{result}]</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CallsAttribute : Attribute
{
    /// <summary>Where the id stands, in the request and in its reply. Default <c>/id</c>.</summary>
    public string Id { get; set; } = "/id";

    /// <summary>Where the id stands in a reply, when it is elsewhere than in the request.</summary>
    public string? ReplyId { get; set; }

    /// <summary>How ids look. Default <see cref="CallIdKind.Integer"/>.</summary>
    public CallIdKind IdKind { get; set; }

    /// <summary>Where the method stands in a request. By default at the client's discriminator.</summary>
    public string? Method { get; set; }

    /// <summary>Where the fields of the request's record stand. By default beside the id and the method, at the top.</summary>
    public string? Params { get; set; }

    /// <summary>Whether the parameters of a partial method are sent as an array, in their order, in place of an object by name. Default <see langword="false"/>.</summary>
    public bool Positional { get; set; }

    /// <summary>Where a call's scope stands beside its id, in the request and in its reply (see <see cref="ScopeAttribute"/>). By default calls have none.</summary>
    public string? Scope { get; set; }

    /// <summary>A template of the whole request, in place of <see cref="Id"/>, <see cref="Method"/>, <see cref="Params"/> and <see cref="Scope"/>: <c>[2,{id},{method},{params}]</c>.</summary>
    public string? Request { get; set; }

    /// <summary>Where the result stands in a reply, an empty string being the whole reply; or a template of a reply with a result. Default <c>/result</c>.</summary>
    public string Result { get; set; } = "/result";

    /// <summary>
    /// Where an error stands in a reply: a value there other than null means that the call failed. Empty: a reply without a result is an error as a whole. Or a template of
    /// a reply with an error. Default <c>/error</c>.
    /// </summary>
    public string Error { get; set; } = "/error";

    /// <summary>Where a reply says whether the call succeeded. By default the result and the error say so.</summary>
    public string? Ok { get; set; }

    /// <summary>The value at <see cref="Ok"/> of a call that succeeded; any other means that it failed. Default <c>true</c>.</summary>
    public object OkValue { get; set; } = true;

    /// <summary>Where the code of an error stands, from the root of the message. Default: <c>code</c> in the error, when it is an object.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>Where the text of an error stands, from the root of the message. Default: <c>message</c> in the error when it is an object, or the error itself when it is a string.</summary>
    public string? ErrorMessage { get; set; }

    /// <summary>The type that errors are read as: failed calls then throw <see cref="CallErrorException{TError}"/>. Register it in the JSON context.</summary>
    public Type? ErrorType { get; set; }

    /// <summary>A template of the request of a call whose replies are streamed. By default it is as any other.</summary>
    public string? StreamRequest { get; set; }

    /// <summary>A template of a reply with an item, for calls whose replies are streamed: <c>{"type":2,"invocationId":{id},"item":{item}}</c>.</summary>
    public string? Item { get; set; }

    /// <summary>A template of what ends a stream of replies: <c>{"type":"complete","id":{id}}</c>. By default a reply with a result does; an error always does.</summary>
    public string? End { get; set; }

    /// <summary>A template of what is sent when the reader of streamed replies goes before their end: <c>{"type":5,"invocationId":{id}}</c>. By default nothing is.</summary>
    public string? Cancel { get; set; }

    /// <summary>How many calls may be in flight at once; further ones wait for their turn, in order. Subscriptions that are acknowledged count among them. 0, the default, is no limit.</summary>
    public int MaxInFlight { get; set; }
}
