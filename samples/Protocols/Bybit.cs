// Bybit v5: topics by prefix, subscribed to with an operation and a request id; the client pings every 20 seconds.
// https://github.com/bybit-exchange/docs (docs/v5/websocket)
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Bybit;

[WebSocketClient("wss://stream.bybit.com/v5/public/spot", Discriminator = "/topic /op", Payload = "/data", JsonContext = typeof(BybitJson))]
[Calls(Id = "/req_id", IdKind = CallIdKind.String, Method = "/op", Params = "/args", Result = "", Error = "", Ok = "/success", ErrorMessage = "/ret_msg")]
[Heartbeat("""{"op":"ping"}""", Seconds = 20, Reply = typeof(Pong))]
public partial class BybitClient
{
    [Topic("subscribe", "unsubscribe", "publicTrade.{symbol}")]
    public partial MessageStream<Trade[]> Trades(string symbol);

    [Topic("subscribe", "unsubscribe", "tickers.{symbol}", Payload = "")]
    public partial MessageStream<TickerUpdate> Tickers(string symbol);
}

// Public connections answer with the operation "ping" and ret_msg "pong"; those of private channels, with the operation "pong", would be another client's.
[Receive<BybitClient>(Discriminator.Absent, "ping", Payload = "")]
public sealed record Pong([property: JsonPropertyName("ret_msg")] string? Message);

public sealed record Trade(
    [property: JsonPropertyName("T")] long Time,
    [property: JsonPropertyName("s")] string Symbol,
    [property: JsonPropertyName("S")] string Side,
    [property: JsonPropertyName("v")] string Volume,
    [property: JsonPropertyName("p")] string Price);

/// <summary>A snapshot first, then what has changed: <c>type</c> says which, so the whole message is the item.</summary>
public sealed record TickerUpdate(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("ts")] long Timestamp,
    [property: JsonPropertyName("data")] Ticker Data);

public sealed record Ticker([property: JsonPropertyName("symbol")] string Symbol, [property: JsonPropertyName("lastPrice")] string? LastPrice);

[JsonSerializable(typeof(Pong)), JsonSerializable(typeof(Trade[])), JsonSerializable(typeof(TickerUpdate))]
public partial class BybitJson : JsonSerializerContext;
