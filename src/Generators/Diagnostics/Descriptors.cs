using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Diagnostics;

/// <summary>Every diagnostic of the product. Each has a page, docs/diagnostics/{id}.md, and a row in AnalyzerReleases.</summary>
internal static class Descriptors
{
    private const string Category = "NetWebSockets";

    private const string Pages = "https://github.com/netwebsockets/netwebsockets/blob/main/docs/diagnostics/";

    public static readonly DiagnosticDescriptor ClientNotPartial = Error(
        "NWS0001",
        "A WebSocket client must be partial",
        "Make '{0}' partial, so that the methods of the client '{1}' can be added to it");

    public static readonly DiagnosticDescriptor ClientKind = Error(
        "NWS0002",
        "A WebSocket client must be an ordinary class",
        "'{0}' cannot be a WebSocket client because it is {1}; use a plain class");

    public static readonly DiagnosticDescriptor ClientConstructor = Error(
        "NWS0003",
        "A constructor of a WebSocket client cannot be called by ConnectAsync",
        "'{0}' cannot be made with this constructor: {1}");

    public static readonly DiagnosticDescriptor NoClient = Error(
        "NWS0004",
        "There is no client for a message",
        "'{0}' is a message of '{1}', which {2}");

    public static readonly DiagnosticDescriptor DuplicateDiscriminator = CompilationEndError(
        "NWS0005",
        "Two messages have one discriminator",
        "'{0}' and '{1}' are both {2} by '{3}' as '{4}'; give each its own value");

    public static readonly DiagnosticDescriptor CallWithoutReply = Error(
        "NWS0006",
        "A call needs the type of its reply",
        "Name the client and the type of the result: [Call<{0}, TReply>(\"…\")]; use [Send<{0}>(\"…\")] when no reply comes");

    public static readonly DiagnosticDescriptor CallWithoutCalls = Error(
        "NWS0007",
        "A client with calls needs [Calls]",
        "'{0}' is a call, but its client '{1}' does not say how calls look on the wire: add [Calls] to '{1}'");

    public static readonly DiagnosticDescriptor MissingFromJsonContext = Error(
        "NWS0008",
        "A type is missing from the JSON context",
        "'{0}' is used by a message of '{1}' but is not registered: add [JsonSerializable(typeof({0}))] to '{2}'");

    public static readonly DiagnosticDescriptor UnsupportedType = Error(
        "NWS0009",
        "A type cannot be a payload",
        "'{0}' cannot be {1} because it is {2}");

    public static readonly DiagnosticDescriptor NotAJsonContext = Error(
        "NWS0010",
        "JsonContext must derive from JsonSerializerContext",
        "'{0}' is the JsonContext of '{1}' but does not derive from System.Text.Json.Serialization.JsonSerializerContext");

    public static readonly DiagnosticDescriptor NoJsonContext = Error(
        "NWS0011",
        "A client with messages needs a JSON context",
        "'{0}' is a message of '{1}', which has no JsonContext: add JsonContext = typeof(…) to its [WebSocketClient]");

    public static readonly DiagnosticDescriptor NotAJsonPointer = Error(
        "NWS0012",
        "A locator must be a JSON Pointer",
        "'{0}' cannot be the {1} of '{2}': {3}");

    public static readonly DiagnosticDescriptor LocatorConflict = Error(
        "NWS0013",
        "Two locators cannot stand at one place",
        "The {0} '{1}' and the {2} '{3}' of '{4}' are at the same place, or one is inside the other");

    public static readonly DiagnosticDescriptor NoDiscriminator = Error(
        "NWS0014",
        "A message needs a discriminator",
        "'{0}' is a message of '{1}', which does not say where {2} stands: add {3}");

    public static readonly DiagnosticDescriptor BadUri = Error(
        "NWS0015",
        "The default address of a client is not a WebSocket address",
        "'{0}' cannot be the address of '{1}': {2}");

    public static readonly DiagnosticDescriptor BadSubProtocol = Error(
        "NWS0016",
        "A subprotocol is not valid",
        "'{0}' cannot be a subprotocol of '{1}': {2}");

    public static readonly DiagnosticDescriptor MemberClash = CompilationEndError(
        "NWS0017",
        "A generated member is already there",
        "'{0}' gives '{1}' the member '{2}', which {3}; {4}");

    public static readonly DiagnosticDescriptor LessAccessible = Error(
        "NWS0018",
        "A message is less accessible than its client",
        "'{0}' is less accessible than the client '{1}', whose methods would show it; make both public or both internal");

    public static readonly DiagnosticDescriptor BadTimeout = Error(
        "NWS0019",
        "A call's time-out is not valid",
        "{0} seconds cannot be the time-out of '{1}': give a number between 0.001 and 4,294,967, or 0 for the client's CallTimeout");

    public static readonly DiagnosticDescriptor FieldAtLocator = Warning(
        "NWS0020",
        "A field stands where the envelope has its own value",
        "'{0}' is written as \"{1}\", which the envelope of '{2}' writes too, as the {3}: the message would have it twice");

