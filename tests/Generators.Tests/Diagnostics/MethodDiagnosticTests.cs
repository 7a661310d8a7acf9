using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Diagnostics;

public class MethodDiagnosticTests
{
    [Theory]
    [InlineData("[Call(\"x\")] public Task<int> Get() => null!;", "Get")]
    [InlineData("[Call(\"x\")] public partial Task<int> Get(); public partial Task<int> Get() => null!;", "Get")]
    [InlineData("[Event(\"x\")] public MessageStream<int> Ints() => null!;", "Ints")]
    public async Task NWS0045_tells_a_method_that_is_not_partial_or_has_a_body(string method, string under) => await TellsAsync(method, ("NWS0045", under));

    [Theory]
    [InlineData("[Call(\"x\")] public static partial Task<int> Get();")]
    [InlineData("[Call(\"x\")] public partial Task<int> Get<T>();")]
    [InlineData("[Call(\"x\")] public partial Task<int> Get(ref int x);")]
    [InlineData("[Call(\"x\")] public partial Task<int> Get(in int x);")]
    [InlineData("[Send(\"x\")] public partial ValueTask Get(Span<byte> x);")]
    public async Task NWS0046_tells_a_method_that_is_not_ordinary(string method) => await TellsAsync(method, ("NWS0046", "Get"));

    [Theory]
    [InlineData("[Call(\"x\")] public partial ValueTask<int> M();", "ValueTask<int>")]
    [InlineData("[Call(\"x\")] public partial void M();", "void")]
    [InlineData("[Send(\"x\")] public partial Task M();", "Task")]
    [InlineData("[Event(\"x\")] public partial IAsyncEnumerable<int> M();", "IAsyncEnumerable<int>")]
    [InlineData("[Topic(\"s\", \"u\", \"t\")] public partial Task<int> M();", "Task<int>")]
    [InlineData("[SendBinary] public partial Task M(byte[] data);", "Task")]
    [InlineData("[ReceiveBinary] public partial Task<byte[]> M();", "Task<byte[]>")]
    public async Task NWS0047_tells_another_return_type(string method, string under) => await TellsAsync(method, ("NWS0047", under));

    [Theory]
    [InlineData("[Event(\"x\")] public partial MessageStream<int> M(CancellationToken token);", "token")]
    [InlineData("[Event(\"x\")] public partial MessageStream<int> M(string room);", "room")]
    [InlineData("[Call(\"x\")] public partial Task<int> M(MessageStreamOptions? options);", "options")]
    [InlineData("[Call(\"x\")] public partial Task<int> M(CancellationToken a, CancellationToken b);", "b")]
    [InlineData("[Call(\"x\")] public partial Task<int> M([Scope] int session);", "session")]
    [InlineData("[Send(\"x\")] public partial ValueTask M([Scope] string session);", "session")]
    [InlineData("[ReceiveBinary] public partial MessageStream<byte[]> M(int channel);", "channel")]
    public async Task NWS0048_tells_a_parameter_without_a_meaning(string method, string under) => await TellsAsync(method, ("NWS0048", under));

    [Fact]
    public async Task NWS0049_tells_a_scope_without_a_place() =>
        await TellsAsync("[Call(\"x\")] public partial Task<int> M([Scope] string? session = null);", ("NWS0049", "M"));

    [Fact]
    public async Task NWS0049_is_silent_with_a_place() => await Analysis.IsSilentAsync(
        Client("[Call(\"x\")] public partial Task<int> M([Scope] string? session = null);", calls: "Params = \"/params\", Scope = \"/session\""));

    [Theory]
    [InlineData("[Topic(\"s\", \"u\", \"{a}@{b}\")] public partial MessageStream<int> M(string a);", "\"{a}@{b}\"")]
    [InlineData("[Topic(\"s\", \"u\", \"{A}\")] public partial MessageStream<int> M(string A, int b);", "\"{A}\"")]
    [InlineData("[Topic(\"s\", \"u\", \"{a\")] public partial MessageStream<int> M(string a);", "\"{a\"")]
    [InlineData("[Topic(\"s\", \"u\", \"\")] public partial MessageStream<int> M();", "\"\"")]
    [InlineData("[Subscribe(\"s\", Topic = \"{b}\", At = \"/k\", Unsubscribe = \"u\")] public partial MessageStream<int> M(string a);", "\"{b}\"")]
    public async Task NWS0050_tells_a_topic_that_does_not_fit(string method, string under) => await TellsAsync(method, ("NWS0050", under));

