namespace NetWebSockets.Generators.Tests.Harness;

/// <summary>Contracts as users write them, from the plain to the odd. Each has a baseline, compiles, and has nothing to be diagnosed.</summary>
internal static class Samples
{
    public const string Chat =
        """
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson))]
        [Calls(Id = "/id", Result = "/result", Error = "/error")]
        public partial class ChatClient;

        /// <summary>Says something in a room.</summary>
        /// <param name="Room">The room.</param>
        /// <param name="Text">What is said,
        ///   over two lines.</param>
        [Send<ChatClient>("say")]
        public sealed record Say(string Room, string Text);

        [Receive<ChatClient>("said")]
        public sealed record Said(string Room, string From, string Text);

        [Call<ChatClient, History>("history")]
        public sealed record GetHistory(string Room, int Count);

        public sealed record History(Said[] Items);

        [JsonSerializable(typeof(Say)), JsonSerializable(typeof(Said)), JsonSerializable(typeof(GetHistory)), JsonSerializable(typeof(History))]
        public partial class ChatJson : JsonSerializerContext;
        """;

    public const string JsonRpc =
        """
        namespace Tools;

        [WebSocketClient("wss://tools.example/rpc", Discriminator = "/method", JsonContext = typeof(RpcJson), SubProtocols = ["rpc.v2", "rpc.v1"])]
        [Calls(Method = "/method", Params = "/params")]
        internal sealed partial class RpcClient;

        [Call<RpcClient, List<string>>("list", TimeoutSeconds = 2.5), Idempotent]
        internal sealed record ListRequest(string? Filter = null, int Limit = 100);

        [Call<RpcClient, int>("count")]
        internal sealed record CountCall;

        [Receive<RpcClient>("changed")]
        internal sealed record ChangedMessage(string Path);

        [JsonSerializable(typeof(ListRequest)), JsonSerializable(typeof(List<string>)), JsonSerializable(typeof(CountCall)), JsonSerializable(typeof(int))]
        [JsonSerializable(typeof(ChangedMessage))]
        internal sealed partial class RpcJson : JsonSerializerContext;
        """;

    public const string NestedLocators =
        """
        namespace Deep;

        [WebSocketClient(Discriminator = "/header/kind/name", JsonContext = typeof(DeepJson))]
        [Calls(Id = "/header/id", Params = "/body/0/a~1b", Result = "", Error = "/header/error")]
        public partial class DeepClient;

        [Send<DeepClient>("note"), Idempotent]
        public sealed record Note(string Text);

        [Call<DeepClient, Note>("ask")]
        public sealed record Ask(string Question);

        [JsonSerializable(typeof(Note)), JsonSerializable(typeof(Ask))]
        public partial class DeepJson : JsonSerializerContext;
        """;

    public const string NestedClient =
        """
        namespace Messages
        {
            [Send<Hosts.Outer.Inner.Client>("point")]
            internal readonly record struct Point(int X, int Y);

            [Receive<Hosts.Outer.Inner.Client>("tick")]
            internal struct Tick { public long Time { get; set; } }

            [JsonSerializable(typeof(Point)), JsonSerializable(typeof(Tick)), JsonSerializable(typeof(Hosts.Outer.Inner.Beside))]
            internal partial class PointJson : JsonSerializerContext;
        }

        namespace Hosts
        {
            public static partial class Outer
            {
                internal partial record struct Inner
                {
                    [WebSocketClient(Discriminator = "/t", JsonContext = typeof(Messages.PointJson))]
                    internal partial class Client;

                    [Receive<Client>("beside")]
                    internal sealed record Beside(int N);
                }
            }
        }
        """;

