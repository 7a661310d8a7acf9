namespace NetWebSockets.Generators.Tests.Harness;

/// <summary>Contracts made of annotated methods, subscriptions and records by position. Beside those of <see cref="Samples"/>.</summary>
internal static class MethodSamples
{
    public const string Methods =
        """
        namespace Market;

        public enum Side { Buy, Sell }

        [WebSocketClient("wss://market.example", Discriminator = "/channel /type", Payload = "/data", JsonContext = typeof(MarketJson))]
        [Calls(Method = "/method", Params = "/params", Scope = "/session")]
        public partial class MarketClient
        {
            /// <summary>Orders, and says <see cref="Side"/>.</summary>
            [Call("order", TimeoutSeconds = 2), Idempotent]
            public partial Task<OrderResult> OrderAsync(
                string symbol, Side side, decimal amount, [Param("client-id")] Guid? id = null, string? note = null, string? reason = "none", List<string>? tags = null,
                int? limit = 5, bool isTest = false, [Scope] string? session = null, CancellationToken cancellationToken = default);

            /// <summary>Logs out.</summary>
            /// <returns>Done when the peer has <c>&lt;said&gt;</c> so.</returns>
            /// <seealso cref="LoginAsync(Login, CancellationToken)"/>
            [Call("logout")]
            public partial Task LogoutAsync();

            [Call("login")]
            internal partial Task<string?> LoginAsync(Login request, CancellationToken token);

            [Call("history")]
            public partial MessageStream<Trade> History(string symbol, params int[] years);

            [Send("ping")]
            public partial ValueTask PingAsync(long @event, byte[]? data, DateTimeOffset at);

            [Send("say", "loud", Payload = "")]
            private protected partial ValueTask SayAsync(Login message, CancellationToken cancellationToken = default);

            [Event("status", Discriminator.Absent, Payload = "/status")]
            public partial MessageStream<string> Status();

            [Event("trade.{symbol}", Key = nameof(Trade.Symbol), FullMode = MessageStreamFullMode.Latest, Capacity = 10)]
            public partial MessageStream<Trade> Trades(MessageStreamOptions? options = null);

            [Topic("subscribe", "unsubscribe", "{symbol}@depth{levels}:{all}{{}}")]
            public partial MessageStream<Trade> Depth(string symbol, int levels, bool all, MessageStreamOptions? options = null);

            [Topic("subscribe", "unsubscribe", "{symbol}", At = "/topic", Payload = "")]
            public partial MessageStream<Trade[]> Raw(string symbol);

            [Subscribe("logs", KeyFrom = SubscriptionKey.Result, At = "/params/subscription", Payload = "/params/result", Unsubscribe = "unlogs")]
            public partial MessageStream<Trade> Logs(string filter, int? depth = null);

            [Subscribe("events", KeyFrom = SubscriptionKey.RequestId, UnsubscribeRequest = "{\"id\":{id},\"method\":\"stop\",\"subscription\":{key}}")]
            public partial MessageStream<Trade> Events(Login request);

            [Subscribe("book", Topic = "{symbol} {levels}", At = "/params/symbol /params/levels", Unsubscribe = "unbook", Acknowledged = false)]
            public partial MessageStream<Trade> Book(string symbol, int levels);

            [Handles("reset")]
            private Task<OrderResult> ResetAsync(Login request, CancellationToken cancellationToken) => Task.FromResult(new OrderResult(request.User));

            [Handles("count", MaxConcurrent = 4)]
            internal ValueTask<int> Count() => new(1);

            [Handles("note")]
            private async ValueTask NoteAsync(Trade[] trades) => await Task.Yield();

            [Handles("wait")]
            private static Task WaitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

            [Handles("heard", "once", Payload = "/body")]
            private void Heard(string text) => _ = text;

            [Handles("ask", Reply = "{\"envelope\":{id},\"payload\":{result}}", Id = "/envelope")]
            private ValueTask<Login> Ask(Login login) => new(login);

            [SendBinary]
            public partial ValueTask SendAudioAsync(ReadOnlyMemory<byte> pcm, CancellationToken cancellationToken = default);

            [SendBinary(1, 0xFF)]
            public partial ValueTask SendAudioAsync(System.IO.Stream wav);

            [SendBinary]
            public partial ValueTask SendBytesAsync(byte[] data, CancellationToken cancellationToken);

            [ReceiveBinary]
            public partial MessageStream<ReadOnlyMemory<byte>> Speech();

            [ReceiveBinary(7, Capacity = 3, FullMode = MessageStreamFullMode.DropOldest)]
            public partial MessageStream<byte[]> Video(MessageStreamOptions? options);
        }

        public sealed record OrderResult(string Id);

        public sealed record Login(string User);

        public sealed record Trade(string Symbol, decimal Price);

        /// <summary>Ticks of a symbol.</summary>
        /// <param name="Symbol">The symbol.</param>
        /// <param name="Channel">The channel.</param>
        [Subscribe<MarketClient, Trade>("ticks", Topic = "{Channel} {Symbol}", At = "/channel /data/symbol", Unsubscribe = "unticks", FullMode = MessageStreamFullMode.DropOldest)]
        public sealed record SubscribeTicks(string Symbol, string Channel = "ticks");

        [Call<MarketClient, MessageStream<Trade>>("replay")]
        public sealed record Replay(string Symbol);

        [JsonSerializable(typeof(Side)), JsonSerializable(typeof(OrderResult)), JsonSerializable(typeof(Login)), JsonSerializable(typeof(Trade)), JsonSerializable(typeof(Trade[]))]
        [JsonSerializable(typeof(string)), JsonSerializable(typeof(int)), JsonSerializable(typeof(int[])), JsonSerializable(typeof(List<string>))]
        [JsonSerializable(typeof(SubscribeTicks)), JsonSerializable(typeof(Replay))]
        public partial class MarketJson : JsonSerializerContext;
        """;

