namespace NetWebSockets.Generators.Tests.Harness;

/// <summary>Contracts of the shapes that well-known protocols have, as far as attributes of classes and records go.</summary>
internal static class ProtocolSamples
{
    /// <summary>Discord's gateway: two discriminators, a heartbeat from the first message, resume, close codes, a constructor.</summary>
    public const string Discord =
        """
        namespace Chats;

        /// <summary>A chat gateway.</summary>
        /// <param name="token">The bot's token.</param>
        /// <param name="intents">What is asked for.</param>
        [WebSocketClient("wss://gateway.example/?v=10&encoding=json", Discriminator = "/op /t", Payload = "/d", JsonContext = typeof(GatewayJson))]
        [Heartbeat<Heartbeat>(IntervalFrom = typeof(Hello), Interval = "/d/heartbeat_interval", Reply = typeof(HeartbeatAck), RequestedBy = typeof(HeartbeatNow), Jitter = true)]
        [Resume(Sequence = "/s", From = typeof(Ready), State = "/d/session_id", Address = "/d/resume_gateway_url", WithinSeconds = 90)]
        [CloseCodes(Fatal = [4004, 4010, 4011], NewSession = [4007, 4009], Resume = [4900], Retry = [4000], Abort = 4901)]
        [OutboundLimit(120, PerSeconds = 60, MaxBytes = 4096)]
        [OutboundLimit(MaxBytes = 8192, Fail = true)]
        public partial class Gateway(string token, int intents)
        {
            [OnConnecting]
            private static Task<WebSocketEndpoint> WhereAsync(ConnectAttempt attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

            [OnConnected]
            private async ValueTask Begin(ConnectScript script, CancellationToken cancellationToken)
            {
                await script.ExpectAsync<Hello>(cancellationToken);
                if (script.Resume is { } resume)
                    await script.SendAsync(new Resume(token, resume.State, resume.Sequence), cancellationToken);
                else
                    await script.SendAsync(new Identify(token, intents), cancellationToken);
            }

            [OnClosing]
            internal Task EndAsync(ConnectScript script, CancellationToken cancellationToken) => Task.CompletedTask;
        }

        [Send<Gateway>(1)]
        public sealed record Heartbeat(long? Sequence);

        [Send<Gateway>(2)]
        public sealed record Identify(string Token, int Intents);

        [Send<Gateway>(6)]
        public sealed record Resume(string Token, string SessionId, long? Seq);

        [Send<Gateway>("presence", Discriminator.Absent, Payload = "/d/presence")]
        public sealed record Presence(string Status);

        [Receive<Gateway>(10)]
        public sealed record Hello(int HeartbeatInterval);

        [Receive<Gateway>(11, Discriminator.Absent, Payload = "")]
        public sealed record HeartbeatAck;

        [Receive<Gateway>(1, Payload = "")]
        public sealed record HeartbeatNow;

        [Receive<Gateway>(0, "READY")]
        public sealed record Ready(string SessionId, string ResumeGatewayUrl);

        [Receive<Gateway>(0, "GUILD_{what}")]
        public sealed record GuildEvent(string Id);

        [Receive<Gateway>(0, Discriminator.Present, Payload = "", FullMode = MessageStreamFullMode.DropOldest)]
        public sealed record AnyEvent(string T);

        [Receive<Gateway>(true, "{{literal}}")]
        public sealed record Flagged(string T);

        [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
        [JsonSerializable(typeof(Heartbeat)), JsonSerializable(typeof(Identify)), JsonSerializable(typeof(Resume)), JsonSerializable(typeof(Presence))]
        [JsonSerializable(typeof(Hello)), JsonSerializable(typeof(HeartbeatAck)), JsonSerializable(typeof(HeartbeatNow)), JsonSerializable(typeof(Ready))]
        [JsonSerializable(typeof(GuildEvent)), JsonSerializable(typeof(AnyEvent)), JsonSerializable(typeof(Flagged))]
        public partial class GatewayJson : JsonSerializerContext;
        """;

    /// <summary>OCPP-J: arrays by position, one call at a time, errors with code and text beside them.</summary>
    public const string Ocpp =
        """
        [WebSocketClient(SubProtocols = ["ocpp1.6"], Discriminator = "/0", Payload = "/3", JsonContext = typeof(OcppJson))]
        [Calls(Request = "[2,{id},{method},{params}]", Result = "[3,{id},{result}]", Error = "[4,{id},{code},{message},{data}]", IdKind = CallIdKind.String, MaxInFlight = 1)]
        public partial class ChargePoint;

        [Call<ChargePoint, BootResult>("BootNotification")]
        public sealed record BootRequest(string ChargePointVendor, string ChargePointModel);

        public sealed record BootResult(string Status, int Interval);

        [Send<ChargePoint>(9)]
        public sealed record Note(string Text);

        [JsonSerializable(typeof(BootRequest)), JsonSerializable(typeof(BootResult)), JsonSerializable(typeof(Note))]
        public partial class OcppJson : JsonSerializerContext;
        """;

