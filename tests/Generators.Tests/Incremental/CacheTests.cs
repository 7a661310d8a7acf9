using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Incremental;

/// <summary>What the pipeline does again after an edit, and that nothing in it keeps a compilation alive.</summary>
public class CacheTests
{
    private const string First =
        """
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(FirstJson)), Calls] public partial class First
        {
            [Call("m")] public partial Task<int> MethodAsync(string text);
        }

        [Send<First>("a")] public sealed record SendA(int X);
        [Receive<First>("b")] public sealed record ReceiveB(string Y);
        [Call<First, int>("c")] public sealed record CallC;
        [JsonSerializable(typeof(SendA)), JsonSerializable(typeof(ReceiveB)), JsonSerializable(typeof(CallC)), JsonSerializable(typeof(int))]
        public partial class FirstJson : JsonSerializerContext;
        """;

    private const string Second =
        """
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(SecondJson)), Calls(Params = "/params")] public partial class Second
        {
            /// <summary>Calls.</summary>
            [Call("m")] public partial Task<Row> MethodAsync(string text, Row? row = null);
            [Send("n")] public partial ValueTask NoteAsync(int number);
            [Event("o")] public partial MessageStream<Row> Rows();
            [Topic("s", "u", "{room}")] public partial MessageStream<int> Rooms(string room);
            [Subscribe("l", KeyFrom = SubscriptionKey.Result, At = "/key", UnsubscribeRequest = "{\"id\":{id},\"key\":{key}}")] public partial MessageStream<int> Logs(string filter);
            [Handles("h")] private Task<int> HandleAsync(Row row) => Task.FromResult(1);
            [SendBinary(1)] public partial ValueTask UpAsync(byte[] data);
            [ReceiveBinary(2)] public partial MessageStream<byte[]> Down();
        }

        [Subscribe<Second, int>("t", Topic = "{Symbol}", At = "/symbol", Unsubscribe = "v")] public sealed record Ticks(string Symbol);
        [Positional] public sealed record Row(string Name, int Count = 1);
        [Send<Second>("a")] public sealed record SendD(int X);
        [Receive<Second>("b")] public sealed record ReceiveE(string Y);
        [Call<Second, int>("c")] public sealed record CallF;
        [JsonSerializable(typeof(Ticks)), JsonSerializable(typeof(Unrelated)), JsonSerializable(typeof(SendD)), JsonSerializable(typeof(ReceiveE)), JsonSerializable(typeof(CallF)), JsonSerializable(typeof(int))]
        public partial class SecondJson : JsonSerializerContext;
        """;

    // Every part that a class can have, so that none of it keeps anything alive or differs after an edit.
    private const string Third = ProtocolSamples.JsonRpc2;

    private const string Fourth =
        """
        [JsonRpcClient(JsonContext = typeof(FourthJson))]
        [Heartbeat<Beat>(Seconds = 3, IntervalFrom = typeof(Told), Interval = "/params/interval", Reply = typeof(Told))]
        [Resume(Sequence = "/s", From = typeof(Told), State = "/params/state", Query = "id={state}")]
        [CloseCodes(Fatal = [4001], Retry = [4002])]
        [OutboundLimit(5), OutboundLimit(MaxBytes = 10)]
        [Acknowledge("/seq", "{\"ack\":{value}}")]
        [Calls(Item = "{\"id\":{id},\"item\":{item}}", End = "{\"id\":{id},\"end\":true}", Cancel = "{\"cancel\":{id}}")]
        public partial class Fourth(string token)
        {
            [OnConnected] private ValueTask BeginAsync(ConnectScript script, CancellationToken cancellationToken) => script.SendTextAsync(token, cancellationToken);
        }

        [Send<Fourth>("beat")] public sealed record Beat;
        [Receive<Fourth>("told")] public sealed record Told(int Interval, string State);
        [JsonSerializable(typeof(Beat)), JsonSerializable(typeof(Told))] public partial class FourthJson : JsonSerializerContext;
        """;

