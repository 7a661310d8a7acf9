using System.Text;

namespace NetWebSockets.Generators.Parsing;

/// <summary>RFC 6901, as far as contracts use it: a path of object properties.</summary>
internal static class JsonPointer
{
    /// <summary>Reads a pointer's property names.</summary>
    /// <param name="pointer">The pointer; empty is the whole document.</param>
    /// <param name="names">The property names, outermost first.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? TryParse(string pointer, out IReadOnlyList<string> names)
    {
        names = [];
        if (pointer.Length == 0)
            return null;
        if (pointer[0] != '/')
            return $"it must begin with '/', as in '/{pointer.TrimStart('#', '$', '.', '/').Replace('.', '/')}'";

        List<string> found = [];
        foreach (string token in pointer.Substring(1).Split('/'))
        {
            StringBuilder name = new(token.Length);
            for (int i = 0; i < token.Length; i++)
            {
                if (token[i] != '~')
                {
                    name.Append(token[i]);
                    continue;
                }

                char escaped = i + 1 < token.Length ? token[++i] : '\0';
                if (escaped is not ('0' or '1'))
                    return "'~' must be followed by 0 (for '~') or 1 (for '/')";
                name.Append(escaped == '0' ? '~' : '/');
            }

            found.Add(name.ToString());
        }

        names = found;
        return null;
    }

    /// <summary>The pointer of what is inside another.</summary>
    /// <param name="pointer">The pointer.</param>
    /// <param name="name">The name of the property, or the position.</param>
    public static string Append(string pointer, string name) => pointer + "/" + name.Replace("~", "~0").Replace("/", "~1");

    /// <summary>A name as a position in an array (RFC 6901, section 4): digits without leading zeros. -1 when it is none.</summary>
    public static int ArrayIndex(string name) =>
        name.Length is > 0 and < 10 && (name == "0" || name[0] != '0') && name.All(static c => c is >= '0' and <= '9')
            ? int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)
            : -1;

    /// <summary>Reads one pointer or several with a space between them: a space begins another one only where a '/' follows it.</summary>
    /// <param name="pointers">The pointers; null is none.</param>
    public static IReadOnlyList<string> Split(string? pointers)
    {
        if (pointers is null)
            return [];
        List<string> found = [];
        int start = 0;
        for (int i = 1; i + 1 < pointers.Length; i++)
        {
            if (pointers[i] != ' ' || pointers[i + 1] != '/')
                continue;
            found.Add(pointers.Substring(start, i - start).TrimEnd(' '));
            start = i + 1;
        }

        found.Add(pointers.Substring(start));
        return found;
    }

    /// <summary>Whether two locators cannot both be values of one object: they are the same, or one stands inside the other.</summary>
    public static bool Overlap(string one, string other)
    {
        _ = TryParse(one, out IReadOnlyList<string> a);
        _ = TryParse(other, out IReadOnlyList<string> b);
        for (int i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            if (!string.Equals(a[i], b[i], StringComparison.Ordinal))
                return false;
        }

        return true;
    }
}
