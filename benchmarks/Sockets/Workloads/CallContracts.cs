using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.Benchmarks;

/// <summary>The generated client.</summary>
[WebSocketClient(Discriminator = "/type", JsonContext = typeof(CallJson))]
[Calls(Id = "/id", Result = "/result", Error = "/error")]
public partial class CallClient;

/// <summary>The request.</summary>
[Call<CallClient, Sum>("add")]
public sealed record Add(int A, int B);

/// <summary>The result.</summary>
public sealed class Sum
{
    public int Value { get; set; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Add)), JsonSerializable(typeof(Sum)), JsonSerializable(typeof(int))]
public partial class CallJson : JsonSerializerContext;

/// <summary>The same for StreamJsonRpc, which makes a proxy of it.</summary>
// It asks for a shape that only other formatters use.
#pragma warning disable StreamJsonRpc0008
[StreamJsonRpc.JsonRpcContract]
public partial interface IAdder
#pragma warning restore StreamJsonRpc0008
{
    [StreamJsonRpc.JsonRpcMethod("add")]
    Task<Sum> AddAsync(int a, int b);
}
