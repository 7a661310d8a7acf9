using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Emitting;

/// <summary>
/// Contracts that nobody writes until somebody does. Each compiles without a word of the compiler's, or is told of by a diagnostic of ours: what is generated is never the place of an error.
/// </summary>
public class OddContractTests
{
    /// <summary>Members of a client that work.</summary>
    public static TheoryData<string> Methods =>
    [
        // Parameters
        "[Call(\"x\")] public partial Task<int> M(string? a, int? b, int[]? c = null, string[]? d = null);",
        "[Call(\"x\")] public partial Task<int> M(string a = \"q\\\"\\n{}\", int b = -1, double c = double.NaN, bool d = true, char e = '\\'', long f = long.MinValue, DayOfWeek g = DayOfWeek.Friday, decimal h = 1.5m);",
        "[Call(\"x\")] public partial Task<int> M(float a = float.PositiveInfinity, double b = 1e300, ulong c = ulong.MaxValue, DayOfWeek? d = null, Guid e = default, DateTime? f = null);",
        "[Call(\"x\")] public partial Task<int> M(string @event, int @class, bool @params, CancellationToken @default = default);",
        "[Call(\"x\")] public partial Task<int> M(string value, int writer, int request, int options, int name, CancellationToken cancellationToken);",
        "[Call(\"x\")] public partial Task<int> M(params string[] names);",
        "[Call(\"x\")] public partial Task<int> M(string a, params int[] numbers);",
        "[Call(\"x\")] public partial Task<int> M(int a, int A, int _a, int aName, int aType);",
        "[Call(\"x\")] public partial Task<int> M((int A, string B) pair);",
        "[Call(\"x\")] public partial Task<int> M(object anything, object? other = null);",
        "[Call(\"x\")] public partial Task<int> M([Param(\"a b\\\"{}\")] int a, [Param(\"\")] int b);",
        "[Call(\"x\")] public partial Task<int> M(Record a, Record? b = null);",
        "[Call(\"x\")] public partial Task<int?> M(Record? only);",
        "[Call(\"x\")] public partial Task<string?> M();",
        "[Call(\"x\")] public partial Task M(CancellationToken token, string behind);",
        "[Call(\"\")] public partial Task M();",
        "[Call(\"a\\\"\\u0001\\u2028{x}\\\\\")] public partial Task M(int a);",
        "[Call(\"x\")] public partial Task<int> M(int a); [Call(\"y\")] public partial Task<int> M(string a); [Call(\"z\")] public partial Task<int> M();",
        "[Call(\"x\")] public partial Task<int> @class(int a); [Call(\"y\")] internal partial Task<int> @event(); [Call(\"z\")] private partial Task<int> Contract(int a);",
        "[Call(\"x\")] public partial Task<int> Wire(int a); [Call(\"y\")] public partial Task<int> _runtime(int a);",
        "[Call(\"x\")] public virtual partial Task<int> M(int a); [Call(\"y\")] protected internal partial Task<int> N(int a);",
        "[Call(\"x\")] public partial Task<List<Dictionary<string, int[]>>> M(List<Dictionary<string, int[]>> a, int b);",
        "[Call(\"x\")] public partial MessageStream<int> M(int a, MessageStreamOptions? options = null);",
        "[Call(\"x\")] public partial MessageStream<Record> M(Record a);",
        "[Call(\"x\"), Obsolete] public partial Task<int> M(int a);",
        "[Send(\"x\")] public partial ValueTask M(string? a = null, int b = 3);",
        "[Send(\"x\")] public partial ValueTask M(); [Send(\"y\")] public partial ValueTask M(Required r);",
        "[Send(\"x\")] public partial ValueTask M(Initialised r); [Send(\"y\")] public partial ValueTask M(Struct r); [Send(\"z\")] public partial ValueTask M(Struct? r, int a);",

        // Topics and subscriptions
        "[Topic(\"s\", \"u\", \"{symbol}@depth{levels}\")] public partial MessageStream<int> M(string symbol, int? levels);",
        "[Topic(\"s\", \"u\", \"{a}.{b}.{c}.{d}\")] public partial MessageStream<int> M(DayOfWeek a, bool b, bool? c, decimal d);",
        "[Topic(\"s\", \"u\", \"{event}.{class}\")] public partial MessageStream<int> M(string @event, string @class = \"x\");",
        "[Topic(\"s\", \"u\", \"{{{a}}}\\\\\\\"{b}\")] public partial MessageStream<int> M(string a, DateTime b);",
        "[Topic(\"s\", \"u\", \"all\")] public partial MessageStream<int> M(MessageStreamOptions? options);",
        "[Topic(\"s\", \"u\", \"{a}\")] public partial MessageStream<int> M(string? a);",
        "[Subscribe(\"s\", Topic = \"{a} {b}\", At = \"/a /b\", Unsubscribe = \"u\")] public partial MessageStream<int> M(string? a, int b = 1, int[]? c = null);",
        "[Subscribe(\"s\", Topic = \"{Name}\", At = \"/a\", Unsubscribe = \"u\")] public partial MessageStream<int> M(Record request);",
        "[Subscribe(\"s\", Topic = \"{event}\", At = \"/a\", Unsubscribe = \"u\")] public partial MessageStream<int> M(Keywords request);",
        "[Subscribe(\"s\", KeyFrom = SubscriptionKey.RequestId, UnsubscribeRequest = \"{\\\"id\\\":{id}}\")] public partial MessageStream<int> M(string[] topics);",

        // Streams, handlers, binary
        "[Event(\"x\")] public partial MessageStream<int?> M(); [Event(\"y\")] public partial MessageStream<string?> N(MessageStreamOptions? @event = null);",
        "[Event(\"x\", FullMode = MessageStreamFullMode.Latest, Key = \"event\")] public partial MessageStream<Keywords> M();",
        "[Event(\"x\")] public partial MessageStream<Outer.Inner<int>> M();",
        "[Handles(\"x\")] private void M() { }",
        "[Handles(\"x\")] private static Task<int> M(Record? r, CancellationToken token) => Task.FromResult(1);",
        "[Handles(\"x\")] private ValueTask<int?> @event(int? a) => default; [Handles(\"y\")] private async Task N() => await Task.Yield();",
        "[ReceiveBinary(255)] public partial MessageStream<byte[]> M(MessageStreamOptions? options = null); [SendBinary(0, 1)] public partial ValueTask N(byte[] @event, CancellationToken token = default);",
    ];

