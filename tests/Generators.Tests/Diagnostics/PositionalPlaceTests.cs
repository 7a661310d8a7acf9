using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Diagnostics;

public class PositionalPlaceTests
{
    public static TheoryData<string> Protocols =>
        [.. Directory.EnumerateFiles(Repository.PathOf("samples", "Protocols"), "*.cs").Select(static p => Path.GetFileName(p))];

    [Theory]
    [InlineData("Row")]
    [InlineData("Row?")]
    [InlineData("Cell")]
    [InlineData("Cell?")]
    [InlineData("Row[]")]
    [InlineData("Row[][]")]
    [InlineData("List<Row>?")]
    [InlineData("Cell?[]")]
    [InlineData("IReadOnlyDictionary<string, Row>")]
    [InlineData("Dictionary<string, List<Row?>>")]
    public async Task NWS0065_tells_a_property_of_an_object(string type) => await TellsAsync(
        $"[Receive<Chat>(\"x\")] public sealed record Message(string Name, {type} Last);", "Last");

    [Theory]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message(Inner Inner);")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message(Dictionary<string, Inner[]> Inners);")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed class Message { public Middle? Middle { get; set; } } public class Middle { public Inner? Inner { get; set; } }")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message(Base Base); [JsonDerivedType(typeof(One), \"one\")] public abstract record Base; public sealed record One(Inner Inner) : Base;")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message() : Inner(null!);")]
    [InlineData("[Receive<Chat>(\"x\"), Send<Chat>(\"y\")] public sealed record Message(Inner Inner);")]
    [InlineData("[Positional, Receive<Chat>(\"x\", Payload = \"/d\")] public sealed record Message(Inner Item, Row Row);")]
    [InlineData("[Positional, Receive<Chat>(\"x\", Payload = \"/d\")] public sealed class Message(Inner[] items) { public int Count { get; } = items.Length; }")]
    [InlineData("[Call<Chat, Inner>(\"x\")] public sealed class Message;")]
    [InlineData("[Call<Chat, MessageStream<Inner>>(\"x\")] public sealed class Message;")]
    [InlineData("[Subscribe<Chat, Inner>(\"x\", KeyFrom = SubscriptionKey.RequestId, UnsubscribeRequest = \"{\\\"id\\\":{id}}\")] public sealed class Message;")]
    [InlineData("public sealed class Message; public partial class Chat { [Event(\"x\")] public partial MessageStream<Inner> M(); }")]
    [InlineData("public sealed class Message; public partial class Chat { [Event(\"x\")] public partial MessageStream<Inner[]> M(); }")]
    [InlineData("public sealed class Message; public partial class Chat { [Call(\"x\")] public partial Task<Inner> M(string a); }")]
    [InlineData("public sealed class Message; public partial class Chat { [Call(\"x\")] public partial Task M(string a, Inner[] inners); }")]
    [InlineData("public sealed class Message; public partial class Chat { [Send(\"x\")] public partial ValueTask M(Inner inner); }")]
    [InlineData("public sealed class Message; public partial class Chat { [Handles(\"x\")] private Task<Inner> M(Inner inner) => Task.FromResult(inner); }")]
    public async Task NWS0065_looks_at_all_types_of_a_contract(string message) => await TellsAsync(message + " public record Inner(Row Last);", "Last");

    [Fact]
    public async Task NWS0065_looks_at_errors_of_calls() => await Analysis.TellsAsync(
        Contract("public sealed class Message; public sealed record Refusal(Row Last);").Replace("Calls(", "Calls(ErrorType = typeof(Refusal), ", StringComparison.Ordinal), ("NWS0065", "Last"));

    [Fact]
    public async Task NWS0065_tells_each_property_once() => await TellsAsync(
        "[Receive<Chat>(\"x\"), Send<Chat>(\"z\")] public sealed record Message(Row First, Row[] Others) : Base; public record Base { public Cell? Cell { get; init; } }",
        "First", "Others", "Cell");

    [Theory]
    [InlineData("[Positional, Receive<Chat>(\"x\", Payload = \"/d\")] public sealed record Message(Row[] Last);", "Last")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message(Rows Last); public sealed class Rows : List<Row>;", "Rows")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed class Message : Dictionary<string, Row>;", "Message")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message(Outer<Row> Outer); public sealed record Outer<T>(T Value);", "Value")]
    [InlineData("public sealed class Message; public partial class Chat { [Event(\"x\")] public partial MessageStream<Outer<Row>> M(); } public sealed record Outer<T>(T Value);", "Value")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message(Base Other); [JsonDerivedType(typeof(One), \"one\")] public abstract record Base; [Positional] public sealed record One(int A) : Base;", "Base")]
    public async Task NWS0065_tells_where_else_the_context_has_it(string message, string under) => await TellsAsync(message, under);

    [Theory]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message([property: JsonConverter(typeof(AnyConverter))] Row Last, [property: JsonConverter(typeof(AnyConverter))] Row[] Others);")]
    [InlineData("[Positional, Receive<Chat>(\"x\", Payload = \"/d\")] public sealed record Message([property: JsonConverter(typeof(RowsConverter))] List<Row> Last);")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message { [JsonIgnore] public Row? Last { get; init; } internal Row? Hidden { get; init; } public static Row? None { get; } public Row? Field; }")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message(int A) { public Row Last => new(A); }")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message(Converted Last, Converted[] Others);")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Message(Inner Inner); [JsonConverter(typeof(AnyConverter))] public sealed record Inner(Row Last);")]
    [InlineData("public sealed class Message; public partial class Chat { [Event(\"x\")] public partial MessageStream<Converted[]> M(); [Call(\"y\")] public partial Task<List<Converted>> N(Converted[] rows, int a); }")]
    [InlineData("[Positional, Receive<Chat>(\"x\", Payload = \"/d\")] public sealed record Message(Row Last, Row? Other, Cell Cell, Cell? Maybe, Converted[] Others);")]
    [InlineData("public sealed class Message; public partial class Chat { [Event(\"x\")] public partial MessageStream<Row> M(); [Call(\"y\")] public partial Task<Row> N(Row row, Cell? cell); [Handles(\"z\")] private Task<Row> A(Row row) => null!; }")]
    [InlineData("public sealed class Message; public sealed record Elsewhere(Row Last);")]
    public async Task NWS0065_is_silent_where_it_is_an_array_or_not_there(string message) => await TellsAsync(message);

    [Fact]
    public async Task NWS0065_tells_a_property_that_only_sending_writes() => await TellsAsync(
        "[Receive<Chat>(\"x\"), Send<Chat>(\"y\")] public sealed record Message(int A) { public Row Last => new(A); }", "Last");

    [Theory]
    [InlineData("RowConverter", false)]
    [InlineData("AnyFactory", false)]
    [InlineData("NumberConverter", true)]
    [InlineData("JsonStringEnumConverter<DayOfWeek>", true)]
    public async Task NWS0065_hears_of_converters_of_the_context(string converter, bool isTold) => await TellsAsync(
        $$"""
        [Receive<Chat>("x")] public sealed record Message(Row[] Last);
        [JsonSourceGenerationOptions(Converters = [typeof({{converter}})])] public partial class ChatJson;
        public abstract class RowConverter : JsonConverter<Row>;
        public abstract class NumberConverter : JsonConverter<int>;
        public abstract class AnyFactory : JsonConverterFactory;
        """,
        isTold ? ["Last"] : []);

    [Theory]
    [InlineData("[Event(\"x\")] public partial MessageStream<Cell?> M();", "M")]
    [InlineData("[Call(\"x\")] public partial Task<Cell?> M();", "M")]
    public async Task NWS0009_tells_a_struct_by_position_that_may_be_null(string method, string under) => await Analysis.TellsAsync(
        Contract($"public sealed class Message; public partial class Chat {{ {method} }}"), ("NWS0009", under));

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task NWS0065_is_silent_for_contracts_of_real_protocols(string file)
    {
        string source = await File.ReadAllTextAsync(Repository.PathOf("samples", "Protocols", file), TestContext.Current.CancellationToken);
        IReadOnlyList<Diagnostic> found = await Analysis.DiagnoseAsync("using System.IO;\n" + source);

        Assert.DoesNotContain(found, static d => d.Id is "NWS0065" or "NWS0009" or "AD0001");
    }

    private static Task TellsAsync(string message, params string[] under) =>
        Analysis.TellsAsync(Contract(message), [.. under.Select(static u => ("NWS0065", u))]);

    private static string Contract(string message) =>
        $$$"""
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson)), Calls(Params = "/params", Item = "{\"id\":{id},\"item\":{item}}", End = "{\"id\":{id},\"end\":true}")]
        public partial class Chat;

        {{{message}}}

        [Positional] public sealed record Row(int A);
        [Positional] public readonly record struct Cell(int A);
        [Positional, JsonConverter(typeof(AnyConverter))] public sealed record Converted(int A);
        public abstract class AnyConverter : JsonConverter<object>;
        public sealed class RowsConverter : JsonConverter<List<Row>>
        {
            public override List<Row>? Read(ref System.Text.Json.Utf8JsonReader reader, Type type, System.Text.Json.JsonSerializerOptions options) => null;
            public override void Write(System.Text.Json.Utf8JsonWriter writer, List<Row> value, System.Text.Json.JsonSerializerOptions options) => writer.WriteNullValue();
        }

        [JsonSerializable(typeof(Message)), JsonSerializable(typeof(int)), JsonSerializable(typeof(string))]
        {{{string.Join("\n", Registered.Where(message.Contains).Select(static t => $"[JsonSerializable(typeof({t}))]"))}}}
        public partial class ChatJson : JsonSerializerContext;
        """;

    // What the contracts need besides; the context is told only of types that are there.
    private static readonly string[] Registered = ["Inner", "Inner[]", "Refusal", "Row[]", "List<Row>", "Outer<Row>", "Converted[]", "List<Converted>"];
}
