// An Ethereum node: JSON-RPC 2.0 with parameters by position; subscriptions whose key the server gives, another one after every drop.
// https://geth.ethereum.org/docs/rpc/pubsub
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Ethereum;

[JsonRpcClient(Positional = true, JsonContext = typeof(EthereumJson))]
public partial class EthereumClient
{
    [Call("eth_blockNumber")]
    public partial Task<string> BlockNumberAsync(CancellationToken cancellationToken = default);

    [Call("eth_getBalance")]
    public partial Task<string> GetBalanceAsync(string address, string block = "latest", CancellationToken cancellationToken = default);

    [Subscribe("eth_subscribe", Unsubscribe = "eth_unsubscribe", KeyFrom = SubscriptionKey.Result, At = "/params/subscription", Payload = "/params/result")]
    private partial MessageStream<BlockHeader> SubscribeToHeads(string kind);

    /// <summary>Opens a stream of the headers of new blocks.</summary>
    /// <returns>The stream.</returns>
    public MessageStream<BlockHeader> NewHeads() => SubscribeToHeads("newHeads");
}

public sealed record BlockHeader(string Number, string? Hash);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(string)), JsonSerializable(typeof(BlockHeader))]
public partial class EthereumJson : JsonSerializerContext;
