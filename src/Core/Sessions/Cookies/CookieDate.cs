using System.Globalization;

namespace NetWebSockets.Sessions;

/// <summary>Reads the dates of Expires: RFC 6265bis, section 5.1.1.</summary>
internal static class CookieDate
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Reads a date.</summary>
    /// <param name="text">The attribute's value.</param>
    /// <param name="date">The date.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset date)
    {
        date = default;
        (int Hour, int Minute, int Second)? time = null;
        int? day = null;
        int? month = null;
        int? year = null;
        while (TryNext(ref text, out ReadOnlySpan<char> token))
        {
            if (time is null && TryTime(token, out (int, int, int) foundTime))
                time = foundTime;
            else if (day is null && TryNumber(token, 1, 2, out int foundDay))
                day = foundDay;
            else if (month is null && TryMonth(token, out int foundMonth))
                month = foundMonth;
            else if (year is null && TryNumber(token, 2, 4, out int foundYear))
                year = foundYear;
        }

        if (time is not { } at || day is not { } dayOfMonth || month is not { } monthOfYear || year is not { } fullYear)
            return false;
        fullYear += fullYear switch
        {
            >= 70 and <= 99 => 1900,
            <= 69 => 2000,
            _ => 0,
        };
        if (fullYear < 1601 || dayOfMonth < 1 || dayOfMonth > DateTime.DaysInMonth(fullYear, monthOfYear) || at.Hour > 23 || at.Minute > 59 || at.Second > 59)
            return false;
        date = new DateTimeOffset(fullYear, monthOfYear, dayOfMonth, at.Hour, at.Minute, at.Second, TimeSpan.Zero);
        return true;
    }

    private static bool IsDelimiter(char c) => c is '\t' or (>= ' ' and <= '/') or (>= ';' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~');

    private static bool TryNext(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> token)
    {
        int start = 0;
        while (start < text.Length && IsDelimiter(text[start]))
            start++;
        int end = start;
        while (end < text.Length && !IsDelimiter(text[end]))
            end++;
        token = text[start..end];
        text = text[end..];
        return !token.IsEmpty;
    }

    private static bool TryTime(ReadOnlySpan<char> token, out (int Hour, int Minute, int Second) time)
    {
        time = default;
        return TryPart(ref token, out time.Hour) && TryColon(ref token) && TryPart(ref token, out time.Minute) && TryColon(ref token)
            && TryNumber(token, 1, 2, out time.Second);
    }

    private static bool TryPart(ref ReadOnlySpan<char> token, out int value)
    {
        int digits = Digits(token);
        value = 0;
        if (digits is < 1 or > 2)
            return false;
        value = int.Parse(token[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
        token = token[digits..];
        return true;
    }

    private static bool TryColon(ref ReadOnlySpan<char> token)
    {
        if (token.IsEmpty || token[0] != ':')
            return false;
        token = token[1..];
        return true;
    }

    // Digits, then perhaps what is not a digit and all after it.
    private static bool TryNumber(ReadOnlySpan<char> token, int least, int most, out int value)
    {
        int digits = Digits(token);
        value = 0;
        if (digits < least || digits > most)
            return false;
        value = int.Parse(token[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
        return true;
    }

    private static int Digits(ReadOnlySpan<char> token)
    {
        int count = 0;
        while (count < token.Length && char.IsAsciiDigit(token[count]))
            count++;
        return count;
    }

    private static bool TryMonth(ReadOnlySpan<char> token, out int month)
    {
        month = 0;
        if (token.Length < 3)
            return false;
        for (int i = 0; i < Months.Length; i++)
        {
            if (token[..3].Equals(Months[i], StringComparison.OrdinalIgnoreCase))
                month = i + 1;
        }

        return month > 0;
    }
}
