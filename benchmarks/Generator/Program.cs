using System.Globalization;
using NetWebSockets.Benchmarks.Generator;
using NetWebSockets.Generators;

// What the generator and the analyzers cost the compiler for a large client, at first and after edits. Arguments: messages (200), counted rounds (30).
// The first round of the process is the cold one: the compiler's and the generator's own code is compiled then, as in the first build of a session.
int messages = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30;
const int WarmUps = 10;
Bench bench = new(messages);

Dictionary<string, List<double>> times = [];
for (int round = 0; round <= WarmUps + rounds; round++)
{
    (double first, double elsewhere, double message) = bench.Generate(new WebSocketClientGenerator(), round);
    Add("generating, first time", first);
    Add("after an edit in another file", elsewhere);
    Add("after an edit of one message", message);
    (first, elsewhere, message) = bench.Generate(new AttributesOnlyGenerator(), round);
    Add("only finding the attributes, first time", first);
    Add("only finding the attributes, after an edit in another file", elsewhere);
    Add("only finding the attributes, after an edit of one message", message);
    Add("the compiler's checks of contract and generated code", bench.Check());
    foreach ((string analyzer, double time) in await bench.AnalyzeAsync())
        Add(analyzer, time);
}

(int steps, int files) = bench.WorkAfterEditElsewhere();
Console.WriteLine($"{messages} messages, {bench.Lines} lines generated, {rounds} rounds after {WarmUps} to warm up, .NET {Environment.Version}, {Environment.ProcessorCount} processors");
Console.WriteLine($"After an edit in another file {steps} steps have another outcome, and {files} files are written again.");
Console.WriteLine();
Console.WriteLine("| | cold | median | best | worst |");
Console.WriteLine("|---|---|---|---|---|");
foreach ((string name, List<double> all) in times)
{
    double[] sorted = [.. all.Skip(1 + WarmUps).Order()];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {all[0]:0.0} ms | {sorted[sorted.Length / 2]:0.0} ms | {sorted[0]:0.0} ms | {sorted[^1]:0.0} ms |"));
}

void Add(string name, double time)
{
    if (!times.TryGetValue(name, out List<double>? list))
        times[name] = list = [];
    list.Add(time);
}
