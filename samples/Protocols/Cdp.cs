// The Chrome DevTools Protocol: JSON-RPC without the version, scoped by session: what a session is about has its id beside that of the call, or beside the event.
// https://chromedevtools.github.io/devtools-protocol
using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Cdp;

[JsonRpcClient(Version = null, Scope = "/sessionId", JsonContext = typeof(CdpJson))]
[Calls(ErrorType = typeof(CdpError))]
public partial class CdpClient
{
    [Call("Browser.getVersion")]
    public partial Task<BrowserVersion> GetVersionAsync(CancellationToken cancellationToken = default);

    [Call("Target.createTarget")]
    public partial Task<CreatedTarget> CreateTargetAsync(string url, CancellationToken cancellationToken = default);

    [Call("Target.closeTarget")]
    public partial Task CloseTargetAsync(string targetId, CancellationToken cancellationToken = default);

    [Call("Target.attachToTarget")]
    public partial Task<AttachedTarget> AttachToTargetAsync(string targetId, bool flatten = true, CancellationToken cancellationToken = default);

    // The session is a parameter here: the call is the browser's.
    [Call("Target.detachFromTarget")]
    public partial Task DetachFromTargetAsync([Param("sessionId")] string session, CancellationToken cancellationToken = default);

    [Call("Target.setDiscoverTargets")]
    public partial Task SetDiscoverTargetsAsync(bool discover, CancellationToken cancellationToken = default);

    // Without a session, the page is the one whose own address the client is connected to.
    [Call("Page.enable")]
    public partial Task EnablePageAsync([Scope] string? session = null, CancellationToken cancellationToken = default);

    [Call("Page.navigate")]
    public partial Task<NavigateResult> NavigateAsync(string url, [Scope] string? session = null, CancellationToken cancellationToken = default);

    [Call("Runtime.evaluate")]
    public partial Task<EvaluateResult> EvaluateAsync(
        string expression, bool returnByValue = true, bool awaitPromise = false, [Scope] string? session = null, CancellationToken cancellationToken = default);

    [Call("Runtime.enable")]
    public partial Task EnableRuntimeAsync([Scope] string? session = null, CancellationToken cancellationToken = default);

    [Event("Target.targetCreated")]
    public partial MessageStream<TargetCreated> TargetCreated();

    [Event("Target.detachedFromTarget")]
    public partial MessageStream<DetachedFromTarget> Detached();

    // The events of all sessions: the session stands beside the parameters, so the whole message is the item.
    [Event("Runtime.consoleAPICalled", Payload = "")]
    public partial MessageStream<ConsoleCalled> ConsoleCalls();

    [Event("Page.frameNavigated", Payload = "")]
    public partial MessageStream<FrameNavigated> FramesNavigated();

    [Event("Page.loadEventFired", Payload = "")]
    public partial MessageStream<LoadEvent> LoadEvents();
}

public sealed record CdpError(int Code, string Message, JsonElement? Data = null);

public sealed record BrowserVersion(string ProtocolVersion, string Product, string UserAgent);

public sealed record CreatedTarget(string TargetId);

public sealed record AttachedTarget(string SessionId);

public sealed record NavigateResult(string FrameId, string? ErrorText);

public sealed record EvaluateResult(RemoteObject Result, ExceptionDetails? ExceptionDetails);

public sealed record RemoteObject(string Type, JsonElement? Value);

public sealed record ExceptionDetails(string Text);

public sealed record ConsoleCalled(string? SessionId, ConsoleCalledParams Params);

public sealed record ConsoleCalledParams(string Type, RemoteObject[] Args);

public sealed record TargetCreated(TargetInfo TargetInfo);

public sealed record TargetInfo(string TargetId, string Type, string Title, string Url, bool Attached);

public sealed record DetachedFromTarget(string SessionId);

public sealed record FrameNavigated(string? SessionId, FrameNavigatedParams Params);

public sealed record FrameNavigatedParams(Frame Frame);

public sealed record Frame(string Id, string Url);

public sealed record LoadEvent(string? SessionId, LoadEventParams Params);

public sealed record LoadEventParams(double Timestamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CdpError)), JsonSerializable(typeof(BrowserVersion)), JsonSerializable(typeof(CreatedTarget)), JsonSerializable(typeof(AttachedTarget)), JsonSerializable(typeof(NavigateResult))]
[JsonSerializable(typeof(EvaluateResult)), JsonSerializable(typeof(ConsoleCalled)), JsonSerializable(typeof(TargetCreated)), JsonSerializable(typeof(DetachedFromTarget)), JsonSerializable(typeof(FrameNavigated))]
[JsonSerializable(typeof(LoadEvent)), JsonSerializable(typeof(string)), JsonSerializable(typeof(bool))]
public partial class CdpJson : JsonSerializerContext;