    public const string Fields =
        """
        namespace Shapes;

        public enum Side { Buy, Sell }

        [WebSocketClient(Discriminator = "/kind", JsonContext = typeof(ShapesJson))]
        [Calls]
        public partial class ShapesClient;

        [Send<ShapesClient>("defaults")]
        public sealed record Defaults(
            string @class, Side Side = Side.Sell, Side Odd = (Side)7, double Rate = 1.5, float Part = -0.25f, decimal Price = 9.99m, char Mark = '\'',
            string Text = "a \"b\"\n", bool Flag = true, long Big = 5_000_000_000, int? Maybe = null, Guid Key = default, string? None = null, byte Small = 3);

        [Send<ShapesClient>("settable")]
        public sealed class Settable
        {
            public string Title { get; set; } = "";

            public int Count { get; set; } = 20;

            public required string Room { get; init; }

            public List<string> Tags { get; init; } = [];

            public string? Note { get; set; }

            public DateTimeOffset At { get; set; }

            public string Must { get; set; } = null!;

            [JsonIgnore]
            public string Hidden { get; set; } = "";

            public int Sum => Count;
        }

        [Send<ShapesClient>("both")]
        public sealed record Both(int CancellationToken = 1)
        {
            public required string Why { get; init; }

            public string? Later { get; init; }
        }

        [Send<ShapesClient>("chosen")]
        public sealed class Chosen
        {
            public Chosen(int a) => A = a;

            [JsonConstructor]
            public Chosen(int a, string b) : this(a) => B = b;

            public int A { get; }

            public string? B { get; }
        }

        [Send<ShapesClient>("several")]
        public sealed class Several
        {
            public Several(int a) => A = a;

            public Several(string b) => A = b.Length;

            public int A { get; }
        }

        [Call<ShapesClient, Side?>("array")]
        public sealed record ArrayRequest(IReadOnlyList<(int, string?)> Pairs, Dictionary<string, int[]>? Map, params string[] Rest);

        [JsonSerializable(typeof(Defaults)), JsonSerializable(typeof(Settable)), JsonSerializable(typeof(Both)), JsonSerializable(typeof(Chosen))]
        [JsonSerializable(typeof(Several)), JsonSerializable(typeof(ArrayRequest)), JsonSerializable(typeof(Side?))]
        public partial class ShapesJson : JsonSerializerContext;
        """;

    public const string MethodNames =
        """
        namespace Naming;

        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(NamingJson))]
        [Calls]
        public partial class NamingClient
        {
            private readonly int _runtime = 1;

            public int Wire() => _runtime;

            public Task SayAsync(string text) => SayAsync(text, "", default).AsTask();
        }

        public partial interface INamingClient
        {
            int Wire();
        }

        [Send<NamingClient>("say")]
        public sealed record SayCommand(string Text, string Room);

        [Send<NamingClient>("chat"), Receive<NamingClient>("chat")]
        public sealed record ChatMessage(string Text);

        [Receive<NamingClient>("many")]
        public sealed record OldMessages(string[] Items);

        [Send<NamingClient>("request")]
        public sealed record Request;

        [Call<NamingClient, int>("call")]
        public sealed record Call(int URLPath, int ID);

        [Call<NamingClient, int>("get")]
        public sealed record GetThingRequest;

        [JsonSerializable(typeof(SayCommand)), JsonSerializable(typeof(ChatMessage)), JsonSerializable(typeof(OldMessages)), JsonSerializable(typeof(Request))]
        [JsonSerializable(typeof(Call)), JsonSerializable(typeof(GetThingRequest)), JsonSerializable(typeof(int))]
        public partial class NamingJson : JsonSerializerContext;
        """;

    public const string OddText =
        """
        namespace @class.@namespace;

        [WebSocketClient("wss://odd.example/a?b=<c>&d=\"", Discriminator = "/a\"b/{c}~0\\", JsonContext = typeof(OddJson))]
        public partial class @event;

        [Send<@event>("quote\" backslash\\ line\n\u2028 half \uD800 smile \U0001F600 <tag>&é */")]
        public sealed record Odd(string @if);

        [Receive<@event>("quote\" <tag> \n\u2028")]
        public sealed record Even(string @else);

        [JsonSerializable(typeof(Odd)), JsonSerializable(typeof(Even))]
        public partial class OddJson : JsonSerializerContext;
        """;

    public const string Streams =
        """
        namespace Markets;

        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(MarketJson))]
        public partial class MarketClient;

        [Receive<MarketClient>("tick", Key = nameof(Tick.Symbol), FullMode = MessageStreamFullMode.Latest, Capacity = 64)]
        public sealed record Tick(string Symbol, decimal Price);

        [Receive<MarketClient>("trade", FullMode = MessageStreamFullMode.DropOldest)]
        public sealed record Trade(string Symbol, decimal Price);

        public record Numbered
        {
            public int? Level { get; init; }
        }

        [Receive<MarketClient>("depth", Key = nameof(Numbered.Level))]
        public sealed record Depth(decimal[] Bids) : Numbered;

        [JsonSerializable(typeof(Tick)), JsonSerializable(typeof(Trade)), JsonSerializable(typeof(Depth))]
        public partial class MarketJson : JsonSerializerContext;
        """;

    public const string Bare =
        """
        [WebSocketClient]
        public partial class BareClient;
        """;

    public static Dictionary<string, string> All => new(Own.Concat(MethodSamples.All).Concat(ProtocolSamples.All));

    private static Dictionary<string, string> Own => new()
    {
        [nameof(Chat)] = Chat,
        [nameof(JsonRpc)] = JsonRpc,
        [nameof(NestedLocators)] = NestedLocators,
        [nameof(NestedClient)] = NestedClient,
        [nameof(Fields)] = Fields,
        [nameof(MethodNames)] = MethodNames,
        [nameof(OddText)] = OddText,
        [nameof(Streams)] = Streams,
        [nameof(Bare)] = Bare,
    };
}