    [Fact]
    public async Task NWS0050_tells_a_property_that_is_not_there() => await Analysis.TellsAsync(
        Client("") + "\n[Subscribe<Chat, int>(\"s\", Topic = \"{Rooms}\", At = \"/k\", Unsubscribe = \"u\")] public sealed record Join(string Room);",
        ("NWS0050", "\"{Rooms}\""));

    [Theory]
    [InlineData("[Subscribe(\"s\", Topic = \"{a}\", At = \"/k\")] public partial MessageStream<int> M(string a);", "Subscribe(\"s\", Topic = \"{a}\", At = \"/k\")")]
    [InlineData("[Topic(\"s\", \"\", \"{a}\")] public partial MessageStream<int> M(string a);", "\"\"")]
    public async Task NWS0051_warns_of_a_subscription_without_an_end(string method, string under) => await TellsAsync(method, ("NWS0051", under));

    [Theory]
    [InlineData("Subscribe(\"s\", Unsubscribe = \"u\")")]
    [InlineData("Subscribe(\"s\", Unsubscribe = \"u\", Topic = \"{a} {a}\", At = \"/k\")")]
    [InlineData("Subscribe(\"s\", Unsubscribe = \"u\", Topic = \"{a} {a}\")")]
    [InlineData("Subscribe(\"s\", Unsubscribe = \"u\", KeyFrom = SubscriptionKey.Result)")]
    public async Task NWS0052_tells_a_key_that_is_not_whole(string attribute) =>
        await TellsAsync($"[{attribute}] public partial MessageStream<int> M(string a);", ("NWS0052", attribute));

    [Fact]
    public async Task NWS0052_tells_a_topic_whose_key_is_of_the_reply() => await TellsAsync(
        "[Subscribe(\"s\", Unsubscribe = \"u\", KeyFrom = SubscriptionKey.Result, At = \"/k\", Topic = \"{a}\")] public partial MessageStream<int> M(string a);",
        ("NWS0052", "\"{a}\""));

    [Theory]
    [InlineData("[SendBinary] public partial ValueTask M(short[] data);", "data")]
    [InlineData("[SendBinary] public partial ValueTask M(string data, CancellationToken token);", "data")]
    [InlineData("[SendBinary] public partial ValueTask M();", "M")]
    [InlineData("[SendBinary] public partial ValueTask M(byte[] a, byte[] b);", "M")]
    [InlineData("[ReceiveBinary] public partial MessageStream<string> M();", "MessageStream<string>")]
    [InlineData("[ReceiveBinary] public partial MessageStream<Memory<byte>> M();", "MessageStream<Memory<byte>>")]
    public async Task NWS0053_tells_what_is_no_binary_message(string method, string under) => await TellsAsync(method, ("NWS0053", under));

    [Theory]
    [InlineData("[Handles(\"x\")] private int M() => 1;", "int")]
    [InlineData("[Handles(\"x\")] private Task M(int a, int b) => Task.CompletedTask;", "M")]
    [InlineData("[Handles(\"x\")] private Task M(CancellationToken token, int a) => Task.CompletedTask;", "M")]
    [InlineData("[Handles(\"x\", MaxConcurrent = 0)] private Task M() => Task.CompletedTask;", "0")]
    public async Task NWS0054_tells_a_handler_with_another_signature(string method, string under) => await TellsAsync(method, ("NWS0054", under));

    [Fact]
    public async Task NWS0055_tells_the_second_handler_of_a_method() => await TellsAsync(
        "[Handles(\"x\")] private Task One() => Task.CompletedTask;\n[Handles(\"x\")] private Task Two() => Task.CompletedTask;\n[Handles(\"y\")] private Task Three() => Task.CompletedTask;",
        ("NWS0055", "Two"));