    public const string JsonRpcMethods =
        """
        [JsonRpcClient(Positional = true, JsonContext = typeof(NodeJson))]
        public partial class Node
        {
            [Call("eth_getBalance")] public partial Task<string> GetBalanceAsync(string address, string block = "latest", int? depth = null, Filter? filter = null, CancellationToken ct = default);
            [Call("eth_estimate")] public partial Task<string> EstimateAsync(Filter filter);
            [Call("eth_pair")] public partial Task<Pair> PairAsync(Pair pair);
            [Event("eth_changed")] public partial MessageStream<Filter> Changed();
            [Subscribe("eth_subscribe", KeyFrom = SubscriptionKey.Result, At = "/params/subscription", Payload = "/params/result", Unsubscribe = "eth_unsubscribe")]
            public partial MessageStream<Pair> Logs(string kind, Filter? filter = null);
            [Handles("eth_ask")] private Task<Pair> AnswerAsync(Pair pair) => Task.FromResult(pair);
        }

        public sealed record Filter(string Address);

        [Positional] public sealed record Pair(string? Left, Pair.Inside Right, DateTime? At = null, long Count = 4)
        {
            [Positional] public readonly record struct Inside(decimal Price, Filter Filter, float[]? Rest = null);
        }

        [JsonSerializable(typeof(string)), JsonSerializable(typeof(Filter)), JsonSerializable(typeof(float[]))]
        [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
        public partial class NodeJson : JsonSerializerContext;
        """;

    public const string OcppHandlers =
        """
        [WebSocketClient(SubProtocols = ["ocpp1.6"], Discriminator = "/0", JsonContext = typeof(OcppJson))]
        [Calls(Request = "[2,{id},{method},{params}]", Result = "[3,{id},{result}]", Error = "[4,{id},{code},{message},{data}]", MaxInFlight = 1)]
        public partial class ChargePoint
        {
            [Call("BootNotification")] public partial Task<BootResult> BootAsync(BootRequest request, CancellationToken ct = default);
            [Call("Heartbeat")] public partial Task<BootResult> HeartbeatAsync(CancellationToken ct = default);
            [Handles("Reset")] private Task<ResetResult> ResetAsync(ResetRequest request, CancellationToken ct) => Task.FromResult(new ResetResult("Accepted"));
        }

        public sealed record BootRequest(string ChargePointVendor, string ChargePointModel);
        public sealed record BootResult(string Status, DateTimeOffset CurrentTime, int Interval);
        public sealed record ResetRequest(string Type);
        public sealed record ResetResult(string Status);

        [JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
        [JsonSerializable(typeof(BootRequest)), JsonSerializable(typeof(BootResult)), JsonSerializable(typeof(ResetRequest)), JsonSerializable(typeof(ResetResult))]
        public partial class OcppJson : JsonSerializerContext;
        """;

    public const string Topics =
        """
        [WebSocketClient(Discriminator = "/topic", Payload = "/data", JsonContext = typeof(BybitJson))]
        [Topics(Request = "{\"op\":{method},\"args\":{topics},\"req_id\":{id}}", Batch = 10)]
        [Calls(Id = "/req_id", Method = "/op", Ok = "/success", IdKind = CallIdKind.String, Error = "/ret_msg")]
        public partial class Bybit
        {
            [Topic("subscribe", "unsubscribe", "publicTrade.{symbol}")] public partial MessageStream<Deal[]> Deals(string symbol);
        }

        public sealed record Deal(string S);

        [JsonSerializable(typeof(Deal[]))]
        public partial class BybitJson : JsonSerializerContext;
        """;

    public const string Positions =
        """
        [WebSocketClient(Discriminator = "/0", JsonContext = typeof(GridJson))]
        [Calls(Id = "/1", Method = "/2", Params = "/3", Result = "/3", Error = "/4")]
        public partial class Grid;

        [Receive<Grid>("tick"), Positional] public sealed record Tick(string Kind, string Symbol, decimal Price, int Size = 1);
        [Send<Grid>("put", Payload = "/5"), Positional] public sealed record Put(string Symbol, double Price, Guid? Id = null);
        [Call<Grid, Row>("get"), Positional] public sealed record Get(int Number);
        [Positional] public sealed class Row(int number, Tick? last)
        {
            public int Number { get; } = number;

            public Tick? Last { get; } = last;
        }

        [JsonSerializable(typeof(object))]
        public partial class GridJson : JsonSerializerContext;
        """;

    public static Dictionary<string, string> All => new()
    {
        [nameof(Methods)] = Methods,
        [nameof(JsonRpcMethods)] = JsonRpcMethods,
        [nameof(OcppHandlers)] = OcppHandlers,
        [nameof(Topics)] = Topics,
        [nameof(Positions)] = Positions,
    };
}