    /// <summary>Members of a client that cannot work.</summary>
    public static TheoryData<string> Refused =>
    [
        "[Call(\"x\")] public partial Task<int> M<T>(T a);",
        "[Call(\"x\")] public partial Task<int> M(ref int a);",
        "[Call(\"x\")] public partial Task<int> M(in int a);",
        "[Call(\"x\")] public partial Task<int> M(ReadOnlySpan<byte> a);",
        "[Call(\"x\")] public partial Task<int> M(IntPtr a);",
        "[Call(\"x\")] public partial Task<int> M(Action a);",
        "[Call(\"x\")] public partial Task<Task<int>> M();",
        "[Call(\"x\")] public static partial Task<int> M();",
        "[Call(\"x\"), Send(\"x\")] public partial Task M(int a);",
        "[Send(\"x\"), Event(\"y\")] public partial ValueTask M(int a);",
        "[Call(\"x\")] public partial int M();",
        "[Call(\"x\")] public partial void M();",
        "[Topic(\"s\", \"u\", \"{symbols}\")] public partial MessageStream<int> M(string[] symbols);",
        "[Topic(\"s\", \"u\", \"{symbols}\")] public partial MessageStream<int> M(List<string> symbols);",
        "[Topic(\"s\", \"u\", \"{r}\")] public partial MessageStream<int> M(Record r);",
        "[Subscribe(\"s\", Topic = \"{a}\", At = \"/a\", Unsubscribe = \"u\")] public partial MessageStream<int> M(string[] a);",
        "[Subscribe(\"s\", Topic = \"{a}\", At = \"/a\", Unsubscribe = \"u\")] public partial MessageStream<int> M(Dictionary<string, int> a, int b);",
        "[ReceiveBinary] public partial MessageStream<Memory<byte>> M();",
        "[SendBinary] public partial ValueTask M(byte[] a, byte[] b);",
        "[Event(\"x\")] public partial MessageStream<int> M(string a);",
        "[Handles(\"x\")] private Task<int> M(ref int a) => Task.FromResult(a);",
        "[Call(\"x\")] public partial Task<int> ConnectAsync(CancellationToken token = default);", // IWebSocketClient has it
        "[Call(\"x\")] public partial Task<int> CloseAsync(CancellationToken token = default);",
        "[Event(\"x\")] public partial MessageStream<int> State();",
        "[Event(\"x\")] public partial MessageStream<UnknownMessage> UnknownMessages(MessageStreamOptions? options = null);",
        "[Call(\"x\")] public partial ValueTask DisposeAsync();",
        "public Task CloseAsync(CancellationToken token) => Task.CompletedTask;",
        "public int State { get; }",
        "private int UnknownMessages;",
    ];