    [Theory]
    [InlineData("", "")]
    [InlineData("(1, 2)", "(1, 2)")]
    [InlineData("(0x01)", "((byte)1)")]
    public async Task NWS0063_tells_the_second_stream_of_the_same_binary_messages(string one, string other) => await TellsAsync(
        $"[ReceiveBinary{one}] public partial MessageStream<byte[]> One();\n[ReceiveBinary{other}] public partial MessageStream<System.IO.Stream> Two();", ("NWS0063", "Two"));

    [Theory]
    [InlineData("", "(1)")]
    [InlineData("(1)", "(1, 2)")]
    [InlineData("(1)", "(2)")]
    public async Task NWS0063_is_silent_where_the_longer_prefix_decides(string one, string other) => await TellsAsync(
        $"[ReceiveBinary{one}] public partial MessageStream<byte[]> One();\n[ReceiveBinary{other}] public partial MessageStream<byte[]> Two();\n[SendBinary{one}] public partial ValueTask Send(byte[] bytes);\n[SendBinary{one}] public partial ValueTask Send(System.IO.Stream bytes);");

    [Theory]
    [InlineData("[Event(\"x\")] public partial MessageStream<Row[]> M();", "M")]
    [InlineData("[Event(\"x\")] public partial MessageStream<Dictionary<string, List<Row>>> M();", "M")]
    [InlineData("[Call(\"x\")] public partial Task<int> M(int a, List<Row> rows);", "rows")]
    public async Task NWS0009_tells_a_collection_of_records_by_position(string method, string under) => await Analysis.TellsAsync(
        Client(method) + "[Positional] public sealed record Row(int A);", ("NWS0009", under));

    [Fact]
    public async Task NWS0009_tells_an_error_by_position() => await Analysis.TellsAsync(
        Client("", "ErrorType = typeof(Row)") + "[Positional] public sealed record Row(int A);", ("NWS0009", "typeof(Row)"));

    [Fact]
    public async Task NWS0056_tells_a_method_of_a_class_that_is_no_client() => await Analysis.TellsAsync(
        "public partial class Other { [Handles(\"x\")] public Task M() => Task.CompletedTask; }", ("NWS0056", "M"));

    [Theory]
    [InlineData("[Positional] public sealed class Row { public int A { get; set; } }")]
    [InlineData("[Positional] public sealed class Row { public Row(int a) { } public Row(string a) { } }")]
    [InlineData("[Positional] public sealed record Row(int A, Row? Next);")]
    [InlineData("[Positional] public sealed class Row(ref int a) { public int A { get; } = a; }")]
    public async Task NWS0057_tells_a_record_that_has_no_order(string record) => await Analysis.TellsAsync(record, ("NWS0057", "Row"));

