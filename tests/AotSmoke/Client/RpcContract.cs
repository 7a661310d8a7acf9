using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.AotSmoke;

/// <summary>JSON-RPC 2.0 with parameters by position, and subscriptions whose key the server gives.</summary>
[JsonRpcClient(Positional = true, JsonContext = typeof(RpcJson))]
public partial class RpcClient
{
    [Call("echo")]
    public partial Task<string> EchoAsync(string text, int times = 1, CancellationToken cancellationToken = default);

    [Call("fail")]
    public partial Task FailAsync(CancellationToken cancellationToken = default);

    [Send("log")]
    public partial ValueTask LogAsync(string line, CancellationToken cancellationToken = default);

    [Event("logged")]
    public partial MessageStream<Logged> Logged();

    [Subscribe("subscribe", Unsubscribe = "unsubscribe", KeyFrom = SubscriptionKey.Result, At = "/params/subscription", Payload = "/params/result")]
    public partial MessageStream<Head> Heads(string kind);
}

public sealed record Logged(string Line);

public sealed record Head(int Number);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(string)), JsonSerializable(typeof(int)), JsonSerializable(typeof(Logged)), JsonSerializable(typeof(Head))]
public partial class RpcJson : JsonSerializerContext;