    /// <summary>Whole contracts that work.</summary>
    public static TheoryData<string> Contracts =>
    [
        "[WebSocketClient] public partial class @class; [WebSocketClient] public partial class Plain;",
        "namespace A.@event.B { public partial class Outer { internal partial struct Middle { [WebSocketClient] private partial class Chat; } } }",
        "namespace A { public partial record Outer<T> where T : class { public sealed record X; } } [WebSocketClient] public partial class Chat;",
        "public partial interface IOuter { [WebSocketClient] public partial class Chat; }",
        "namespace System { [WebSocketClient] public partial class Task; }",
        Message("[Send<Chat>(\"s\"), Receive<Chat>(\"r\"), Idempotent] public sealed record M(string? A, int[]? B = null, DayOfWeek C = (DayOfWeek)9, string D = \"\\\"\");"),
        Message("[Send<Chat>(\"s\"), Receive<Chat>(\"r\")] public sealed record M { public required string A { get; init; } public required int? B { get; init; } public int C { get; init; } = 3; public List<int> D { get; init; } = []; }"),
        Message("[Send<Chat>(\"s\"), Receive<Chat>(\"r\")] public sealed record M(int A) { public required string B { get; init; } public string? C { get; set; } }"),
        Message("[Send<Chat>(\"s\"), Receive<Chat>(\"r\")] public sealed class M { public string @event { get; set; } = \"\"; public string? @class { get; set; } }"),
        Message("[Send<Chat>(\"s\"), Receive<Chat>(\"r\")] public sealed record M(string @event, int cancellationToken, int message, int options, int request);"),
        Message("[Send<Chat>(\"s\"), Receive<Chat>(\"r\")] public sealed record @M(int A);"),
        Message("[Send<Chat>(\"s\"), Receive<Chat>(\"r\")] public readonly record struct M(int A, string? B = null);"),
        Message("[Send<Chat>(\"s\"), Receive<Chat>(\"r\")] public struct M { public int A { get; set; } public required string B { get; set; } }"),
        Message("[Call<Chat, int?>(\"s\")] public sealed record M(int A);"),
        Message("[Call<Chat, M>(\"s\"), Call<Other, M>(\"t\")] public sealed record M(params int[] A); [WebSocketClient(Discriminator = \"/t\", JsonContext = typeof(Json)), Calls] public partial class Other;"),
        Message("[Call<Chat, MessageStream<M>>(\"s\")] public sealed record M(int options, int A = 1);"),
        Message("[Subscribe<Chat, M>(\"s\", Topic = \"{A} {B}\", At = \"/a /b\", Unsubscribe = \"u\")] public sealed record M(string? A, int? B, int[]? C = null);"),
        Message("[Receive<Chat>(\"r\")] public record M(int A) : Base(A); public record Base(int B);"),
        Message("[Send<Chat>(\"s\")] public sealed record M([property: JsonIgnore] int A, [property: JsonPropertyName(\"event\")] string B);"),
        Message("[Positional, Send<Chat>(\"s\", Payload = \"/d\"), Receive<Chat>(\"r\", Payload = \"/d\")] public sealed record M(int @event, string? B = null, M.Inner? C = null) { [Positional] public sealed record Inner(bool X, double? Y = null); }"),
        Message("#pragma warning disable CS0612\n[Obsolete, Send<Chat>(\"s\"), Receive<Chat>(\"r\")] public sealed record M(int A);"),
        Message("#pragma warning disable CS8632\n#nullable disable\n[Send<Chat>(\"s\"), Receive<Chat>(\"r\")] public sealed record M(string A, List<string> B = null);\n#nullable restore"),
    ];

