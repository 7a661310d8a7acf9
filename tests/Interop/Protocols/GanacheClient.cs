using System.Text.Json.Serialization;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>What a node for development answers besides, and what no node does.</summary>
[JsonRpcClient(Positional = true, JsonContext = typeof(GanacheJson))]
public partial class GanacheClient
{
    [Call("eth_accounts")]
    public partial Task<string[]> AccountsAsync(CancellationToken cancellationToken = default);

    [Call("eth_sendTransaction")]
    public partial Task<string> SendTransactionAsync(Transaction transaction, CancellationToken cancellationToken = default);

    [Call("evm_mine")]
    public partial Task<string> MineAsync(CancellationToken cancellationToken = default);

    [Call("eth_fly")]
    public partial Task<string> FlyAsync(CancellationToken cancellationToken = default);

    [Subscribe("eth_subscribe", Unsubscribe = "eth_unsubscribe", KeyFrom = SubscriptionKey.Result, At = "/params/subscription", Payload = "/params/result")]
    public partial MessageStream<string> Subscribe(string kind);
}

public sealed record Transaction(string From, string Data, string Gas);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(string)), JsonSerializable(typeof(string[])), JsonSerializable(typeof(Transaction))]
public partial class GanacheJson : JsonSerializerContext;