    public static readonly DiagnosticDescriptor InterfaceTaken = Error(
        "NWS0021",
        "The name of a client's interface is taken",
        "'{0}' is the name of the interface that is generated for the client '{1}'; rename it, or make it a partial interface");

    public static readonly DiagnosticDescriptor LatestWithoutKey = Error(
        "NWS0022",
        "Latest needs a key",
        "Streams of '{0}' are to keep the latest of each key, but nothing says what its key is: add Key = nameof(…)");

    public static readonly DiagnosticDescriptor BadKey = Error(
        "NWS0023",
        "The key of a message is none of its properties",
        "'{0}' cannot be the key of '{1}', which {2}");

    public static readonly DiagnosticDescriptor BadStream = Error(
        "NWS0024",
        "A stream's setting is out of its range",
        "{0} cannot be the {1} of '{2}': {3}");

    public static readonly DiagnosticDescriptor BadTemplate = Error(
        "NWS0025",
        "A message template is not valid",
        "'{0}' cannot be the {1} of '{2}': {3}");

    public static readonly DiagnosticDescriptor BadDiscriminatorValue = Error(
        "NWS0026",
        "A value cannot stand at a discriminator",
        "'{0}' cannot be a discriminator's value of '{1}': {2}");

    public static readonly DiagnosticDescriptor UnreachableRoute = CompilationEndError(
        "NWS0027",
        "A message can never be received",
        "'{0}' is never received by '{1}': every message that fits '{2}' is read as '{3}', which fits the same");

    public static readonly DiagnosticDescriptor NoPlace = Error(
        "NWS0028",
        "A record has no place in a message that is an array",
        "'{0}' has no place in the array that messages of '{1}' are: add {2}");

    public static readonly DiagnosticDescriptor BadCalls = Error(
        "NWS0029",
        "What is said of calls contradicts itself",
        "The calls of '{0}' cannot be made: {1}");

    public static readonly DiagnosticDescriptor BadLimit = Error(
        "NWS0030",
        "A limit is out of its range",
        "{0} cannot be the {1} of '{2}': {3}");

    public static readonly DiagnosticDescriptor BadFraming = Error(
        "NWS0031",
        "What is said of framing contradicts itself",
        "The messages of '{0}' cannot be told apart in what comes: {1}");

    public static readonly DiagnosticDescriptor NotAMessage = CompilationEndError(
        "NWS0032",
        "A record is none of the client's messages",
        "'{0}' is the {1} of '{2}', which does not {3} it: add [{4}<{2}>(…)] to '{0}'");

    public static readonly DiagnosticDescriptor BadHeartbeat = Error(
        "NWS0033",
        "What is said of a heartbeat contradicts itself",
        "The heartbeat of '{0}' cannot be sent: {1}");

    public static readonly DiagnosticDescriptor BadResume = Error(
        "NWS0034",
        "What is said of resuming contradicts itself",
        "A session of '{0}' cannot be resumed: {1}");

    public static readonly DiagnosticDescriptor BadCloseCodes = Error(
        "NWS0035",
        "A close code cannot mean what is said of it",
        "{0} cannot be among the codes of '{1}': {2}");

    public static readonly DiagnosticDescriptor BadScript = Error(
        "NWS0036",
        "A method cannot be called by the connection",
        "'{0}' cannot be the [{1}] of '{2}': {3}");

    public static readonly DiagnosticDescriptor AmbiguousRoutes = new(
        "NWS0064",
        "Only the order of two messages tells them apart",
        "What fits '{0}' and '{1}' is read as '{2}' and never as '{3}', for the order of their names alone; give one of them in '{4}' more text of its own",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "NWS0064.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    /// <summary>All of them, in order.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> All =
    [
        ClientNotPartial, ClientKind, ClientConstructor, NoClient, DuplicateDiscriminator, CallWithoutReply, CallWithoutCalls,
        MissingFromJsonContext, UnsupportedType, NotAJsonContext, NoJsonContext, NotAJsonPointer, LocatorConflict, NoDiscriminator,
        BadUri, BadSubProtocol, MemberClash, LessAccessible, BadTimeout, FieldAtLocator, InterfaceTaken,
        LatestWithoutKey, BadKey, BadStream,
        BadTemplate, BadDiscriminatorValue, UnreachableRoute, NoPlace, BadCalls, BadLimit, BadFraming,
        NotAMessage, BadHeartbeat, BadResume, BadCloseCodes, BadScript,
        .. MethodDescriptors.All, AmbiguousRoutes, MethodDescriptors.PositionalInObject, MethodDescriptors.TakesNoToken,
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + id + ".md");

    private static DiagnosticDescriptor CompilationEndError(string id, string title, string message) =>
        new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + id + ".md",
            customTags: WellKnownDiagnosticTags.CompilationEnd);

    private static DiagnosticDescriptor Warning(string id, string title, string message) =>
        new(id, title, message, Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Pages + id + ".md");
}
