// graphql-transport-ws: a connection is initialised, operations have ids, each answers with any number of results and then is complete or has failed.
// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.GraphQl;

[WebSocketClient(SubProtocols = ["graphql-transport-ws"], Discriminator = "/type", Payload = "/payload", JsonContext = typeof(GraphQlJson))]
[Calls(
    Request = """{"id":{id},"type":{method},"payload":{params}}""",
    Item = """{"id":{id},"type":"next","payload":{item}}""",
    Result = """{"id":{id},"type":"complete"}""",
    Error = """{"id":{id},"type":"error","payload":{error}}""",
    Cancel = """{"id":{id},"type":"complete"}""",
    ErrorMessage = "/payload/0/message",
    ErrorType = typeof(GraphQlError[]),
    IdKind = CallIdKind.String)]
[Heartbeat("""{"type":"ping"}""", Seconds = 25, Reply = typeof(Pong))]
// 4403 (forbidden) is fatal because the token stays the same; where each attempt brings another, it is worth trying again.
[CloseCodes(Fatal = [4400, 4401, 4403, 4406, 4409, 4429, 4500, 4004, 4005])]
public partial class GraphQlClient(string? token = null)
{
    // A query, or a subscription that ends at a drop.
    [Call("subscribe")]
    public partial MessageStream<ExecutionResult> Execute(Operation operation);

    // A subscription that is made again after a drop.
    [Subscribe("subscribe", KeyFrom = SubscriptionKey.RequestId, At = "/id", Acknowledged = false, UnsubscribeRequest = """{"id":{key},"type":"complete"}""", Payload = "/payload")]
    public partial MessageStream<ExecutionResult> Subscribe(Operation operation);

    [OnConnected]
    private async ValueTask BeginAsync(ConnectScript script, CancellationToken cancellationToken)
    {
        await script.SendAsync(new ConnectionInit(token), cancellationToken);
        await script.ExpectAsync<ConnectionAck>(cancellationToken);
    }

    // The server may ping too; it is answered by a pong.
    [Handles("ping", Reply = """{"type":"pong"}""")]
    private static void Ping()
    {
    }
}

[Send<GraphQlClient>("connection_init")]
public sealed record ConnectionInit(string? Token);

[Receive<GraphQlClient>("connection_ack", Payload = "")]
public sealed record ConnectionAck;

[Receive<GraphQlClient>("pong", Payload = "")]
public sealed record Pong;

public sealed record Operation(string Query, string? OperationName = null, Dictionary<string, JsonElement>? Variables = null);

public sealed record ExecutionResult(JsonElement? Data, GraphQlError[]? Errors);

public sealed record GraphQlError(string Message, JsonElement? Path = null, JsonElement? Extensions = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnectionInit)), JsonSerializable(typeof(ConnectionAck)), JsonSerializable(typeof(Pong)), JsonSerializable(typeof(Operation)), JsonSerializable(typeof(ExecutionResult))]
[JsonSerializable(typeof(GraphQlError[]))]
public partial class GraphQlJson : JsonSerializerContext;
