using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes values into C# and into its documentation.</summary>
internal static class Literals
{
    /// <summary>A string literal, or <c>null</c>.</summary>
    public static string Of(string? text) => text is null ? "null" : SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>A UTF-8 literal.</summary>
    public static string Utf8(string text) => Of(text) + "u8";

    /// <summary>Text for an XML comment, on one line.</summary>
    public static string Xml(string text)
    {
        StringBuilder xml = new(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => xml.Append("&amp;"),
                '<' => xml.Append("&lt;"),
                '>' => xml.Append("&gt;"),
                _ when char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\uFFFE' or '\uFFFF' => xml.Append('?'),
                _ => xml.Append(c),
            };
        }

        return xml.ToString();
    }
}