    [Theory]
    [InlineData("[property: Mine] string A", "an attribute of its own")]
    [InlineData("[property: JsonConverter(typeof(string))] string A", "cannot be made")]
    [InlineData("[property: JsonConverter(typeof(Abstract))] string A", "cannot be made")]
    [InlineData("[property: JsonConverter(typeof(Open<>))] string A", "cannot be made")]
    [InlineData("[property: JsonConverter(typeof(NeedsMore))] string A", "cannot be made")]
    [InlineData("[property: JsonConverter(typeof(Hidden.Inside))] string A", "cannot be made")]
    [InlineData("[property: JsonConverter(typeof(OfInt))] string A", "is not one of string")]
    [InlineData("[property: JsonConverter(typeof(OfInt))] long? A", "is not one of long?")]
    [InlineData("[property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] int[] A", "how a number by position stands")]
    [InlineData("[property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] string A", "how a number by position stands")]
    public async Task NWS0057_tells_a_field_whose_attributes_cannot_be_followed(string field, string why)
    {
        IReadOnlyList<Diagnostic> found = await Analysis.DiagnoseAsync($"[Positional] public sealed record Row({field});" + Converters);
        Assert.Contains(why, Assert.Single(found, static d => d.Id == "NWS0057").GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int A, List<int> B, Row? C = null")]
    [InlineData("int A, decimal?[] B")]
    public async Task NWS0057_tells_numbers_that_the_handling_of_their_record_does_not_reach(string fields) => await Analysis.TellsAsync(
        $"[Positional, JsonNumberHandling(JsonNumberHandling.WriteAsString)] public sealed record Row({fields});".Replace(", Row? C = null", "", StringComparison.Ordinal), ("NWS0057", "Row"));

    [Theory]
    [InlineData("[property: JsonConverter(typeof(OfInt))] int A, [property: JsonConverter(typeof(OfInt))] int? B, [property: JsonConverter(typeof(OfMaybe))] int? C")]
    [InlineData("[property: JsonConverter(typeof(JsonStringEnumConverter<DayOfWeek>))] DayOfWeek A")]
    [InlineData("int A, [property: JsonConverter(typeof(OfRow))] Row? B")]
    [InlineData("[property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] int A, string B")]
    public async Task NWS0057_is_silent_where_they_can(string fields) => await Analysis.TellsAsync($"[Positional] public sealed record Row({fields});" + Converters);

    private const string Converters =
        """
        public sealed class MineAttribute : JsonConverterAttribute;
        public abstract class Of<T> : JsonConverter<T>
        {
            public override T Read(ref System.Text.Json.Utf8JsonReader reader, Type type, System.Text.Json.JsonSerializerOptions options) => throw new NotSupportedException();
            public override void Write(System.Text.Json.Utf8JsonWriter writer, T value, System.Text.Json.JsonSerializerOptions options) => throw new NotSupportedException();
        }
        public sealed class OfInt : Of<int>;
        public sealed class OfMaybe : Of<int?>;
        public sealed class OfRow : Of<Row>;
        public abstract class Abstract : Of<string>;
        public sealed class Open<T> : Of<T>;
        public sealed class NeedsMore(int more) : Of<string> { public int More { get; } = more; }
        public static class Hidden { public sealed class Inside : Of<string> { private Inside() { } } }
        """;

    [Theory]
    [InlineData("PropertyNameCaseInsensitive = true")]
    [InlineData("System.Text.Json.JsonSerializerDefaults.Web")]
    public async Task NWS0058_warns_of_names_that_differ_only_in_case(string options)
    {
        await Analysis.TellsAsync(Cased(options), ("NWS0058", "M"), ("NWS0058", "B"));
    }

    [Theory]
    [InlineData("PropertyNameCaseInsensitive = false")]
    [InlineData("System.Text.Json.JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false")]
    public async Task NWS0058_is_silent_where_case_counts(string options) => await Analysis.IsSilentAsync(Cased(options));

    [Theory]
    [InlineData("public sealed class Inner", "Inner Value { get; set; }")]
    [InlineData("public struct Inner", "Inner Value { get; set; }")]
    [InlineData("public struct Inner", "Inner? Value { get; set; }")]
    [InlineData("public record Inner", "Inner[] Value { get; set; }")]
    [InlineData("public record Inner", "Dictionary<string, List<Inner>> Value { get; set; }")]
    [InlineData("public class Inner", "Outer<Inner> Value { get; set; }")]
    [InlineData("public class Inner", "Last Value { get; set; }")]
    [InlineData("public class Inner", "Rows Value { get; set; }")]
    [InlineData("public class Inner", "Kinds Value { get; set; }")]
    public async Task NWS0058_looks_at_all_that_stands_in_a_message(string inner, string property) => await Analysis.TellsAsync(
        Nested(inner, $"[Receive<Chat>(\"x\")] public sealed class Message {{ public {property} }}"), ("NWS0058", "E"));

    [Theory]
    [InlineData("[Receive<Chat>(\"x\")] public sealed class Message : Inner;")]
    [InlineData("[Receive<Chat>(\"x\"), Send<Chat>(\"y\")] public struct Message { public Inner[] Items { get; set; } }")]
    [InlineData("[Positional, Receive<Chat>(\"x\", Payload = \"/d\")] public sealed record Message(Inner Item);")]
    [InlineData("[Call<Chat, Inner>(\"x\")] public sealed class Message;")]
    [InlineData("[Call<Chat, MessageStream<Inner>>(\"x\")] public sealed class Message;")]
    [InlineData("[Subscribe<Chat, Inner>(\"x\", KeyFrom = SubscriptionKey.RequestId, UnsubscribeRequest = \"{\\\"id\\\":{id}}\")] public sealed class Message;")]
    [InlineData("public sealed class Message; public partial class Chat { [Event(\"x\")] public partial MessageStream<Inner> M(); }")]
    [InlineData("public sealed class Message; public partial class Chat { [Call(\"x\")] public partial Task M(string a, Inner[] inners); }")]
    [InlineData("public sealed class Message; public partial class Chat { [Send(\"x\")] public partial ValueTask M(Inner inner); }")]
    [InlineData("public sealed class Message; public partial class Chat { [Handles(\"x\")] private Task<Inner> M(Inner inner) => Task.FromResult(inner); }")]
    public async Task NWS0058_looks_at_all_types_of_a_contract(string message) => await Analysis.TellsAsync(Nested("public class Inner", message), ("NWS0058", "E"));

    [Theory]
    [InlineData("[JsonIgnore] ", "")]
    [InlineData("private ", "")]
    [InlineData("static ", "")]
    public async Task NWS0058_is_silent_where_one_is_not_in_the_JSON(string before, string other) => await Analysis.IsSilentAsync(
        Nested("public class Inner", "[Receive<Chat>(\"x\")] public sealed class Message { public Inner? Value { get; set; } }").Replace("public long E", $"{before}{(before.StartsWith('p') ? "" : "public ")}{other}long E", StringComparison.Ordinal));

    [Fact]
    public async Task NWS0058_is_silent_for_a_name_that_hides_that_of_a_base() => await Analysis.IsSilentAsync(
        Nested("public class Inner", "[Receive<Chat>(\"x\")] public sealed class Message : Base { [JsonPropertyName(\"E\")] public new int A { get; set; } } public class Base { public int A { get; set; } }"));

    [Theory]
    [InlineData("[Call(\"x\")] public partial Task M([Param(\"v\")] int v, [Param(\"v\")] int w);", "w")]
    [InlineData("[Send(\"x\")] public partial ValueTask M(int v, [Param(\"v\")] int w);", "w")]
    public async Task NWS0048_tells_two_parameters_of_one_name(string method, string under) => await TellsAsync(method, ("NWS0048", under));

    [Theory]
    [InlineData("[Topic(\"s\", \"u\", \"{a}\")] public partial MessageStream<int> M(string a);", "")]
    [InlineData("[Topic(\"s\", \"u\", \"{a}\")] public partial MessageStream<int> M(string a);", "[Calls]")]
    [InlineData("[Subscribe(\"s\", Topic = \"{a}\", Unsubscribe = \"u\")] public partial MessageStream<int> M(string a);", "")]
    public async Task NWS0059_tells_a_subscription_that_has_no_message(string method, string calls) => await Analysis.TellsAsync(
        $$"""
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson))] {{calls}}
        public partial class Chat
        {
            {{method}}
        }
        [JsonSerializable(typeof(int))] public partial class ChatJson : JsonSerializerContext;
        """,
        ("NWS0059", "M"));

    [Theory]
    [InlineData("[Call(\"x\")] public partial Task<long> M();")]
    [InlineData("[Call(\"x\")] public partial Task<int> M(List<int> numbers, string a);")]
    [InlineData("[Call(\"x\")] public partial Task<int> M(Missing request);")]
    [InlineData("[Event(\"x\")] public partial MessageStream<Missing> M();")]
    [InlineData("[Handles(\"x\")] private Task<Missing> M() => null!;")]
    [InlineData("[Subscribe(\"s\", Topic = \"{a}\", At = \"/k\", Unsubscribe = \"u\")] public partial MessageStream<Missing> M(DayOfWeek a);", 2)]
    public async Task NWS0008_tells_types_of_methods_that_the_context_does_not_know(string method, int count = 1) => await Analysis.TellsAsync(
        Client(method) + "\npublic sealed record Missing;", [.. Enumerable.Repeat(("NWS0008", "M"), count)]);

    [Theory]
    [InlineData("[Call(\"x\")] public partial Task<int> M();", "NWS0007")]
    [InlineData("[Event(\"x\", \"y\")] public partial MessageStream<int> M();", "NWS0026")]
    public async Task What_a_method_needs_of_its_client_is_told(string method, string id) => await Analysis.TellsAsync(
        $$"""
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson))] public partial class Chat { {{method}} }
        [JsonSerializable(typeof(int))] public partial class ChatJson : JsonSerializerContext;
        """,
        (id, "M"));

    [Fact]
    public async Task A_stream_that_keeps_the_latest_needs_a_key() => await TellsAsync(
        "[Event(\"x\", FullMode = MessageStreamFullMode.Latest)] public partial MessageStream<int> M();", ("NWS0022", "MessageStreamFullMode.Latest"));

    [Fact]
    public async Task Two_streams_of_one_kind_of_message_are_told() => await TellsAsync(
        "[Event(\"x\")] public partial MessageStream<int> A();\n[Event(\"x\")] public partial MessageStream<int> B();", ("NWS0005", "Event(\"x\")"));

    [Theory]
    [InlineData("[Call(\"x\")] public partial ValueTask<int> M();")]
    [InlineData("[Topic(\"s\", \"u\", \"{b}\")] public partial MessageStream<int> M(string a);")]
    [InlineData("[Call(\"x\")] public partial Task<long> M();")]
    [InlineData("[Handles(\"x\")] private Task One() => Task.CompletedTask; [Handles(\"x\")] private Task Two() => Task.CompletedTask;")]
    public void Nothing_is_generated_for_a_client_with_a_wrong_method_but_what_lets_the_compiler_tell_why(string method)
    {
        (Compilation compilation, IReadOnlyDictionary<string, string> generated) = TestCompilation.Generate(Client(method));

        // Of the other halves there is nothing but that they throw.
        Assert.Equal(method.Contains("partial", StringComparison.Ordinal) ? 1 : 0, generated.Count);
        Assert.All(generated.Values, static text =>
        {
            Assert.DoesNotContain("interface", text, StringComparison.Ordinal);
            Assert.DoesNotContain("ClientRuntime", text, StringComparison.Ordinal);
            Assert.Equal(1, text.Split("=> throw").Length - 1);
        });

        // The compiler stops at errors in declarations, such as CS8795, before any analyzer runs.
        Assert.DoesNotContain(compilation.GetDeclarationDiagnostics(TestContext.Current.CancellationToken), static d => d.Severity == DiagnosticSeverity.Error);
    }

    private static Task TellsAsync(string method, params (string Id, string Under)[] expected) => Analysis.TellsAsync(Client(method), expected);

    private static string Client(string members, string calls = "Params = \"/params\"") =>
        $$"""
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson)), Calls({{calls}})]
        public partial class Chat
        {
            {{members}}
        }

        [JsonSerializable(typeof(int))]
        public partial class ChatJson : JsonSerializerContext;
        """;

    private static string Nested(string inner, string message) =>
        $$$"""
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson)), Calls(Item = "{\"id\":{id},\"item\":{item}}", End = "{\"id\":{id},\"end\":true}")]
        public partial class Chat;

        {{{message}}}

        {{{inner}}}
        {
            [JsonPropertyName("e")] public string? Kind { get; set; }

            public long E { get; set; }

            public Inner[]? Others { get; set; }
        }

        public sealed class Outer<T> { public List<T>? Items { get; set; } }
        public class Rows : List<Inner>;
        public class Middle { public Inner? Inner { get; set; } }
        public sealed class Last : Middle { [JsonInclude] public int Field; }
        [JsonDerivedType(typeof(Kind), "k")] public abstract class Kinds;
        public sealed class Kind : Kinds { public Inner? Inner { get; set; } }

        [JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
        [JsonSerializable(typeof(Message)), JsonSerializable(typeof(Inner)), JsonSerializable(typeof(Inner[])), JsonSerializable(typeof(string))]
        public partial class ChatJson : JsonSerializerContext;
        """;

    private static string Cased(string options) =>
        $$"""
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson)), Calls]
        public partial class Chat
        {
            [Call("x")] public partial Task<int> M([Param("v")] int v, [Param("V")] int w);
        }

        [Receive<Chat>("e")]
        public sealed record Event
        {
            [JsonPropertyName("e")] public string? A { get; init; }

            [JsonPropertyName("E")] public long B { get; init; }
        }

        [JsonSourceGenerationOptions({{options}}), JsonSerializable(typeof(int)), JsonSerializable(typeof(Event))]
        public partial class ChatJson : JsonSerializerContext;
        """;
}