    // Wrong, so that there is nothing but their methods' other halves.
    private const string Faulty =
        """
        [WebSocketClient(Discriminator = "type")] public partial class Wrong { [Call("a")] public partial Task<int> AAsync(int n); }
        [JsonRpcClient(Payload = "no")] public partial class WrongRpc { [Call("a")] public partial Task<int> AAsync(int n); }
        """;

    private const string Unrelated = "public class Unrelated { public int N => 1; }";

    public static TheoryData<string> Steps => [.. TrackingNames.All];

    [Fact]
    public void Every_step_of_the_pipeline_has_its_name()
    {
        GeneratorRunResult result = Run(out _, out _);

        Assert.All(TrackingNames.All, name => Assert.True(result.TrackedSteps.ContainsKey(name), name));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void No_step_hands_on_anything_of_the_compiler(string step)
    {
        GeneratorRunResult result = Run(out _, out _);

        foreach (object value in result.TrackedSteps[step].SelectMany(static s => s.Outputs).Select(static o => o.Value))
            AssertPlain(value, step, new HashSet<object>(ReferenceEqualityComparer.Instance));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void An_edit_elsewhere_changes_nothing(string step)
    {
        GeneratorRunResult after = Edit(Unrelated, "public class Unrelated { public int N => 2; public string? More; }");

        Assert.All(Reasons(after, step), static r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, r.ToString()));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void An_edit_that_only_moves_a_contract_changes_nothing(string step)
    {
        foreach (string contract in new[] { First, Fourth })
        {
            GeneratorRunResult after = Edit(contract, "// a line above\n\n" + contract);

            Assert.All(Reasons(after, step), static r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, r.ToString()));
        }
    }

    [Fact]
    public void An_edit_elsewhere_writes_no_file_again()
    {
        GeneratorRunResult after = Edit(Unrelated, "public class Unrelated;");

        Assert.All(OutputReasons(after), static r => Assert.Equal(IncrementalStepRunReason.Cached, r));
    }

    [Theory]
    [InlineData("[Send<Second>(\"a\")]", "[Send<Second>(\"other\")]")]
    [InlineData("SendD(int X)", "SendD(int X, int Y = 3)")]
    [InlineData("[Receive<Second>(\"b\")]", "[Receive<Second>(\"other\")]")]
    [InlineData("[Call<Second, int>(\"c\")]", "[Call<Second, int>(\"c\", TimeoutSeconds = 5)]")]
    [InlineData("public sealed record CallF", "[Idempotent] public sealed record CallF")]
    [InlineData("\"/params\"", "\"/body\"")]
    [InlineData("\"/type\"", "\"/kind\"")]
    [InlineData("[Call(\"m\")]", "[Call(\"n\")]")]
    [InlineData("<summary>Calls.", "<summary>Calls somebody.")]
    [InlineData("string text, Row?", "string word, Row?")]
    [InlineData("Row(string Name, int Count = 1)", "Row(string Name, int Count = 2)")]
    [InlineData("\"{room}\"", "\"r.{room}\"")]
    [InlineData("\"/key\"", "\"/other\"")]
    [InlineData("\"{Symbol}\"", "\"s.{Symbol}\"")]
    [InlineData("[Handles(\"h\")]", "[Handles(\"h\", MaxConcurrent = 2)]")]
    [InlineData("[SendBinary(1)]", "[SendBinary(3)]")]
    [InlineData("[ReceiveBinary(2)]", "[ReceiveBinary(2, Capacity = 5)]")]
    public void An_edit_of_one_client_writes_only_its_file_again(string old, string changed)
    {
        GeneratorRunResult after = Edit(Second, Second.Replace(old, changed, StringComparison.Ordinal));

        Assert.Single(Reasons(after, TrackingNames.Contracts), IncrementalStepRunReason.Modified);
        Assert.Single(Reasons(after, TrackingNames.Contracts), static r => r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged);
        AssertOneWritten(after);
    }

    [Theory]
    [InlineData("Seconds = 3", "Seconds = 4")]
    [InlineData("[4001]", "[4001, 4003]")]
    [InlineData("Fourth(string token)", "Fourth(string token, int more)")]
    [InlineData("OutboundLimit(5)", "OutboundLimit(6)")]
    [InlineData("id={state}", "sid={state}")]
    [InlineData("BeginAsync", "StartAsync")]
    [InlineData("\\\"ack\\\"", "\\\"acked\\\"")]
    [InlineData("\\\"end\\\":true", "\\\"end\\\":false")]
    public void An_edit_of_one_json_rpc_client_writes_only_its_file_again(string old, string changed)
    {
        GeneratorRunResult after = Edit(Fourth, Fourth.Replace(old, changed, StringComparison.Ordinal));

        Assert.Single(Reasons(after, TrackingNames.JsonRpcContracts), IncrementalStepRunReason.Modified);
        AssertOneWritten(after);
    }

    [Fact]
    public void A_record_that_comes_writes_only_its_clients_file_again()
    {
        GeneratorRunResult after = Edit(Unrelated, "[Send<Second>(\"new\")] public sealed record Unrelated;");

        AssertOneWritten(after);
        Assert.Contains("UnrelatedAsync", after.GeneratedSources.Single(static s => s.HintName == "Second.g.cs").SourceText.ToString(), StringComparison.Ordinal);
    }

    private static void AssertOneWritten(GeneratorRunResult result)
    {
        IncrementalStepRunReason[] reasons = OutputReasons(result);
        Assert.Single(reasons, IncrementalStepRunReason.Modified);
        Assert.Equal(reasons.Length - 1, reasons.Count(static r => r == IncrementalStepRunReason.Cached));
    }

    private static GeneratorRunResult Run(out GeneratorDriver driver, out CSharpCompilation compilation)
    {
        compilation = TestCompilation.Create(First, Second, Third, Fourth, Faulty, Unrelated);
        driver = TestCompilation.Driver(withJson: false, tracked: true).RunGenerators(compilation, TestContext.Current.CancellationToken);
        return driver.GetRunResult().Results[0];
    }

    private static GeneratorRunResult Edit(string old, string changed)
    {
        Run(out GeneratorDriver driver, out CSharpCompilation compilation);
        SyntaxTree tree = compilation.SyntaxTrees.Single(t => t.ToString() == old);
        SyntaxTree edited = CSharpSyntaxTree.ParseText(changed, TestCompilation.ParseOptions, tree.FilePath, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEqual(old, changed);
        return driver.RunGenerators(compilation.ReplaceSyntaxTree(tree, edited), TestContext.Current.CancellationToken).GetRunResult().Results[0];
    }

    private static IncrementalStepRunReason[] Reasons(GeneratorRunResult result, string step) =>
        [.. result.TrackedSteps[step].SelectMany(static s => s.Outputs).Select(static o => o.Reason)];

    private static IncrementalStepRunReason[] OutputReasons(GeneratorRunResult result) =>
        [.. result.TrackedOutputSteps.SelectMany(static s => s.Value).SelectMany(static s => s.Outputs).Select(static o => o.Reason)];

    // Anything of Roslyn's in a model would keep a whole compilation in memory and never be equal after an edit.
    private static void AssertPlain(object? value, string path, HashSet<object> seen)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
            return;

        Assert.False(
            value is ISymbol or SyntaxNode or SyntaxTree or Compilation or Location or SemanticModel or AttributeData or Diagnostic or DiagnosticDescriptor or Delegate,
            $"{path} holds a {value.GetType()}");
        Assert.False(
            value.GetType().Assembly.GetName().Name!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal), $"{path} holds a {value.GetType()}");
        if (value is IEnumerable items)
        {
            foreach (object? item in items)
                AssertPlain(item, path + "[]", seen);
            return;
        }

        foreach (FieldInfo field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            AssertPlain(field.GetValue(value), $"{path}.{field.Name}", seen);
    }
}
