using System.Globalization;
using System.Text;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Writes JSON strings. A generator cannot carry System.Text.Json into every compiler, and needs no more than this.</summary>
internal static class JsonText
{
    /// <summary>The value as a JSON string, with its quotes.</summary>
    public static string Quote(string value)
    {
        StringBuilder text = new(value.Length + 2);
        text.Append('"');
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            bool pair = char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]);
            if (pair)
                text.Append(c).Append(value[++i]);
            else if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (c < 0x20 || c == 0x7F || char.IsSurrogate(c)) // half a pair has no UTF-8
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                text.Append(c);
        }

        return text.Append('"').ToString();
    }
}
