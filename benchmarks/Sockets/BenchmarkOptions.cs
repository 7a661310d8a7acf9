using System.Globalization;

namespace NetWebSockets.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions
{
    public int Rounds { get; private init; } = 7;

    public double Seconds { get; private init; } = 0.4;

    public string? Only { get; private init; }

    public string? Write { get; private init; }

    public bool List { get; private init; }

    public static string Usage => "Options: --rounds <counted rounds> --seconds <of one measurement> --only <text in a workload's name> --list --write <file>";

    public static BenchmarkOptions Parse(string[] args)
    {
        var options = new BenchmarkOptions();
        for (int i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"A value must follow {args[i - 1]}. {Usage}");
            options = args[i] switch
            {
                "--rounds" => options with { Rounds = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--seconds" => options with { Seconds = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--only" => options with { Only = Value() },
                "--write" => options with { Write = Path.GetFullPath(Value()) },
                "--list" => options with { List = true },
                _ => throw new FormatException($"Unknown option {args[i]}. {Usage}"),
            };
        }

        if (options.Rounds < 1 || options.Seconds is not > 0)
            throw new FormatException($"Rounds and seconds must be above 0. {Usage}");
        return options;
    }
}
