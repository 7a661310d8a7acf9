// The Chrome DevTools Protocol: JSON-RPC without the version, scoped by session.
// https://chromedevtools.github.io/devtools-protocol
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Cdp;

[JsonRpcClient(Version = null, Scope = "/sessionId", JsonContext = typeof(CdpJson))]
public partial class CdpClient
{
    [Call("Target.createTarget")]
    public partial Task<CreatedTarget> CreateTargetAsync(string url, CancellationToken cancellationToken = default);

    [Call("Target.attachToTarget")]
    public partial Task<AttachedTarget> AttachToTargetAsync(string targetId, bool flatten = true, CancellationToken cancellationToken = default);

    [Call("Target.setDiscoverTargets")]
    public partial Task SetDiscoverTargetsAsync(bool discover, CancellationToken cancellationToken = default);

    [Call("Page.enable")]
    public partial Task EnablePageAsync([Scope] string? session = null, CancellationToken cancellationToken = default);

    [Call("Page.navigate")]
    public partial Task<NavigateResult> NavigateAsync(string url, [Scope] string? session = null, CancellationToken cancellationToken = default);

    [Call("Runtime.evaluate")]
    public partial Task<EvaluateResult> EvaluateAsync(string expression, bool returnByValue = true, [Scope] string? session = null, CancellationToken cancellationToken = default);

    [Event("Target.targetCreated")]
    public partial MessageStream<TargetCreated> TargetCreated();

    // The session stands beside the parameters, so the whole message is the item.
    [Event("Page.loadEventFired", Payload = "")]
    public partial MessageStream<LoadEvent> LoadEvents();
}

public sealed record CreatedTarget(string TargetId);

public sealed record AttachedTarget(string SessionId);

public sealed record NavigateResult(string FrameId, string? ErrorText);

public sealed record EvaluateResult(RemoteObject Result);

public sealed record RemoteObject(string Type, System.Text.Json.JsonElement? Value);

public sealed record TargetCreated(TargetInfo TargetInfo);

public sealed record TargetInfo(string TargetId, string Type, string Title, string Url, bool Attached);

public sealed record LoadEvent(string? SessionId, LoadEventParams Params);

public sealed record LoadEventParams(double Timestamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CreatedTarget)), JsonSerializable(typeof(AttachedTarget)), JsonSerializable(typeof(NavigateResult)), JsonSerializable(typeof(EvaluateResult))]
[JsonSerializable(typeof(TargetCreated)), JsonSerializable(typeof(LoadEvent)), JsonSerializable(typeof(string)), JsonSerializable(typeof(bool))]
public partial class CdpJson : JsonSerializerContext;