    /// <summary>Whole contracts that cannot work.</summary>
    public static TheoryData<string> RefusedContracts =>
    [
        "[WebSocketClient] public partial class Chat<T>;",
        "public partial class Outer<T> { [WebSocketClient] public partial class Chat; }",
        "public class Outer { [WebSocketClient] public partial class Chat; }",
        "[WebSocketClient] public abstract partial class Chat;",
        "[WebSocketClient] public static partial class Chat;",
        "[WebSocketClient] public partial record Chat;",
        "[WebSocketClient] file partial class Chat;",
        Message("[Send<Chat>(\"s\")] public sealed record M<T>(T A);").Replace("typeof(M)", "typeof(M<int>)", StringComparison.Ordinal),
        Message("public partial class Outer<T> { [Send<Chat>(\"s\")] public sealed record M(T A); } public sealed record M;"),
        Message("[Send<Chat>(\"s\")] file sealed record M(int A);"),
        Message("[Send<Chat>(\"s\")] public ref struct M { public int A { get; set; } }").Replace(", JsonSerializable(typeof(M))", "", StringComparison.Ordinal),
        Message("[Send<Chat>(\"s\")] public abstract record M(int A);"),
        Message("[Send<Chat>(\"s\"), Send<Chat>(\"t\")] public sealed record M(int A);"),
        Message("[Subscribe<Chat, M>(\"s\", Topic = \"{A}\", At = \"/a\", Unsubscribe = \"u\")] public sealed record M(int[] A);"),
    ];

    [Theory]
    [MemberData(nameof(Methods))]
    public Task Odd_methods_work(string members) => WorksAsync(Client(members));

    [Theory]
    [MemberData(nameof(Refused))]
    public Task Odd_methods_that_cannot_work_are_told(string members) => IsToldAsync(Client(members));

    [Theory]
    [MemberData(nameof(Contracts))]
    public Task Odd_contracts_work(string source) => WorksAsync(source);

    [Theory]
    [MemberData(nameof(RefusedContracts))]
    public Task Odd_contracts_that_cannot_work_are_told(string source) => IsToldAsync(source);

    private static async Task WorksAsync(string source)
    {
        (Compilation compilation, IReadOnlyDictionary<string, string> generated) = TestCompilation.Generate(source);

        Assert.NotEmpty(generated);
        AssertNone(source, compilation.Complaints());
        AssertNone(source, await Analysis.DiagnoseAsync(source));
    }

    // The compiler may find the same in what the user wrote, and nothing in what was generated.
    private static async Task IsToldAsync(string source)
    {
        Assert.True((await Analysis.DiagnoseAsync(source)).Any(static d => d.Severity == DiagnosticSeverity.Error), source);
        Assert.All(TestCompilation.Generate(source).Generated.Values, static text => Assert.DoesNotContain("ClientRuntime", text, StringComparison.Ordinal));
    }

    private static void AssertNone(string source, IEnumerable<Diagnostic> found)
    {
        string all = string.Join("\n", found);
        Assert.True(all.Length == 0, $"{source}\n{all}");
    }

    private static string Message(string message) =>
        $$$"""
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(Json))]
        [Calls(Params = "/params", Item = "{\"id\":{id},\"item\":{item}}", End = "{\"id\":{id},\"end\":true}")]
        public partial class Chat;
        {{{message}}}
        [JsonSerializable(typeof(int)), JsonSerializable(typeof(int?)), JsonSerializable(typeof(M))] public partial class Json : JsonSerializerContext;
        """;

    private static string Client(string members) =>
        $$$"""
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(Json))]
        [Calls(Params = "/params", Item = "{\"id\":{id},\"item\":{item}}", End = "{\"id\":{id},\"end\":true}")]
        public partial class Chat
        {
            {{{members}}}
        }

        public sealed record Record(string Name);
        public sealed record Required { public required string A { get; init; } public required int? B { get; init; } }
        public sealed class Initialised { public string A { get; init; } = "a"; }
        public struct Struct { public int A { get; set; } }
        public sealed record Keywords(string @event, int @class);
        public static class Outer { public sealed record Inner<T>(T Value); }

        [JsonSerializable(typeof(int)), JsonSerializable(typeof(int?)), JsonSerializable(typeof(string)), JsonSerializable(typeof(Record)), JsonSerializable(typeof(Required)), JsonSerializable(typeof(Initialised))]
        [JsonSerializable(typeof(Struct)), JsonSerializable(typeof(Struct?)), JsonSerializable(typeof(Keywords)), JsonSerializable(typeof(Outer.Inner<int>)), JsonSerializable(typeof(int[])), JsonSerializable(typeof(string[]))]
        [JsonSerializable(typeof(DayOfWeek)), JsonSerializable(typeof(char)), JsonSerializable(typeof(object)), JsonSerializable(typeof((int A, string B))), JsonSerializable(typeof(List<Dictionary<string, int[]>>))]
        [JsonSerializable(typeof(List<string>)), JsonSerializable(typeof(Dictionary<string, int>))]
        public partial class Json : JsonSerializerContext;
        """;
}
