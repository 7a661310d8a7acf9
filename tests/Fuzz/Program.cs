using System.Diagnostics;
using System.Globalization;
using NetWebSockets.Fuzz;

// dotnet run -c Release --project tests/Fuzz -- --target frames --minutes 10 --seed 1
Dictionary<string, string> options = [];
for (int i = 0; i + 1 < args.Length; i += 2)
    options[args[i].TrimStart('-')] = args[i + 1];
string[] known = ["target", "minutes", "cases", "seed", "replay", "write-corpus"];
if (args.Length == 0 || args.Length % 2 != 0 || options.Keys.Except(known).Any())
{
    Console.Error.WriteLine($"Options: --target NAME|all --minutes N | --cases N, --seed N; --target NAME --replay FILE; --write-corpus FOLDER. Targets: {string.Join(", ", FuzzTargets.Names)}.");
    return 2;
}

if (options.TryGetValue("write-corpus", out string? folder))
{
    await Corpus.WriteAsync(folder);
    return 0;
}

string wanted = options.GetValueOrDefault("target", "all");
if (options.TryGetValue("replay", out string? file))
{
    await using FuzzTarget target = FuzzTargets.Create(wanted);
    Console.WriteLine(await FuzzRun.RunOneAsync(target, await File.ReadAllBytesAsync(file)));
    return 0;
}

int seed = int.Parse(options.GetValueOrDefault("seed", "1"), CultureInfo.InvariantCulture);
double minutes = double.Parse(options.GetValueOrDefault("minutes", "1"), CultureInfo.InvariantCulture);
int failures = 0;
foreach (string name in wanted == "all" ? FuzzTargets.Names : [wanted])
{
    await using FuzzTarget target = FuzzTargets.Create(name);
    byte[] present = [];
    UnhandledExceptionEventHandler onCrash = (_, e) =>
        Console.Error.WriteLine(FuzzRun.Report(target, seed, new FuzzResult(-1, 0, e.ExceptionObject as Exception, present)));
    AppDomain.CurrentDomain.UnhandledException += onCrash;
    Func<long, bool> isOver = options.TryGetValue("cases", out string? cases)
        ? FuzzRun.Cases(long.Parse(cases, CultureInfo.InvariantCulture))
        : FuzzRun.For(TimeSpan.FromMinutes(minutes));
    var clock = Stopwatch.StartNew();
    FuzzResult result = await FuzzRun.RunAsync(target, seed, isOver, input => present = input);
    AppDomain.CurrentDomain.UnhandledException -= onCrash;
    Console.WriteLine($"{name}: {result.Cases} cases in {clock.Elapsed.TotalSeconds:0.0} s, {result.Kept} kept, {(result.Failure is null ? "no failure" : "FAILED")}");
    if (result.Failure is null)
        continue;
    Console.Error.WriteLine(FuzzRun.Report(target, seed, result));
    failures++;
}

return failures == 0 ? 0 : 1;
