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
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(FirstJson)), Calls] public partial class First;
        [Send<First>("a")] public sealed record SendA(int X);
        [Receive<First>("b")] public sealed record ReceiveB(string Y);
        [Call<First, int>("c")] public sealed record CallC;
        [JsonSerializable(typeof(SendA)), JsonSerializable(typeof(ReceiveB)), JsonSerializable(typeof(CallC)), JsonSerializable(typeof(int))]
        public partial class FirstJson : JsonSerializerContext;
        """;

    private const string Second =
        """
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(SecondJson)), Calls] public partial class Second;
        [Send<Second>("a")] public sealed record SendD(int X);
        [Receive<Second>("b")] public sealed record ReceiveE(string Y);
        [Call<Second, int>("c")] public sealed record CallF;
        [JsonSerializable(typeof(SendD)), JsonSerializable(typeof(ReceiveE)), JsonSerializable(typeof(CallF)), JsonSerializable(typeof(int))]
        public partial class SecondJson : JsonSerializerContext;
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
        GeneratorRunResult after = Edit(First, "// a line above\n\n" + First);

        Assert.All(Reasons(after, step), static r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, r.ToString()));
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
    [InlineData("Calls]", "Calls(Params = \"/params\")]")]
    [InlineData("\"/type\"", "\"/kind\"")]
    public void An_edit_of_one_client_writes_only_its_file_again(string old, string changed)
    {
        GeneratorRunResult after = Edit(Second, Second.Replace(old, changed, StringComparison.Ordinal));

        Assert.Single(Reasons(after, TrackingNames.Contracts), IncrementalStepRunReason.Modified);
        Assert.Single(Reasons(after, TrackingNames.Contracts), static r => r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged);
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], OutputReasons(after).Order(new ByName()));
    }

    [Fact]
    public void A_record_that_comes_writes_only_its_clients_file_again()
    {
        GeneratorRunResult after = Edit(Unrelated, "[Send<Second>(\"new\")] public sealed record Unrelated;");

        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], OutputReasons(after).Order(new ByName()));
        Assert.Contains("UnrelatedAsync", after.GeneratedSources.Single(static s => s.HintName == "Second.g.cs").SourceText.ToString(), StringComparison.Ordinal);
    }

    private static GeneratorRunResult Run(out GeneratorDriver driver, out CSharpCompilation compilation)
    {
        compilation = TestCompilation.Create(First, Second, Unrelated);
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

    private sealed class ByName : IComparer<IncrementalStepRunReason>
    {
        public int Compare(IncrementalStepRunReason x, IncrementalStepRunReason y) => string.CompareOrdinal(x.ToString(), y.ToString());
    }
}
