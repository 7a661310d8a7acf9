// An Ethereum node: JSON-RPC 2.0 with parameters by position; subscriptions whose key the server gives, another one after every drop.
// https://geth.ethereum.org/docs/rpc/pubsub
using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Ethereum;

[JsonRpcClient(Positional = true, JsonContext = typeof(EthereumJson))]
[Calls(ErrorType = typeof(RpcError))]
public partial class EthereumClient
{
    [Call("eth_blockNumber")]
    public partial Task<string> BlockNumberAsync(CancellationToken cancellationToken = default);

    [Call("eth_getBalance")]
    public partial Task<string> GetBalanceAsync(string address, string block = "latest", CancellationToken cancellationToken = default);

    // A call of a contract that changes nothing. When it reverts, the error's data says why.
    [Call("eth_call")]
    public partial Task<string> CallContractAsync(ContractCall call, string block = "latest", CancellationToken cancellationToken = default);

    [Subscribe("eth_subscribe", Unsubscribe = "eth_unsubscribe", KeyFrom = SubscriptionKey.Result, At = "/params/subscription", Payload = "/params/result")]
    private partial MessageStream<BlockHeader> SubscribeToHeads(string kind);

    [Subscribe("eth_subscribe", Unsubscribe = "eth_unsubscribe", KeyFrom = SubscriptionKey.Result, At = "/params/subscription", Payload = "/params/result")]
    private partial MessageStream<ContractLog> SubscribeToLogs(string kind, LogFilter filter);

    /// <summary>Opens a stream of the headers of new blocks.</summary>
    /// <returns>The stream.</returns>
    public MessageStream<BlockHeader> NewHeads() => SubscribeToHeads("newHeads");

    /// <summary>Opens a stream of what contracts log in new blocks.</summary>
    /// <param name="filter">Which contract, and which first topics.</param>
    /// <returns>The stream.</returns>
    public MessageStream<ContractLog> Logs(LogFilter filter) => SubscribeToLogs("logs", filter);
}

public sealed record BlockHeader(string Number, string? Hash);

public sealed record ContractCall(string? To, string Data, string? From = null);

public sealed record LogFilter(string? Address = null, string[]? Topics = null);

public sealed record ContractLog(string Address, string[] Topics, string Data, string? BlockNumber, string? TransactionHash, bool Removed);

public sealed record RpcError(int Code, string Message, JsonElement? Data);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(string)), JsonSerializable(typeof(BlockHeader)), JsonSerializable(typeof(ContractCall)), JsonSerializable(typeof(RpcError))]
[JsonSerializable(typeof(LogFilter)), JsonSerializable(typeof(ContractLog))]
public partial class EthereumJson : JsonSerializerContext;
