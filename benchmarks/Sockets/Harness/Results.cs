namespace NetWebSockets.Benchmarks;

/// <summary>What all rounds of one competitor came to.</summary>
internal sealed record CompetitorResult(Competitor Competitor, IReadOnlyList<Measurement> Rounds, string? Failure)
{
    public double Median => MedianOf(Rounds.Select(round => round.Value));

    /// <summary>Least and greatest round, relative to the median.</summary>
    public (double Least, double Greatest) Spread => (Rounds.Min(round => round.Value) / Median, Rounds.Max(round => round.Value) / Median);

    /// <summary>Median of bytes for one operation.</summary>
    public double? Allocated => Rounds.Any(round => round.AllocatedBytes is null) ? null : MedianOf(Rounds.Select(round => round.AllocatedBytes!.Value));

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>One workload's table.</summary>
internal sealed record WorkloadResult(Workload Workload, IReadOnlyList<CompetitorResult> Results)
{
    /// <summary>Null when it was not measured.</summary>
    public CompetitorResult? Of(string competitor) => Results.FirstOrDefault(result => result.Competitor.Name == competitor && result.Rounds.Count > 0);

    /// <summary>How many times as good one is as another, whichever way the unit goes. Null when one was not measured.</summary>
    public double? Ratio(string competitor, string other)
    {
        if (Of(competitor) is not { } one || Of(other) is not { } two)
            return null;
        return Workload.LessIsBetter ? two.Median / one.Median : one.Median / two.Median;
    }
}
