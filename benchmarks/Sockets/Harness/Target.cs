using System.Globalization;

namespace NetWebSockets.Benchmarks;

/// <summary>What a competitor of ours is to reach.</summary>
/// <param name="Competitor">Whose target it is.</param>
/// <param name="Text">The target in words.</param>
/// <param name="Actual">What was reached; null when it was not measured.</param>
/// <param name="Limit">What <paramref name="Actual"/> must reach.</param>
/// <param name="AtMost">Whether less is better.</param>
internal sealed record Target(string Competitor, string Text, Func<WorkloadResult, double?> Actual, double Limit, bool AtMost)
{
    /// <summary>So many times as fast as another.</summary>
    public static Target TimesOf(string competitor, string other, double times)
        => new(competitor, string.Create(CultureInfo.InvariantCulture, $"{times:0.##} of {other}"), result => result.Ratio(competitor, other), times, AtMost: false);

    /// <summary>What a connection allocates once is spread over its messages, so nothing means less than a byte. That it is exactly nothing is tested elsewhere.</summary>
    public static Target NothingAllocated(string competitor)
        => new(competitor, "nothing allocated for a message", result => result.Of(competitor)?.Allocated, 0.999, AtMost: true);

    public static Target AllocatedAtMost(string competitor, double bytes)
        => new(competitor, string.Create(CultureInfo.InvariantCulture, $"at most {bytes:0} B allocated"), result => result.Of(competitor)?.Allocated, bytes, AtMost: true);

    public static Target ValueAtMost(string competitor, double value, string unit)
        => new(competitor, string.Create(CultureInfo.InvariantCulture, $"at most {value:N0} {unit}"), result => result.Of(competitor)?.Median, value, AtMost: true);

    /// <summary>Null when there is nothing to judge.</summary>
    public bool? Met(WorkloadResult result) => Actual(result) is not double actual ? null : AtMost ? actual <= Limit : actual >= Limit;
}
