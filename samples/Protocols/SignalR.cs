// A SignalR hub by its JSON protocol: messages end with U+001E, numbers tell their kinds, invocations and streams have ids, both sides ping.
// https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.SignalR;

[WebSocketClient(Framing = MessageFraming.Delimited, Discriminator = "/type /target", JsonContext = typeof(HubJson))]
[Calls(
    Request = """{"type":1,"invocationId":{id},"target":{method},"arguments":{params}}""",
    StreamRequest = """{"type":4,"invocationId":{id},"target":{method},"arguments":{params}}""",
    Item = """{"type":2,"invocationId":{id},"item":{item}}""",
    Result = """{"type":3,"invocationId":{id},"result":{result}}""",
    Error = """{"type":3,"invocationId":{id},"error":{error}}""",
    Cancel = """{"type":5,"invocationId":{id}}""",
    IdKind = CallIdKind.String,
    Positional = true)]
[Heartbeat("""{"type":6}""", Seconds = 15, SilenceSeconds = 30)]
public partial class HubClient
{
    [Call("Add")]
    public partial Task<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);

    [Call("Fail")]
    public partial Task FailAsync(CancellationToken cancellationToken = default);

    [Call("Counter")]
    public partial MessageStream<int> Counter(int count, int delay);

    [Event(1, "Said", Payload = "/arguments")]
    public partial MessageStream<Said> Said();

    [OnConnected]
    private static async ValueTask HandshakeAsync(ConnectScript script, CancellationToken cancellationToken)
    {
        await script.SendTextAsync("""{"protocol":"json","version":1}""", cancellationToken);
        HandshakeAnswer answer = await script.ExpectAsync<HandshakeAnswer>(cancellationToken);
        if (answer.Error is not null)
            throw script.Fatal(answer.Error);
    }
}

/// <summary>The answer to the handshake has no type: <c>{}</c>, or an error.</summary>
[Receive<HubClient>(Discriminator.Absent, Discriminator.Absent)]
public sealed record HandshakeAnswer(string? Error = null);

[Receive<HubClient>(6)]
public sealed record Ping;

[Receive<HubClient>(7)]
public sealed record Close(string? Error = null, bool AllowReconnect = false);

[Positional]
public sealed record Said(string From, string Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HandshakeAnswer)), JsonSerializable(typeof(Ping)), JsonSerializable(typeof(Close)), JsonSerializable(typeof(int)), JsonSerializable(typeof(string))]
public partial class HubJson : JsonSerializerContext;
