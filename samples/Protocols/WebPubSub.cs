// Azure Web PubSub's reliable subprotocol: the address of a resumed connection has its id and token; sequences are acknowledged up to a number.
// https://learn.microsoft.com/azure/azure-web-pubsub/howto-develop-reliable-clients
using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.WebPubSub;

[WebSocketClient(SubProtocols = ["json.reliable.webpubsub.azure.v1"], Discriminator = "/type /event", JsonContext = typeof(WebPubSubJson))]
[Calls(Id = "/ackId", Method = "/type", Result = "", Error = "/error", Ok = "/success", ErrorCode = "/error/name", ErrorMessage = "/error/message")]
[Resume(From = typeof(Connected), State = "/reconnectionToken", Query = "awps_connection_id={/connectionId}&awps_reconnection_token={state}", WithinSeconds = 60)]
[CloseCodes(NewSession = [1008])]
[Acknowledge("/sequenceId", """{"type":"sequenceAck","sequenceId":{value}}""", Cumulative = true, EverySeconds = 1)]
public partial class GroupClient
{
    [Event("message", Payload = "")]
    public partial MessageStream<GroupMessage> Messages();

    [Call("joinGroup"), Idempotent]
    public partial Task JoinAsync(string group, CancellationToken cancellationToken = default);

    [Call("sendToGroup"), Idempotent]
    public partial Task SendToGroupAsync(string group, string dataType, JsonElement data, CancellationToken cancellationToken = default);
}

[Receive<GroupClient>("system", "connected")]
public sealed record Connected(string ConnectionId, string? ReconnectionToken);

[Receive<GroupClient>("system", "disconnected")]
public sealed record Disconnected(string? Message);

public sealed record GroupMessage(string From, string? Group, string DataType, JsonElement Data, long SequenceId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Connected)), JsonSerializable(typeof(Disconnected)), JsonSerializable(typeof(GroupMessage)), JsonSerializable(typeof(JsonElement)), JsonSerializable(typeof(string))]
public partial class WebPubSubJson : JsonSerializerContext;