    /// <summary>Chrome's DevTools: JSON-RPC without its version, scoped by a session.</summary>
    public const string DevTools =
        """
        [JsonRpcClient(Version = null, Scope = "/sessionId", JsonContext = typeof(CdpJson))]
        public partial class Cdp;

        [Call<Cdp, NavigateResult>("Page.navigate")]
        public sealed record Navigate(string Url);

        public sealed record NavigateResult(string FrameId);

        [Receive<Cdp>("Target.targetCreated")]
        public sealed record TargetCreated(string TargetId);

        [JsonSerializable(typeof(Navigate)), JsonSerializable(typeof(NavigateResult)), JsonSerializable(typeof(TargetCreated))]
        public partial class CdpJson : JsonSerializerContext;
        """;

    /// <summary>JSON-RPC 2.0 by the book, with typed errors; [Calls] beside it changes the ids only.</summary>
    public const string JsonRpc2 =
        """
        [JsonRpcClient("wss://node.example", JsonContext = typeof(NodeJson))]
        [Calls(IdKind = CallIdKind.String, ErrorType = typeof(NodeError))]
        public partial class Node;

        public sealed record NodeError(int Code, string Message);

        [Call<Node, string>("eth_blockNumber")]
        public sealed record BlockNumber;

        [Send<Node>("notify")]
        public sealed record Notify(string Text);

        [Receive<Node>("eth_{kind}", Key = nameof(Subscription.Id), FullMode = MessageStreamFullMode.Latest)]
        public sealed record Subscription(string Id);

        [JsonSerializable(typeof(NodeError)), JsonSerializable(typeof(BlockNumber)), JsonSerializable(typeof(string)), JsonSerializable(typeof(Notify))]
        [JsonSerializable(typeof(Subscription))]
        public partial class NodeJson : JsonSerializerContext;
        """;

    /// <summary>SignalR's JSON protocol: templates, streamed replies, messages that end with a delimiter.</summary>
    public const string SignalR =
        """"
        [WebSocketClient(Discriminator = "/type /target", Framing = MessageFraming.Delimited, Delimiter = '\u001E', JsonContext = typeof(HubJson))]
        [Calls(
            IdKind = CallIdKind.String,
            Request = """{ "type": 1, "invocationId": {id}, "target": {method}, "arguments": {params} }""",
            Result = """{"type":3,"invocationId":{id},"result":{result}}""",
            Error = """{"type":3,"invocationId":{id},"error":{error}}""",
            StreamRequest = """{"type":4,"invocationId":{id},"target":{method},"arguments":{params}}""",
            Item = """{"type":2,"invocationId":{id},"item":{item}}""",
            End = """{"type":3,"invocationId":{id}}""",
            Cancel = """{"type":5,"invocationId":{id}}""")]
        [Heartbeat("{\"type\":6}", Seconds = 15, SilenceSeconds = 30, OnlyWhenIdle = true)]
        [Acknowledge("/sequenceId", """{"type":8,"sequenceId":{value}}""", Cumulative = true, EverySeconds = 0.5)]
        public partial class Hub
        {
            public Hub()
            {
            }
        }

        [Call<Hub, int>("Add")]
        public sealed record Add(int[] Values);

        [Receive<Hub>(1, "Said")]
        public sealed record Said(string[] Arguments);

        [Receive<Hub>(7)]
        public sealed record Closing(string? Error);

        [JsonSerializable(typeof(Add)), JsonSerializable(typeof(int)), JsonSerializable(typeof(Said)), JsonSerializable(typeof(Closing))]
        public partial class HubJson : JsonSerializerContext;
        """";

    /// <summary>An exchange: an outcome beside the result, a codec of the user's, a scope in a template.</summary>
    public const string Exchange =
        """
        namespace Exchanges;

        internal sealed class Gzip : IMessageCodec
        {
            public bool TryRead(MessageKind kind, ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> json)
            {
                json = rest;
                rest = default;
                return true;
            }

            public MessageKind Write(ReadOnlySpan<byte> json, System.Buffers.IBufferWriter<byte> output) => MessageKind.Binary;
        }

        [WebSocketClient(Discriminator = "/topic", Payload = "/data", Codec = typeof(Gzip), JsonContext = typeof(ExchangeJson))]
        [Calls(Request = "{\"account\":{scope},\"op\":{method},\"req_id\":{id},\"args\":{params}}", ReplyId = "/req_id", Result = "", Error = "", Ok = "/ret_code", OkValue = 0, ErrorMessage = "/ret_msg")]
        [Heartbeat("ping", Seconds = 20, ReplyText = "pong", ReplySeconds = 5)]
        internal partial class Exchange;

        [Call<Exchange, Order>("order.create", TimeoutSeconds = 2)]
        internal sealed record Order(string Symbol);

        [Receive<Exchange>("publicTrade.{symbol}")]
        internal sealed record Trade(decimal Price);

        [JsonSerializable(typeof(Order)), JsonSerializable(typeof(Trade))]
        internal partial class ExchangeJson : JsonSerializerContext;
        """;

    public static Dictionary<string, string> All => new()
    {
        [nameof(Discord)] = Discord,
        [nameof(Ocpp)] = Ocpp,
        [nameof(DevTools)] = DevTools,
        [nameof(JsonRpc2)] = JsonRpc2,
        [nameof(SignalR)] = SignalR,
        [nameof(Exchange)] = Exchange,
    };
}
