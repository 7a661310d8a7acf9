using System.Globalization;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace NetWebSockets.Pac;

/// <summary>
/// What scripts ask of the time, as Chromium's library answers: an end before its start wraps around, except that two hours do not, and a day that
/// a month does not have runs over into the next (<c>'APR', 'JUN'</c> ends on July 1).
/// </summary>
/// <param name="clock">The time.</param>
internal sealed class PacTime(PacClock clock)
{
    private const string Gmt = "GMT";
    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    /// <summary><c>weekdayRange(day [, day] [, 'GMT'])</c>.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The answer.</returns>
    public bool IsInWeekdayRange(JsValue[] arguments)
    {
        if (arguments.Length == 0)
            return false;
        (int count, DateTime now) = TakeZone(arguments);
        int first = Array.IndexOf(Weekdays, TypeConverter.ToString(arguments[0]));
        int last = count == 2 ? Array.IndexOf(Weekdays, TypeConverter.ToString(arguments[1])) : first;
        return first >= 0 && last >= 0 && IsBetween((double)first, (double)now.DayOfWeek, last);
    }

    /// <summary><c>dateRange</c> of days, months, years, or dates of two or three of them, each once or as start and end, <c>'GMT'</c> after them.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The answer.</returns>
    public bool IsInDateRange(JsValue[] arguments)
    {
        if (arguments.Length == 0)
            return false;
        (int count, DateTime now) = TakeZone(arguments);
        if (count == 1)
        {
            return ParseNumber(arguments[0]) switch
            {
                null => now.Month - 1 == MonthOf(arguments[0]),
                < 32 and var day => now.Day == day,
                var year => now.Year == year,
            };
        }

        int middle = count / 2;
        int thisYear = clock.Local.Year;
        var first = new CalendarDay(thisYear, 0, 1);
        var last = new CalendarDay(thisYear, 11, 31);
        bool isOfThisMonth = false;
        for (int i = 0; i < middle; i++)
        {
            first = With(first, arguments[i], out bool isDay);
            // What was said last counts, as in Chromium.
            if (isDay)
                isOfThisMonth = count <= 2;
        }

        for (int i = middle; i < count; i++)
            last = With(last, arguments[i], out _);
        if (isOfThisMonth)
        {
            first = first.WithMonth(clock.Local.Month - 1);
            last = last.WithMonth(clock.Local.Month - 1);
        }

        double today = CalendarDay.Of(now).Number + now.TimeOfDay.TotalDays;
        return IsBetween(first.Number, today, last.Number + TimeSpan.FromSeconds(86399).TotalDays);
    }

    /// <summary><c>timeRange</c> of hours, or of times of two or three parts, <c>'GMT'</c> after them.</summary>
    /// <param name="engine">The engine, for its errors.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The answer.</returns>
    public bool IsInTimeRange(Engine engine, JsValue[] arguments)
    {
        if (arguments.Length == 0)
            return false;
        (int count, DateTime now) = TakeZone(arguments);
        double[] numbers = [.. arguments.Take(count).Select(TypeConverter.ToNumber)];
        if (count == 1)
            return now.Hour == numbers[0];
        if (count == 2)
            return numbers[0] <= now.Hour && now.Hour <= numbers[1];
        if (count is not (4 or 6))
            throw new JavaScriptException(engine.Intrinsics.Error, $"timeRange: {count} arguments besides 'GMT'; it takes 1, 2, 4 or 6.");

        // The two ends are of the local day, also when the time is GMT.
        double today = clock.Local.Date.Ticks / (double)TimeSpan.TicksPerSecond;
        double second = Math.Floor(now.TimeOfDay.TotalSeconds) + (now.Date.Ticks / (double)TimeSpan.TicksPerSecond);
        return count == 4
            ? IsBetween(today + SecondsOf(numbers[0], numbers[1], clock.Local.Second), second, today + SecondsOf(numbers[2], numbers[3], 59))
            : IsBetween(today + SecondsOf(numbers[0], numbers[1], numbers[2]), second, today + SecondsOf(numbers[3], numbers[4], numbers[5]));
    }

    private static double SecondsOf(double hours, double minutes, double seconds) =>
        (Math.Truncate(hours) * 3600) + (Math.Truncate(minutes) * 60) + Math.Truncate(seconds);

    // What is no number makes every comparison false, which is Chromium's way too.
    private static bool IsBetween(double first, double value, double last) =>
        first <= last ? first <= value && value <= last : last >= value || value >= first;

    private static CalendarDay With(CalendarDay date, JsValue part, out bool isDay)
    {
        int? number = ParseNumber(part);
        isDay = number < 32;
        return number switch
        {
            null => date.WithMonth(MonthOf(part)),
            < 32 and int day => date.WithDay(day),
            int year => date.WithYear(year),
        };
    }

    private static int MonthOf(JsValue name) => Array.IndexOf(Months, TypeConverter.ToString(name));

    // As JavaScript's parseInt: the digits that the text starts with.
    private static int? ParseNumber(JsValue value)
    {
        ReadOnlySpan<char> text = TypeConverter.ToString(value).AsSpan().Trim();
        int length = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
            length++;
        return int.TryParse(text[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    private (int Count, DateTime Now) TakeZone(JsValue[] arguments) =>
        arguments[^1] is JsString zone && zone.ToString() == Gmt ? (arguments.Length - 1, clock.UtcNow.UtcDateTime) : (arguments.Length, clock.Local);

    /// <summary>A day, which may be changed part by part: what a month does not have runs over into the next, as JavaScript's dates do.</summary>
    /// <param name="Year">The year.</param>
    /// <param name="Month">The month, from 0.</param>
    /// <param name="Day">The day, from 1.</param>
    private readonly record struct CalendarDay(int Year, int Month, int Day)
    {
        /// <summary>Days since January 1, 1970.</summary>
        public double Number
        {
            get
            {
                long months = ((long)Year * 12) + Month;
                // The Gregorian calendar repeats every 400 years, which have 146097 days.
                long cycle = (long)Math.Floor(months / 4800d);
                long rest = months - (cycle * 4800);
                var first = new DateOnly((int)(rest / 12) + 2000, (int)(rest % 12) + 1, 1);
                return first.DayNumber - new DateOnly(1970, 1, 1).DayNumber + ((cycle - 5) * 146097d) + Day - 1;
            }
        }

        public static CalendarDay Of(DateTime date) => new(date.Year, date.Month - 1, date.Day);

        public CalendarDay WithYear(int year) => new CalendarDay(year, Month, Day).Normalized();

        public CalendarDay WithMonth(int month) => new CalendarDay(Year, month, Day).Normalized();

        public CalendarDay WithDay(int day) => new CalendarDay(Year, Month, day).Normalized();

        private CalendarDay Normalized()
        {
            double number = Number;
            double cycle = Math.Floor(number / 146097);
            DateOnly date = new DateOnly(1970, 1, 1).AddDays((int)(number - (cycle * 146097)));
            return new(date.Year + ((int)cycle * 400), date.Month - 1, date.Day);
        }
    }
}
