using System.Globalization;
using System.Text;

namespace NetWebSockets.Benchmarks.Report;

/// <summary>Says without being asked where others are better, and which targets were missed.</summary>
internal static class Losses
{
    public static string Of(IReadOnlyList<WorkloadResult> results)
    {
        List<string> lines = [.. results.SelectMany(Behind), .. results.SelectMany(Missed), .. results.SelectMany(Failed)];
        var text = new StringBuilder("## Where we lose\n\n");
        if (lines.Count == 0)
            return text.Append("Nowhere in this run: no row of ours is behind ClientWebSocket or the best other library, and no target is missed.\n").ToString();
        foreach (string line in lines)
            text.Append("- ").Append(line).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<string> Behind(WorkloadResult result)
    {
        // The raw socket does no work of a WebSocket: it is a measure and not a peer.
        CompetitorResult? best = result.Results
            .Where(row => row.Rounds.Count > 0 && !row.Competitor.Ours && row.Competitor.Name != Names.Raw)
            .MaxBy(row => result.Workload.LessIsBetter ? -row.Median : row.Median);
        foreach (CompetitorResult ours in result.Results.Where(row => row.Rounds.Count > 0 && row.Competitor.Ours))
        {
            string[] peers = [.. new[] { Names.Bcl, best?.Competitor.Name }.OfType<string>().Distinct()];
            foreach (string peer in peers)
            {
                if (result.Ratio(ours.Competitor.Name, peer) is < 1.0)
                    yield return $"{result.Workload.Name}: {ours.Competitor.Name} is {Tables.Ratio(result, ours.Competitor.Name, peer)} of {peer}.";
            }
        }
    }

    private static IEnumerable<string> Missed(WorkloadResult result)
        => from target in result.Workload.Targets
           where target.Met(result) == false
           select string.Create(
               CultureInfo.InvariantCulture,
               $"{result.Workload.Name}: {target.Competitor} misses its target ({target.Text}) with {target.Actual(result)!.Value:#,0.###}.");

    private static IEnumerable<string> Failed(WorkloadResult result)
        => from row in result.Results
           where row.Competitor.Ours && (row.Failure ?? row.Competitor.Absent) is not null
           select $"{result.Workload.Name}: {row.Competitor.Name} has no figure: {(row.Failure ?? row.Competitor.Absent)!.TrimEnd('.')}.";
}
