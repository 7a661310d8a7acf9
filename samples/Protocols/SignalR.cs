// A SignalR hub by its JSON protocol: messages end with U+001E, numbers tell their kinds, invocations and streams have ids, both sides ping and either may ask.
// Connect to the hub's own address, without negotiation (a client of SignalR's calls that SkipNegotiation).
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
    ErrorMessage = "/error", // It is a text, and so it must be when this side answers.
    Cancel = """{"type":5,"invocationId":{id}}""",
    IdKind = CallIdKind.String,
    Positional = true)]
[Heartbeat("""{"type":6}""", Seconds = 15, SilenceSeconds = 30)]
public partial class HubClient
{
    /// <summary>What the hub asks this client for.</summary>
    public Func<string, CancellationToken, Task<string>>? OnAsk { get; set; }

    [Call("Add")]
    public partial Task<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);

    // A method without a result: done when the hub has run it. What it throws is a CallErrorException.
    [Call("Say")]
    public partial Task SayAsync(string text, CancellationToken cancellationToken = default);

    // A stream of the hub: IAsyncEnumerable<int>. Disposed before its end, it is cancelled there.
    [Call("Counter")]
    public partial MessageStream<int> Counter(int count, int delay);

    // Without an id nothing is answered, not even an error: done when it is sent.
    [Send(1, "Note", Payload = "/arguments")]
    public partial ValueTask NoteAsync(Note note, CancellationToken cancellationToken = default);

    [Event(1, "Said", Payload = "/arguments")]
    public partial MessageStream<Said> Said();

    // The hub's Clients.Client(id).InvokeAsync<string>("Ask", about).
    [Handles("Ask")]
    private async Task<string> AnswerAsync(Question question, CancellationToken cancellationToken) =>
        OnAsk is { } ask ? await ask(question.About, cancellationToken) : throw new HandlerException("Unanswered", "Nobody is here to answer.");

    // A close that does not allow to connect again is for good: Closed fails with what the hub says. Any other is a drop.
    [Handles(7, Discriminator.Absent)]
    private void End(Close close)
    {
        if (!close.AllowReconnect)
            Fail(close.Error ?? "The hub has closed the connection for good.");
    }

    [OnConnected]
    private static async ValueTask HandshakeAsync(ConnectScript script, CancellationToken cancellationToken)
    {
        await script.SendAsync(new Handshake("json", 1), cancellationToken);
        HandshakeAnswer answer = await script.ExpectAsync<HandshakeAnswer>(cancellationToken);
        if (answer.Error is not null)
            throw script.Fatal(answer.Error);
    }
}

/// <summary>The handshake has no type.</summary>
[Send<HubClient>]
public sealed record Handshake(string Protocol, int Version);

/// <summary>Nor has the answer to it: <c>{}</c>, or an error.</summary>
[Receive<HubClient>(Discriminator.Absent, Discriminator.Absent)]
public sealed record HandshakeAnswer(string? Error = null);

[Receive<HubClient>(6)]
public sealed record Ping;

public sealed record Close(string? Error = null, bool AllowReconnect = false);

[Positional]
public sealed record Said(string From, string Text);

[Positional]
public sealed record Note(string Text);

[Positional]
public sealed record Question(string About);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Handshake)), JsonSerializable(typeof(HandshakeAnswer)), JsonSerializable(typeof(Ping)), JsonSerializable(typeof(Close)), JsonSerializable(typeof(int)), JsonSerializable(typeof(string))]
public partial class HubJson : JsonSerializerContext;
