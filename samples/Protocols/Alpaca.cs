// Alpaca's market data: every frame is an array of messages; authentication first, then lists of channels.
// https://docs.alpaca.markets/docs/streaming-market-data
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Alpaca;

[WebSocketClient("wss://stream.data.alpaca.markets/v2/iex", Framing = MessageFraming.JsonArray, Discriminator = "/T", JsonContext = typeof(AlpacaJson))]
public partial class AlpacaClient(string key, string secret, string[] trades, string[] quotes)
{
    [Event("t")]
    public partial MessageStream<Trade> Trades();

    [Event("q", Key = nameof(Quote.Symbol), FullMode = MessageStreamFullMode.Latest)]
    public partial MessageStream<Quote> Quotes();

    [Send(Payload = "")]
    private partial ValueTask SendAsync(Request request, CancellationToken cancellationToken = default);

    [OnConnected]
    private async Task LogInAndSubscribeAsync(ConnectScript script, CancellationToken cancellationToken)
    {
        await ExpectAsync<Success>(script, cancellationToken); // connected
        await SendAsync(new Request("auth", Key: key, Secret: secret), cancellationToken);
        await ExpectAsync<Success>(script, cancellationToken); // authenticated
        await SendAsync(new Request("subscribe", Trades: trades, Quotes: quotes), cancellationToken);
        await ExpectAsync<Subscribed>(script, cancellationToken);
    }

    // 406, too many connections, is worth another try; a key that is refused is not.
    private static async Task ExpectAsync<T>(ConnectScript script, CancellationToken cancellationToken)
    {
        if (await script.ExpectAnyAsync<T, Failure>(cancellationToken) is Failure refused)
            throw refused.Code == 406 ? new TimeoutException($"Alpaca: {refused.Message}.") : script.Fatal($"Alpaca: {refused.Message} ({refused.Code}).");
    }
}

[Receive<AlpacaClient>("success")]
public sealed record Success([property: JsonPropertyName("msg")] string Message);

[Receive<AlpacaClient>("error")]
public sealed record Failure([property: JsonPropertyName("code")] int Code, [property: JsonPropertyName("msg")] string Message);

[Receive<AlpacaClient>("subscription")]
public sealed record Subscribed([property: JsonPropertyName("trades")] string[]? Trades, [property: JsonPropertyName("quotes")] string[]? Quotes);

public sealed record Request(
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("key"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key = null,
    [property: JsonPropertyName("secret"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret = null,
    [property: JsonPropertyName("trades"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Trades = null,
    [property: JsonPropertyName("quotes"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Quotes = null);

public sealed record Trade(
    [property: JsonPropertyName("S")] string Symbol, [property: JsonPropertyName("p")] decimal Price, [property: JsonPropertyName("s")] int Size, [property: JsonPropertyName("t")] string Time);

public sealed record Quote([property: JsonPropertyName("S")] string Symbol, [property: JsonPropertyName("bp")] decimal BidPrice, [property: JsonPropertyName("ap")] decimal AskPrice);

[JsonSerializable(typeof(Success)), JsonSerializable(typeof(Failure)), JsonSerializable(typeof(Subscribed)), JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Trade)), JsonSerializable(typeof(Quote))]
public partial class AlpacaJson : JsonSerializerContext;
