using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Diagnostics;

/// <summary>The diagnostics of annotated methods, subscriptions and records by position, and of code that uses a client. A part of <see cref="Descriptors.All"/>.</summary>
internal static class MethodDescriptors
{
    private const string Category = "NetWebSockets";

    private const string Pages = "https://github.com/netwebsockets/netwebsockets/blob/main/docs/diagnostics/";

    public static readonly DiagnosticDescriptor NotPartial = Create(
        "NWS0045",
        "An annotated method must be partial and without a body",
        "'{0}' has {1}, so its body is generated: declare it partial, and give it no body");

    public static readonly DiagnosticDescriptor MethodKind = Create(
        "NWS0046",
        "An annotated method must be an ordinary instance method",
        "'{0}' cannot have {1} because it is {2}");

    public static readonly DiagnosticDescriptor ReturnType = Create(
        "NWS0047",
        "An annotated method returns something else",
        "'{0}' has {1} and so must return {2}, not '{3}'");

    public static readonly DiagnosticDescriptor BadParameter = Create(
        "NWS0048",
        "A parameter cannot be on an annotated method",
        "The parameter '{0}' of '{1}' {2}");

    public static readonly DiagnosticDescriptor ScopeWithoutPlace = Create(
        "NWS0049",
        "A scope needs a place",
        "'{0}' of '{1}' is a scope, but '{2}' does not say where calls have theirs: add Scope = \"/…\" to its [Calls] or [JsonRpcClient]");

    public static readonly DiagnosticDescriptor BadTopic = Create(
        "NWS0050",
        "A topic and its parameters do not fit",
        "'{0}' cannot be the topic of '{1}': {2}");

    public static readonly DiagnosticDescriptor NoUnsubscribe = Create(
        "NWS0051",
        "A subscription has no way to end",
        "'{0}' subscribes and never unsubscribes: the peer goes on sending when the last stream is disposed; add Unsubscribe = \"…\" or UnsubscribeRequest",
        DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor BadSubscription = Create(
        "NWS0052",
        "Nothing tells which subscription an item belongs to",
        "Items of '{0}' cannot be matched: {1}");

    public static readonly DiagnosticDescriptor BadBinary = Create(
        "NWS0053",
        "A type cannot be a binary message",
        "'{0}' of '{1}' cannot be a binary message: use {2}");

    public static readonly DiagnosticDescriptor BadHandler = Create(
        "NWS0054",
        "A handler has another signature",
        "'{0}' cannot handle requests: {1}");

    public static readonly DiagnosticDescriptor DuplicateHandler = Create(
        "NWS0055",
        "Two handlers answer one method",
        "'{0}' and '{1}' both handle '{2}'; only one can answer");

    public static readonly DiagnosticDescriptor NotInClient = Create(
        "NWS0056",
        "An annotated method is not in a client",
        "'{0}' has {1}, but '{2}' is no client: add [WebSocketClient] or [JsonRpcClient] to it");

    public static readonly DiagnosticDescriptor BadPositional = Create(
        "NWS0057",
        "A record cannot stand by position",
        "'{0}' cannot be [Positional]: {1}");

    public static readonly DiagnosticDescriptor NamesDifferByCase = Create(
        "NWS0058",
        "Two names differ only in case, and case is ignored",
        "'{0}' and '{1}' of '{2}' differ only in case, but '{3}' ignores it and takes them for one: set PropertyNameCaseInsensitive = false",
        DiagnosticSeverity.Warning,
        WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor NoTopicsPlace = Create(
        "NWS0059",
        "There is no message to subscribe with",
        "'{0}' subscribes, but '{1}' does not say how: {2}");

    public static readonly DiagnosticDescriptor DroppedTask = Create(
        "NWS0060",
        "What becomes of a message is not looked at",
        "Await '{0}', return or keep what it returns: otherwise nobody hears that it failed",
        DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor DroppedStream = Create(
        "NWS0061",
        "A stream is opened and never read",
        "Read the stream of '{0}', or do not open it: it holds its messages, and when it is full the connection waits for its reader",
        DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor TokenNotPassed = Create(
        "NWS0062",
        "A cancellation token is at hand and not passed",
        "Pass '{0}' to '{1}', so that it is abandoned when its caller is",
        DiagnosticSeverity.Info);

    public static readonly DiagnosticDescriptor DuplicateBinary = Create(
        "NWS0063",
        "Two streams take the same binary messages",
        "'{0}' and '{1}' both take binary messages that begin with {2}; give each first bytes of its own");

    /// <summary>Told at the end of a compilation, and so none of <see cref="Descriptors.UnsupportedType"/>.</summary>
    public static readonly DiagnosticDescriptor PositionalInObject = Create(
        "NWS0065",
        "A record by position stands where it would be an object",
        "'{0}' is [Positional] but stands in {1}, which System.Text.Json writes and reads, as an object: {2}",
        DiagnosticSeverity.Error,
        WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor TakesNoToken = Create(
        "NWS0066",
        "A method takes no cancellation token",
        "'{0}' takes no CancellationToken, so that nobody can abandon it; add one",
        DiagnosticSeverity.Info);

    /// <summary>All of them, in order.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> All =
    [
        NotPartial, MethodKind, ReturnType, BadParameter, ScopeWithoutPlace, BadTopic, NoUnsubscribe, BadSubscription, BadBinary, BadHandler,
        DuplicateHandler, NotInClient, BadPositional, NamesDifferByCase, NoTopicsPlace,
        DroppedTask, DroppedStream, TokenNotPassed, DuplicateBinary,
    ];

    private static DiagnosticDescriptor Create(string id, string title, string message, DiagnosticSeverity severity = DiagnosticSeverity.Error, params string[] tags) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: Pages + id + ".md", customTags: tags);
}
