using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.AotSmoke;

/// <summary>One client with everything that a contract can say of messages at places.</summary>
[WebSocketClient(SubProtocols = ["smoke.v1"], Discriminator = "/type", Payload = "/data", JsonContext = typeof(SmokeJson))]
[Calls(
    Id = "/id",
    Method = "/type",
    Params = "/data",
    Result = "/result",
    Error = "/error",
    ErrorType = typeof(Refusal),
    Item = """{"id":{id},"item":{item}}""",
    End = """{"id":{id},"end":true}""",
    Cancel = """{"type":"cancel","id":{id}}""",
    MaxInFlight = 8)]
[Heartbeat<Beat>(IntervalFrom = typeof(Welcome), Interval = "/data/beat", Reply = typeof(BeatAnswer), ReplySeconds = 20)]
[Resume(Sequence = "/sequence", From = typeof(Welcome), State = "/data/session", Query = "session={state}&after={sequence}")]
[CloseCodes(Fatal = [4001], NewSession = [4002])]
[OutboundLimit(1000, PerSeconds = 1), OutboundLimit(MaxBytes = 250_000)]
[Acknowledge("/sequence", """{"type":"ack","sequence":{value}}""")]
public partial class SmokeClient(string name)
{
    [Send("burst")]
    public partial ValueTask BurstAsync(int count, CancellationToken cancellationToken = default);

    [Send("drop")]
    public partial ValueTask DropAsync(CancellationToken cancellationToken = default);

    [Event("done")]
    public partial MessageStream<Done> Done();

    [Event("point")]
    public partial MessageStream<Point> Points();

    [Call("divide", TimeoutSeconds = 20)]
    public partial Task<double> DivideAsync(double dividend, [Param("by")] double divisor, CancellationToken cancellationToken = default);

    [Call("count")]
    public partial MessageStream<int> Count(int to);

    [Call("beats")]
    public partial Task BeatsAsync(CancellationToken cancellationToken = default);

    [Call("ask me")]
    public partial Task<string> AskMeAsync(CancellationToken cancellationToken = default);

    [Topic("subscribe", "unsubscribe", "price.{symbol}")]
    public partial MessageStream<Price> Prices(string symbol);

    [SendBinary(1)]
    public partial ValueTask SendBytesAsync(byte[] data, CancellationToken cancellationToken = default);

    [SendBinary(2)]
    public partial ValueTask SendStreamAsync(Stream data, CancellationToken cancellationToken = default);

    [SendBinary]
    public partial ValueTask SendMemoryAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default);

    [ReceiveBinary(1)]
    public partial MessageStream<byte[]> Bytes();

    [ReceiveBinary(2)]
    public partial MessageStream<Stream> Streams();

    [ReceiveBinary]
    public partial MessageStream<ReadOnlyMemory<byte>> Memories();

    [Handles("whoami", MaxConcurrent = 2)]
    private Task<Identity> WhoAmIAsync(WhoAmI request, CancellationToken cancellationToken) =>
        request.Politely ? Task.FromResult(new Identity(name)) : throw new HandlerException("rude", "Say please.");

    [OnConnecting]
    private ValueTask<WebSocketEndpoint> AuthorizeAsync(ConnectAttempt attempt, CancellationToken cancellationToken) =>
        new(attempt.Endpoint.WithHeader("Authorization", $"Bearer {name}"));

    [OnConnected]
    private async ValueTask LogInAsync(ConnectScript script, CancellationToken cancellationToken)
    {
        await script.ExpectAsync<Welcome>(cancellationToken);
        await script.SendAsync(new LogIn(name, script.Resume is not null), cancellationToken);
        if (await script.ExpectAnyAsync<LoggedIn, Refused>(cancellationToken) is Refused refused)
            throw script.Fatal(refused.Reason);
    }

    [OnClosing]
    private static async ValueTask SayGoodbyeAsync(ConnectScript script, CancellationToken cancellationToken)
    {
        await script.SendAsync(new Goodbye(), cancellationToken);
        await script.ExpectAsync<Farewell>(cancellationToken);
    }
}

[Receive<SmokeClient>("welcome")]
public sealed record Welcome(string Session, int Beat);

[Send<SmokeClient>("log in")]
public sealed record LogIn(string Name, bool Resumed);

[Receive<SmokeClient>("logged in")]
public sealed record LoggedIn;

[Receive<SmokeClient>("refused")]
public sealed record Refused(string Reason);

[Send<SmokeClient>("goodbye")]
public sealed record Goodbye;

[Receive<SmokeClient>("farewell")]
public sealed record Farewell;

[Send<SmokeClient>("beat")]
public sealed record Beat(long? Last);

[Receive<SmokeClient>("beat")]
public sealed record BeatAnswer;

[Send<SmokeClient>("say"), Idempotent]
public sealed record Say(string Text, DateTimeOffset At, string[]? Tags = null);

[Receive<SmokeClient>("said")]
public sealed record Said(string Text, DateTimeOffset At, string[]? Tags);

[Receive<SmokeClient>("quote", Key = nameof(Symbol), FullMode = MessageStreamFullMode.Latest)]
public sealed record Quote(string Symbol, decimal Bid);

[Call<SmokeClient, Sum>("add")]
public sealed record Add(int[] Numbers);

public sealed record Sum(int Value);

public sealed record Refusal(string Code, string Message, int Column);

public sealed record Done(int Count);

[Positional]
public sealed record Point(int X, int Y, string? Label = null);

public sealed record Price(string Symbol, decimal Value, int Connection);

[Subscribe<SmokeClient, RoomLine>("watch", KeyFrom = SubscriptionKey.RequestId, At = "/watch", UnsubscribeRequest = """{"type":"unwatch","id":{id},"watch":{key}}""")]
public sealed record WatchRequest(string Room);

public sealed record RoomLine(string Room, int Connection);

public sealed record WhoAmI(bool Politely);

public sealed record Identity(string Name);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Welcome)), JsonSerializable(typeof(LogIn)), JsonSerializable(typeof(LoggedIn)), JsonSerializable(typeof(Refused))]
[JsonSerializable(typeof(Goodbye)), JsonSerializable(typeof(Farewell)), JsonSerializable(typeof(Beat)), JsonSerializable(typeof(BeatAnswer))]
[JsonSerializable(typeof(Say)), JsonSerializable(typeof(Said)), JsonSerializable(typeof(Quote)), JsonSerializable(typeof(Add)), JsonSerializable(typeof(Sum))]
[JsonSerializable(typeof(Refusal)), JsonSerializable(typeof(Done)), JsonSerializable(typeof(int)), JsonSerializable(typeof(double)), JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Price)), JsonSerializable(typeof(WatchRequest)), JsonSerializable(typeof(RoomLine)), JsonSerializable(typeof(WhoAmI)), JsonSerializable(typeof(Identity))]
public partial class SmokeJson : JsonSerializerContext;
