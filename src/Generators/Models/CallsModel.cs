namespace NetWebSockets.Generators.Models;

/// <summary>How calls look on the wire.</summary>
/// <param name="Request">The request.</param>
/// <param name="StreamRequest">The template of the request of a call whose replies are streamed; null when it is as any other.</param>
/// <param name="Cancel">The template of what ends streamed replies early; null when nothing does.</param>
/// <param name="Reply">The replies.</param>
/// <param name="IdKind">The member of <c>CallIdKind</c>.</param>
/// <param name="ErrorType">What errors are read as, from <c>global::</c> on; null when they have no type.</param>
/// <param name="MaxInFlight">How many may be in flight; 0 for no limit.</param>
/// <param name="IsPositional">Whether the parameters of partial methods are sent as an array.</param>
internal sealed record CallsModel(
    RequestModel Request, string? StreamRequest, string? Cancel, ReplyModel Reply, string IdKind, string? ErrorType, int MaxInFlight, bool IsPositional)
{
    /// <summary>What may stand in braces in a template of a request.</summary>
    public static readonly IReadOnlyList<string> RequestPlaceholders = ["id", "method", "params", "scope"];

    /// <summary>What may stand in braces in a template of a reply with a result, and of what an inbound handler answers.</summary>
    public static readonly IReadOnlyList<string> ResultPlaceholders = ["id", "result", "scope"];

    /// <summary>What may stand in braces in a template of a reply with an error.</summary>
    public static readonly IReadOnlyList<string> ErrorPlaceholders = ["id", "error", "code", "message", "data", "scope"];

    /// <summary>What may stand in braces in a template of a streamed reply.</summary>
    public static readonly IReadOnlyList<string> ItemPlaceholders = ["id", "item", "scope"];

    /// <summary>What may stand in braces where only the call is told.</summary>
    public static readonly IReadOnlyList<string> EndPlaceholders = ["id", "scope"];
}

/// <summary>The request of a call: JSON Pointers, of a template too.</summary>
/// <param name="Template">The template; null when the places are given one by one.</param>
/// <param name="Id">Where the id stands.</param>
/// <param name="Method">Where the method stands; null when nothing says it.</param>
/// <param name="Params">Where the request's record stands; empty for the root, null when it is not sent.</param>
/// <param name="Scope">Where the scope stands; null when calls have none.</param>
/// <param name="When">What a request has besides: the constants of the template.</param>
internal sealed record RequestModel(
    string? Template, string Id, string? Method, string? Params, string? Scope, EquatableArray<LocatorMatchModel> When);

/// <summary>The replies of calls: JSON Pointers.</summary>
/// <param name="Id">Where the id stands.</param>
/// <param name="Scope">Where the scope stands; null when calls have none.</param>
/// <param name="Result">Where the result stands; empty for the whole reply.</param>
/// <param name="ResultWhen">What a reply with a result has besides.</param>
/// <param name="ResultTemplate">The template of a reply with a result; null when the places are given one by one.</param>
/// <param name="Error">Where the error stands; empty for the whole reply.</param>
/// <param name="ErrorWhen">What a reply with an error has besides.</param>
/// <param name="ErrorTemplate">The template of a reply with an error; null when the places are given one by one.</param>
/// <param name="Ok">Where a reply says whether the call succeeded; null when result and error say so.</param>
/// <param name="OkValue">The value there of one that did.</param>
/// <param name="ErrorCode">Where the code stands; null when it is in the error.</param>
/// <param name="ErrorMessage">Where the text stands; null when it is in the error.</param>
/// <param name="ItemWhen">What a reply with a streamed item has; null when no replies are streamed.</param>
/// <param name="Item">Where a streamed item stands.</param>
/// <param name="EndWhen">What ends a stream of replies; null when a reply with a result does.</param>
internal sealed record ReplyModel(
    string Id,
    string? Scope,
    string Result,
    EquatableArray<LocatorMatchModel> ResultWhen,
    string? ResultTemplate,
    string Error,
    EquatableArray<LocatorMatchModel> ErrorWhen,
    string? ErrorTemplate,
    string? Ok,
    string OkValue,
    string? ErrorCode,
    string? ErrorMessage,
    EquatableArray<LocatorMatchModel>? ItemWhen,
    string Item,
    EquatableArray<LocatorMatchModel>? EndWhen);
