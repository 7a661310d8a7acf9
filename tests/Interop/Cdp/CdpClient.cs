using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.InteropTests.Cdp;

/// <summary>The Chrome DevTools Protocol as a contract: requests with an id, events without one.</summary>
[WebSocketClient(Discriminator = "/method", JsonContext = typeof(CdpJson))]
[Calls(Id = "/id", Method = "/method", Params = "/params", Result = "/result", Error = "/error")]
public sealed partial class CdpClient;

/// <summary>Asks for the browser's version.</summary>
[Call<CdpClient, BrowserVersion>("Browser.getVersion")]
public sealed record GetBrowserVersion;

/// <summary>The browser's version.</summary>
public sealed record BrowserVersion(string ProtocolVersion, string Product, string Revision, string UserAgent, string JsVersion);

/// <summary>Opens a page.</summary>
[Call<CdpClient, CreatedTarget>("Target.createTarget")]
public sealed record CreateTarget(string Url);

/// <summary>The page that was opened.</summary>
public sealed record CreatedTarget(string TargetId);

/// <summary>Closes a page.</summary>
[Call<CdpClient, TargetClosing>("Target.closeTarget")]
public sealed record CloseTarget(string TargetId);

/// <summary>Whether the page is being closed.</summary>
public sealed record TargetClosing(bool Success);

/// <summary>Turns the events of the page on.</summary>
[Call<CdpClient, Nothing>("Page.enable")]
public sealed record EnablePage;

/// <summary>An empty result.</summary>
public sealed record Nothing;

/// <summary>Navigates the page.</summary>
[Call<CdpClient, Navigated>("Page.navigate")]
public sealed record Navigate(string Url);

/// <summary>Where the navigation leads.</summary>
public sealed record Navigated(string FrameId, string? LoaderId, string? ErrorText);

/// <summary>Evaluates an expression in the page.</summary>
[Call<CdpClient, Evaluation>("Runtime.evaluate")]
public sealed record Evaluate(string Expression, bool AwaitPromise = false, bool ReturnByValue = true);

/// <summary>What an expression came to.</summary>
public sealed record Evaluation(RemoteObject Result, ExceptionDetails? ExceptionDetails);

/// <summary>A value of the page.</summary>
public sealed record RemoteObject(string Type, JsonElement Value);

/// <summary>What an expression threw.</summary>
public sealed record ExceptionDetails(string Text);

/// <summary>A method that no browser has.</summary>
[Call<CdpClient, Nothing>("Page.fly")]
public sealed record FlyPage;

/// <summary>The document's DOM is ready.</summary>
[Receive<CdpClient>("Page.domContentEventFired")]
public sealed record DomContentEventFired(PageTime Params);

/// <summary>The document has loaded.</summary>
[Receive<CdpClient>("Page.loadEventFired")]
public sealed record LoadEventFired(PageTime Params);

/// <summary>When something happened in a page, in seconds of the browser's own clock.</summary>
public sealed record PageTime(double Timestamp);

/// <summary>A frame shows a new document.</summary>
[Receive<CdpClient>("Page.frameNavigated")]
public sealed record FrameNavigated(FrameNavigatedParams Params);

/// <summary>The frame of <see cref="FrameNavigated"/>.</summary>
public sealed record FrameNavigatedParams(Frame Frame);

/// <summary>A frame.</summary>
public sealed record Frame(string Id, string Url);

/// <summary>The shape of an error.</summary>
public sealed record CdpError(int Code, string Message);

/// <summary>How the messages are read and written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(GetBrowserVersion))]
[JsonSerializable(typeof(BrowserVersion))]
[JsonSerializable(typeof(CreateTarget))]
[JsonSerializable(typeof(CreatedTarget))]
[JsonSerializable(typeof(CloseTarget))]
[JsonSerializable(typeof(TargetClosing))]
[JsonSerializable(typeof(EnablePage))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(Navigate))]
[JsonSerializable(typeof(Navigated))]
[JsonSerializable(typeof(Evaluate))]
[JsonSerializable(typeof(Evaluation))]
[JsonSerializable(typeof(FlyPage))]
[JsonSerializable(typeof(DomContentEventFired))]
[JsonSerializable(typeof(LoadEventFired))]
[JsonSerializable(typeof(FrameNavigated))]
[JsonSerializable(typeof(CdpError))]
public sealed partial class CdpJson : JsonSerializerContext;
