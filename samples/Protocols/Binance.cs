// Binance's combined streams: an envelope {stream, data}, topics that are subscribed to by calls, five messages a second.
// https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Binance;

[WebSocketClient("wss://stream.binance.com:9443/stream", Discriminator = "/stream", Payload = "/data", JsonContext = typeof(BinanceJson))]
[Calls(Id = "/id", Method = "/method", Params = "/params", Result = "/result", Error = "", ErrorCode = "/code", ErrorMessage = "/msg")]
[OutboundLimit(5, PerSeconds = 1)]
public partial class BinanceClient
{
    [Topic("SUBSCRIBE", "UNSUBSCRIBE", "{symbol}@aggTrade")]
    public partial MessageStream<AggTrade> AggTrades(string symbol);

    [Topic("SUBSCRIBE", "UNSUBSCRIBE", "{symbol}@depth{levels}")]
    public partial MessageStream<PartialDepth> Depth(string symbol, int levels);

    [Topic("SUBSCRIBE", "UNSUBSCRIBE", "{symbol}@bookTicker", Key = nameof(BookTicker.Symbol), FullMode = MessageStreamFullMode.Latest)]
    public partial MessageStream<BookTicker> BookTickers(string symbol);

    [Topic("SUBSCRIBE", "UNSUBSCRIBE", "!miniTicker@arr")]
    public partial MessageStream<MiniTicker[]> MiniTickers();

    [Call("LIST_SUBSCRIPTIONS")]
    public partial Task<string[]> ListSubscriptionsAsync(CancellationToken cancellationToken = default);

    [Event("!serverShutdown")]
    public partial MessageStream<ServerShutdown> ServerShutdowns();
}

public sealed record AggTrade(
    [property: JsonPropertyName("s")] string Symbol,
    [property: JsonPropertyName("p")] string Price,
    [property: JsonPropertyName("q")] string Quantity,
    [property: JsonPropertyName("E")] long EventTime,
    [property: JsonPropertyName("T")] long TradeTime,
    [property: JsonPropertyName("m")] bool IsBuyerMaker);

public sealed record PartialDepth(
    [property: JsonPropertyName("lastUpdateId")] long LastUpdateId,
    [property: JsonPropertyName("bids")] string[][] Bids,
    [property: JsonPropertyName("asks")] string[][] Asks);

public sealed record BookTicker(
    [property: JsonPropertyName("s")] string Symbol,
    [property: JsonPropertyName("b")] string BidPrice,
    [property: JsonPropertyName("B")] string BidQuantity,
    [property: JsonPropertyName("a")] string AskPrice,
    [property: JsonPropertyName("A")] string AskQuantity);

public sealed record MiniTicker([property: JsonPropertyName("s")] string Symbol, [property: JsonPropertyName("c")] string Close);

public sealed record ServerShutdown([property: JsonPropertyName("E")] long EventTime);

// Keys differ only by case ("e" and "E"): names are matched exactly.
[JsonSerializable(typeof(AggTrade)), JsonSerializable(typeof(PartialDepth)), JsonSerializable(typeof(BookTicker))]
[JsonSerializable(typeof(MiniTicker[])), JsonSerializable(typeof(string[])), JsonSerializable(typeof(ServerShutdown))]
public partial class BinanceJson : JsonSerializerContext;
