using System.Diagnostics;
using System.Globalization;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetWebSockets;
using NetWebSockets.Benchmarks.Generator;
using NetWebSockets.Generators;

// How long the generator takes for a large client, and after an edit. The compiler binds what the generator asks about, so the first figure has that in it; parsing and the
// rest of the compilation stand beside it.
int messages = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
const int Rounds = 15;
CSharpParseOptions parse = new(LanguageVersion.CSharp14);
MetadataReference[] references =
[
    .. Net100.References.All,
    MetadataReference.CreateFromFile(typeof(WebSocketClientAttribute).Assembly.Location),
    MetadataReference.CreateFromFile(typeof(WebSocketClientOptions).Assembly.Location),
];
string source = LargeContract.Write(messages);
string other = "public static class Other { public static int Value => 0; }";

List<double> first = [];
List<double> editElsewhere = [];
List<double> editOfMessage = [];
List<double> emit = [];
int lines = 0;
for (int round = 0; round < Rounds; round++)
{
    SyntaxTree contract = CSharpSyntaxTree.ParseText(source, parse, "Contract.cs");
    SyntaxTree elsewhere = CSharpSyntaxTree.ParseText(other, parse, "Other.cs");
    CSharpCompilation compilation = CSharpCompilation.Create("Large", [contract, elsewhere], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    GeneratorDriver driver = CSharpGeneratorDriver.Create([new WebSocketClientGenerator().AsSourceGenerator()], parseOptions: parse);

    first.Add(Time(() => driver = driver.RunGenerators(compilation)));
    GeneratorRunResult result = driver.GetRunResult().Results[0];
    if (result.Exception is not null)
        throw result.Exception;
    lines = result.GeneratedSources.Sum(s => s.SourceText.Lines.Count);

    CSharpCompilation edited = compilation.ReplaceSyntaxTree(elsewhere, CSharpSyntaxTree.ParseText(other.Replace("=> 0", $"=> {round + 1}", StringComparison.Ordinal), parse, "Other.cs"));
    editElsewhere.Add(Time(() => driver = driver.RunGenerators(edited)));

    CSharpCompilation renamed = edited.ReplaceSyntaxTree(contract, CSharpSyntaxTree.ParseText(source.Replace("record Message0(string Name", "record Message0(string Title", StringComparison.Ordinal), parse, "Contract.cs"));
    editOfMessage.Add(Time(() => driver = driver.RunGenerators(renamed)));
    emit.Add(Time(() => compilation.GetDiagnostics()));
}

Console.WriteLine($"{messages} messages, {lines} lines generated, {Rounds} rounds, .NET {Environment.Version}, {Environment.ProcessorCount} processors");
Console.WriteLine();
Console.WriteLine("| | cold (round 1) | median of the others | best |");
Console.WriteLine("|---|---|---|---|");
Row("generating, first time", first);
Row("after an edit in another file", editElsewhere);
Row("after an edit of one message", editOfMessage);
Row("for comparison: the compiler's own checks of the contract", emit);

static double Time(Action action)
{
    long start = Stopwatch.GetTimestamp();
    action();
    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

static void Row(string name, List<double> times)
{
    double[] sorted = [.. times.Skip(1).Order()];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {times[0]:0.0} ms | {sorted[sorted.Length / 2]:0.0} ms | {sorted[0]:0.0} ms |"));
}
