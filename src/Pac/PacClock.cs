using System.Globalization;
using Jint.Runtime;

namespace NetWebSockets.Pac;

/// <summary>The time of one run: it stands still, so that every attempt sees the same.</summary>
/// <param name="timeProvider">Whose time and zone it is.</param>
internal sealed class PacClock(TimeProvider timeProvider) : ITimeSystem
{
    private readonly DefaultTimeSystem _calendar = new(timeProvider.LocalTimeZone, CultureInfo.InvariantCulture);

    /// <summary>The time.</summary>
    public DateTimeOffset UtcNow { get; } = timeProvider.GetUtcNow();

    /// <inheritdoc/>
    public TimeZoneInfo DefaultTimeZone => timeProvider.LocalTimeZone;

    /// <summary>The time on the wall.</summary>
    public DateTime Local => TimeZoneInfo.ConvertTime(UtcNow, DefaultTimeZone).DateTime;

    /// <inheritdoc/>
    public DateTimeOffset GetUtcNow() => UtcNow;

    /// <inheritdoc/>
    public TimeSpan GetUtcOffset(long epochMilliseconds) => _calendar.GetUtcOffset(epochMilliseconds);

    /// <inheritdoc/>
    public bool TryParse(string date, out long epochMilliseconds) => _calendar.TryParse(date, out epochMilliseconds);
}
