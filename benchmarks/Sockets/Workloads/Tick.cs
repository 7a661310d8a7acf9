using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets.Benchmarks.Server;

namespace NetWebSockets.Benchmarks;

/// <summary>A message as feeds of prices have it. Properties that can be set: constructors cost System.Text.Json more, whoever calls it.</summary>
[Receive<TickClient>("tick")]
public sealed class Tick
{
    public required string Symbol { get; set; }

    public required string Venue { get; set; }

    public double Bid { get; set; }

    public double Ask { get; set; }

    public long BidSize { get; set; }

    public long AskSize { get; set; }

    public double Last { get; set; }

    public long Sequence { get; set; }

    public DateTimeOffset Time { get; set; }

    internal static Tick Sample() => JsonSerializer.Deserialize(Payloads.Tick, TickJson.Default.Tick)!;
}

/// <summary>Asks the server to begin.</summary>
[Send<TickClient>("start")]
public sealed record StartTicks;

/// <summary>The generated client.</summary>
[WebSocketClient(Discriminator = "/type", JsonContext = typeof(TickJson))]
public partial class TickClient;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Tick)), JsonSerializable(typeof(StartTicks))]
public partial class TickJson : JsonSerializerContext;
