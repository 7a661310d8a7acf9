using System.Globalization;
using System.Text;

namespace NetWebSockets.Benchmarks.Report;

/// <summary>A workload's figures as a Markdown table.</summary>
internal static class Tables
{
    public static string Of(WorkloadResult result)
    {
        Workload workload = result.Workload;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### {Title(workload)}\n\n");
        if (workload.Note is not null)
            text.Append(workload.Note).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| competitor | {workload.Unit} (median) | spread | of ClientWebSocket | of raw | {workload.BytesColumn} | target |\n|---|---:|---:|---:|---:|---:|---|\n");
        List<string> notes = [];
        foreach (CompetitorResult row in result.Results)
        {
            string name = row.Competitor.Name;
            string mark = "";
            if (row.Competitor.Note is not null)
            {
                int index = notes.IndexOf(row.Competitor.Note);
                if (index < 0)
                {
                    index = notes.Count;
                    notes.Add(row.Competitor.Note);
                }

                mark = string.Create(CultureInfo.InvariantCulture, $" [{index + 1}]");
            }

            if (row.Competitor.Absent is not null || row.Failure is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {name}{mark} | {row.Competitor.Absent ?? $"failed: {row.Failure}"} | | | | | |\n");
                continue;
            }

            (double least, double greatest) = row.Spread;
            string targets = string.Join("; ", workload.Targets.Where(target => target.Competitor == name).Select(target => Judge(target, result)));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {name}{mark} | {Number(row.Median)} | {least:0.00}–{greatest:0.00} | {Ratio(result, name, Names.Bcl)} | {Ratio(result, name, Names.Raw)} | {Bytes(row.Allocated)} | {targets} |\n");
        }

        for (int i = 0; i < notes.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "\n" : "")}[{i + 1}] {notes[i]}{(i == notes.Count - 1 ? "" : "  ")}\n");
        return text.ToString();
    }

    public static string Ratio(WorkloadResult result, string competitor, string other)
        => result.Ratio(competitor, other) is double ratio ? ratio.ToString(ratio >= 100 ? "0" : ratio >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture) : "–";

    private static string Title(Workload workload) => char.ToUpperInvariant(workload.Name[0]) + workload.Name[1..] + (workload.LessIsBetter ? " (less is better)" : "");

    private static string Judge(Target target, WorkloadResult result) => target.Met(result) switch
    {
        true => $"{target.Text}: met",
        false => $"{target.Text}: **missed**",
        null => $"{target.Text}: not measured",
    };

    private static string Number(double value) => value.ToString(value < 100 ? "0.00" : "N0", CultureInfo.InvariantCulture);

    // Less than a twentieth of a byte is what belongs to the run and not to its messages.
    private static string Bytes(double? bytes) => bytes is not double value ? "–" : Math.Abs(value) < 0.05 ? "0 B" : value.ToString(value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture) + " B";
}
