using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets.Messaging;

namespace NetWebSockets.Tests.Messaging.Calls;

internal sealed record BootRequest(string Vendor);

internal sealed record BootResult(string Status);

internal sealed record ResetRequest(string Type);

internal sealed record ResetResult(string Status);

internal sealed record Problem(int Code, string Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BootRequest)), JsonSerializable(typeof(BootResult)), JsonSerializable(typeof(ResetRequest)), JsonSerializable(typeof(ResetResult))]
[JsonSerializable(typeof(Problem)), JsonSerializable(typeof(int)), JsonSerializable(typeof(string))]
internal sealed partial class CallJson : JsonSerializerContext;

/// <summary>Contracts of protocols that exist, as a generator would write them.</summary>
internal static class CallContracts
{
    public static JsonSerializerOptions Options => CallJson.Default.Options;

    public static EnvelopePart Text(string text) => EnvelopePart.Text(System.Text.Encoding.UTF8.GetBytes(text));

    // JSON-RPC as Chrome's DevTools have it: no version, and a session beside the id.
    public static ClientContract JsonRpc(CallContract? calls = null, params HandlerRoute[] handlers) => new()
    {
        Name = "Rpc",
        Discriminators = ["/method"],
        Calls = calls ?? new CallContract { Id = "/id", Scope = "/sessionId" },
        Handlers = handlers,
    };

    public static CallRoute<int, int> Add(TimeSpan? timeout = null, bool idempotent = false) => new(
        "add",
        new Envelope(false, Text("{\"id\":"), EnvelopePart.Id, Text(",\"method\":\"add\""), EnvelopePart.ScopeProperty(",\"sessionId\":"u8), Text(",\"params\":"), EnvelopePart.Payload, Text("}")),
        CallJson.Default.Int32,
        CallJson.Default.Int32,
        idempotent,
        timeout);

    // OCPP-J 1.6: arrays by position, calls both ways, one at a time.
    public static ClientContract Ocpp(params HandlerRoute[] handlers) => new()
    {
        Name = "ChargePoint",
        Discriminators = ["/0"],
        Calls = new CallContract
        {
            Id = "/1",
            IdKind = CallIdKind.String,
            Result = "/2",
            ResultWhen = [LocatorMatch.Exact("/0", "3")],
            Error = "",
            ErrorWhen = [LocatorMatch.Exact("/0", "4")],
            ErrorCode = "/2",
            ErrorMessage = "/3",
            MaxInFlight = 1,
        },
        Handlers = handlers,
    };

    public static CallRoute<BootRequest, BootResult> Boot(TimeSpan? timeout = null) => new(
        "BootNotification",
        new Envelope("[2,"u8, ",\"BootNotification\","u8, "]"u8, payloadAtRoot: false),
        CallJson.Default.BootRequest,
        CallJson.Default.BootResult,
        false,
        timeout);

    public static HandlerRoute Reset(Func<ResetRequest, CancellationToken, ValueTask<ResetResult>> handle, int concurrent = 1) =>
        new HandlerRoute<ResetRequest, ResetResult>(
            "Reset",
            [LocatorMatch.Exact("/0", "2"), LocatorMatch.Exact("/2", "Reset")],
            Options,
            CallJson.Default.ResetRequest,
            CallJson.Default.ResetResult,
            (_, request, token) => handle(request, token))
        {
            Payload = "/3",
            Id = "/1",
            Reply = new Envelope("[3,"u8, ","u8, "]"u8, payloadAtRoot: false),
            ErrorReply = new Envelope(false, Text("[4,"), EnvelopePart.Id, Text(","), EnvelopePart.Code, Text(","), EnvelopePart.Message, Text(",{}]")),
            MaxConcurrent = concurrent,
        };

    public static HandlerRoute<TRequest, TReply> RpcHandler<TRequest, TReply>(
        string method,
        PayloadFormat<TRequest>? request,
        PayloadFormat<TReply>? reply,
        Func<object, TRequest, CancellationToken, ValueTask<TReply>> handle) =>
        new(method, [LocatorMatch.Exact("/method", method)], Options, request, reply, handle)
        {
            Payload = "/params",
            Id = "/id",
            Scope = "/sessionId",
            Reply = new Envelope(false, Text("{\"id\":"), EnvelopePart.Id, EnvelopePart.ScopeProperty(",\"sessionId\":"u8), Text(",\"result\":"), EnvelopePart.Payload, Text("}")),
            ErrorReply = new Envelope(
                false, Text("{\"id\":"), EnvelopePart.Id, EnvelopePart.ScopeProperty(",\"sessionId\":"u8), Text(",\"error\":{\"code\":"), EnvelopePart.Code, Text(",\"message\":"), EnvelopePart.Message, Text("}}")),
        };

    // SignalR's JSON protocol: string ids, streams of items, a completion with result or error.
    public static ClientContract Hub(int maxInFlight = 0) => new()
    {
        Name = "Hub",
        Discriminators = ["/type"],
        Calls = new CallContract
        {
            Id = "/invocationId",
            IdKind = CallIdKind.String,
            ResultWhen = [LocatorMatch.Exact("/type", "3")],
            ErrorWhen = [LocatorMatch.Exact("/type", "3")],
            ItemWhen = [LocatorMatch.Exact("/type", "2")],
            Item = "/item",
            EndWhen = [LocatorMatch.Exact("/type", "3")],
            Cancel = new Envelope(false, Text("{\"type\":5,\"invocationId\":"), EnvelopePart.Id, Text("}")),
            MaxInFlight = maxInFlight,
        },
        Routes = [new ReceiveRoute<Problem>([LocatorMatch.Exact("/type", "1")], CallJson.Default.Problem)],
    };

    public static CallRoute<int, int> Counter(TimeSpan? timeout = null) => new(
        "Counter",
        new Envelope("{\"type\":4,\"invocationId\":"u8, ",\"target\":\"Counter\",\"arguments\":["u8, "]}"u8, payloadAtRoot: false),
        CallJson.Default.Int32,
        CallJson.Default.Int32,
        false,
        timeout);
}
