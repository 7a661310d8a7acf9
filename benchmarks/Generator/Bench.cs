using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators;

namespace NetWebSockets.Benchmarks.Generator;

/// <summary>A compilation with a large contract and a file beside it, and what is done to it.</summary>
internal sealed class Bench
{
    private const string Elsewhere = "Elsewhere.cs";

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.CSharp14);
    private static readonly MetadataReference[] References =
    [
        .. Net100.References.All,
        MetadataReference.CreateFromFile(typeof(WebSocketClientAttribute).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(WebSocketClientOptions).Assembly.Location),
    ];

    private readonly IReadOnlyList<string> _files;

    public Bench(int messages) => _files = LargeContract.Write(messages);

    /// <summary>How many lines are generated.</summary>
    public int Lines { get; private set; }

    /// <summary>A compilation of which nothing is known yet.</summary>
    public CSharpCompilation Fresh() => CSharpCompilation.Create(
        "Large",
        [.. _files.Select(static (f, i) => Tree(f, $"Contract{i}.cs")), Tree(ElsewhereText(0), Elsewhere)],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>An edit of another file.</summary>
    public static CSharpCompilation EditElsewhere(CSharpCompilation compilation, int round) =>
        Replace(compilation, Elsewhere, ElsewhereText(round + 1));

    /// <summary>A property of one message gets another name.</summary>
    public CSharpCompilation EditMessage(CSharpCompilation compilation, int round) =>
        Replace(compilation, "Contract1.cs", _files[1].Replace("record Message0(string Name", $"record Message0(string Name{round}", StringComparison.Ordinal));

    /// <summary>The time of one generator over a new compilation, after an edit elsewhere, and after one of a message.</summary>
    public (double First, double Elsewhere, double Message) Generate(IIncrementalGenerator generator, int round)
    {
        CSharpCompilation compilation = Fresh();
        GeneratorDriver driver = CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: Parse);
        double first = Time(() => driver = driver.RunGenerators(compilation));
        GeneratorRunResult result = driver.GetRunResult().Results[0];
        if (result.Exception is not null)
            throw result.Exception;
        if (generator is WebSocketClientGenerator)
            Lines = result.GeneratedSources.Sum(static s => s.SourceText.Lines.Count);

        compilation = EditElsewhere(compilation, round);
        double elsewhere = Time(() => driver = driver.RunGenerators(compilation));
        compilation = EditMessage(compilation, round);
        return (first, elsewhere, Time(() => driver = driver.RunGenerators(compilation)));
    }

    /// <summary>How many steps are done again, and files written again, after an edit elsewhere.</summary>
    public (int Steps, int Files) WorkAfterEditElsewhere()
    {
        CSharpCompilation compilation = Fresh();
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new WebSocketClientGenerator().AsSourceGenerator()], parseOptions: Parse, driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGenerators(compilation).RunGenerators(EditElsewhere(compilation, 0));
        GeneratorRunResult result = driver.GetRunResult().Results[0];
        return (
            Changed(TrackingNames.All.SelectMany(n => result.TrackedSteps.TryGetValue(n, out ImmutableArray<IncrementalGeneratorRunStep> steps) ? steps : [])),
            Changed(result.TrackedOutputSteps.Values.SelectMany(static s => s)));

        static int Changed(IEnumerable<IncrementalGeneratorRunStep> steps) =>
            steps.SelectMany(static s => s.Outputs).Count(static o => o.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified or IncrementalStepRunReason.Removed);
    }

    /// <summary>What each analyzer takes of a whole compilation, in milliseconds.</summary>
    public async Task<IReadOnlyDictionary<string, double>> AnalyzeAsync()
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new WebSocketClientGenerator().AsSourceGenerator(), .. JsonGenerator()], parseOptions: Parse);
        driver.RunGeneratorsAndUpdateCompilation(Fresh(), out Compilation compilation, out _);
        ImmutableArray<Diagnostic> errors = [.. compilation.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error)];
        if (errors.Length > 0)
            throw new InvalidOperationException(errors[0].ToString());
        DiagnosticAnalyzer[] analyzers = [.. typeof(WebSocketClientGenerator).Assembly.GetTypes()
            .Where(static t => t.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !t.IsAbstract)
            .Select(static t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)];
        CompilationWithAnalyzers with = compilation.WithAnalyzers(
            [.. analyzers], new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: static (e, _, _) => throw e, concurrentAnalysis: false, logAnalyzerExecutionTime: true));
        AnalysisResult result = await with.GetAnalysisResultAsync(CancellationToken.None);
        if (result.GetAllDiagnostics() is [var found, ..])
            throw new InvalidOperationException(found.ToString());
        return analyzers.ToDictionary(static a => a.GetType().Name, a => result.AnalyzerTelemetryInfo[a].ExecutionTime.TotalMilliseconds);
    }

    /// <summary>The compiler's own checks of the contract, with what is generated.</summary>
    public double Check()
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new WebSocketClientGenerator().AsSourceGenerator(), .. JsonGenerator()], parseOptions: Parse);
        driver.RunGeneratorsAndUpdateCompilation(Fresh(), out Compilation compilation, out _);
        return Time(() => compilation.GetDiagnostics());
    }

    /// <summary>System.Text.Json's own generator, from the SDK; none when it is not there.</summary>
    public static IEnumerable<ISourceGenerator> JsonGenerator()
    {
        string packs = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
        string? file = Directory.Exists(packs)
            ? Directory.EnumerateFiles(packs, "System.Text.Json.SourceGeneration.dll", SearchOption.AllDirectories).OrderDescending(StringComparer.Ordinal).FirstOrDefault()
            : null;
        return file is null
            ? []
            : [((IIncrementalGenerator)Activator.CreateInstance(Assembly.LoadFrom(file).GetType("System.Text.Json.SourceGeneration.JsonSourceGenerator", throwOnError: true)!)!).AsSourceGenerator()];
    }

    private static CSharpCompilation Replace(CSharpCompilation compilation, string path, string text) =>
        compilation.ReplaceSyntaxTree(compilation.SyntaxTrees.Single(t => t.FilePath == path), Tree(text, path));

    private static SyntaxTree Tree(string text, string path) => CSharpSyntaxTree.ParseText(text, Parse, path);

    private static string ElsewhereText(int value) => $"public static class Elsewhere {{ public static int Value => {value}; }}";

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
