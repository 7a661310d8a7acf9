using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets.Messaging;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

internal sealed record Trade(string S, long N);

internal readonly record struct Level(int P);

internal sealed record EventFilter(string EventType);

internal sealed record ChannelOf(string Channel, string Symbol);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Trade)), JsonSerializable(typeof(Level)), JsonSerializable(typeof(EventFilter)), JsonSerializable(typeof(ChannelOf))]
[JsonSerializable(typeof(string[])), JsonSerializable(typeof(string))]
internal sealed partial class SubscriptionsJson : JsonSerializerContext;

/// <summary>Contracts of protocols as they exist, written as the generator writes them.</summary>
internal static class SubscriptionContracts
{
    /// <summary>Topics, several in one message, acknowledged by id. Items stand in an envelope with their topic.</summary>
    public static SubscriptionRoute<Trade> BinanceTrades(int batch = 100) => new("trades", SubscriptionsJson.Default.Trade)
    {
        At = ["/stream"],
        Payload = "/data",
        Subscribe = BinanceRequest("SUBSCRIBE", batch),
        Unsubscribe = BinanceRequest("UNSUBSCRIBE", batch),
    };

    /// <summary>The same without ids and replies.</summary>
    public static SubscriptionRoute<Trade> BybitTrades() => new("trades", SubscriptionsJson.Default.Trade)
    {
        At = ["/topic"],
        Payload = "/data",
        Subscribe = BybitRequest("subscribe"),
        Unsubscribe = BybitRequest("unsubscribe"),
    };

    /// <summary>The key is the result of the request.</summary>
    public static SubscriptionRoute<Trade> EthereumLogs() => new("logs", SubscriptionsJson.Default.Trade)
    {
        KeyFrom = SubscriptionKey.Result,
        At = ["/params/subscription"],
        Payload = "/params/result",
        ItemWhen = [LocatorMatch.Exact("/method", "eth_subscription")],
        Subscribe = EthereumRequest("eth_subscribe"),
        Unsubscribe = EthereumRequest("eth_unsubscribe"),
    };

    /// <summary>The key is the id of the request.</summary>
    public static SubscriptionRoute<Trade> HomeAssistantEvents() => new("events", SubscriptionsJson.Default.Trade)
    {
        KeyFrom = SubscriptionKey.RequestId,
        At = ["/id"],
        Payload = "/event",
        ItemWhen = [LocatorMatch.Exact("/type", "event")],
        Subscribe = new SubscriptionRequest
        {
            Method = "subscribe_events",
            Envelope = new Envelope("{\"id\":"u8, ",\"type\":\"subscribe_events\""u8, default, payloadAtRoot: true),
        },
        Unsubscribe = new SubscriptionRequest
        {
            Method = "unsubscribe_events",
            Envelope = new Envelope(
                false, EnvelopePart.Text("{\"id\":"u8), EnvelopePart.Id, EnvelopePart.Text(",\"type\":\"unsubscribe_events\",\"subscription\":"u8), EnvelopePart.Key, EnvelopePart.Text("}"u8)),
        },
    };

    /// <summary>A key of two parts, which stand at two places.</summary>
    public static SubscriptionRoute<Level> KrakenBook() => new("book", SubscriptionsJson.Default.Level)
    {
        At = ["/channel", "/data/symbol"],
        Payload = "/data",
        Subscribe = new SubscriptionRequest { Method = "subscribe", Envelope = new Envelope(default, "{\"method\":\"subscribe\",\"params\":"u8, "}"u8, payloadAtRoot: false) },
    };

    public static ClientContract Contract(params SubscriptionRoute[] routes) => new()
    {
        Name = "Feed",
        Discriminators = ["/type"],
        Calls = new CallContract { Id = "/id" },
        Subscriptions = routes,
    };

    public static WebSocketClientOptions Options(Uri uri) => new()
    {
        Uri = uri,
        ReconnectSpread = TimeSpan.Zero,
        CloseTimeout = TimeSpan.Zero,
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(20), UseJitter = false },
    };

    private static SubscriptionRequest BinanceRequest(string method, int batch) => new()
    {
        Method = method,
        Batch = batch,
        Envelope = new Envelope(
            false,
            EnvelopePart.Text("{\"id\":"u8), EnvelopePart.Id, EnvelopePart.Text(",\"method\":"u8), EnvelopePart.Method, EnvelopePart.Text(",\"params\":"u8), EnvelopePart.Topics, EnvelopePart.Text("}"u8)),
    };

    private static SubscriptionRequest BybitRequest(string method) => new()
    {
        Method = method,
        Envelope = new Envelope(
            false, EnvelopePart.Text("{\"op\":"u8), EnvelopePart.Method, EnvelopePart.Text(",\"args\":"u8), EnvelopePart.Topics, EnvelopePart.Text("}"u8)),
    };

    private static SubscriptionRequest EthereumRequest(string method) => new()
    {
        Method = method,
        Envelope = new Envelope(
            false,
            EnvelopePart.Text("{\"jsonrpc\":\"2.0\",\"id\":"u8), EnvelopePart.Id, EnvelopePart.Text(",\"method\":"u8), EnvelopePart.Method, EnvelopePart.Text(",\"params\":"u8), EnvelopePart.Payload, EnvelopePart.Text("}"u8)),
    };
}
