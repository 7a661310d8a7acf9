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
