using System.Text;

namespace NetWebSockets.Generators.Parsing;

/// <summary>
/// A text with parameters in braces: <c>{symbol}@depth{levels}</c>; <c>{{</c> and <c>}}</c> are braces. The runtime reads the same text by the same rules.
/// </summary>
/// <param name="literals">What stands between the parameters; one more than there are.</param>
/// <param name="parameters">Their names.</param>
internal sealed class TextTemplate(IReadOnlyList<string> literals, IReadOnlyList<string> parameters)
{
    /// <summary>What stands before, between and after the parameters.</summary>
    public IReadOnlyList<string> Literals => literals;

    /// <summary>The names of the parameters, in order.</summary>
    public IReadOnlyList<string> Parameters => parameters;

    /// <summary>The same for two templates that the same texts fit, whatever their parameters are called.</summary>
    public string Normal => string.Join("\0", literals);

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="template">What it is made of.</param>
    /// <returns>What is wrong with it, with the place; null when nothing is.</returns>
    public static string? TryParse(string text, out TextTemplate template)
    {
        List<string> literals = [];
        List<string> parameters = [];
        template = new TextTemplate([text], []);
        StringBuilder literal = new();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
            }
            else if (c == '}')
            {
                return $"the '}}' at {i + 1} closes nothing: write '}}}}' for a brace";
            }
            else if (c != '{')
            {
                literal.Append(c);
            }
            else
            {
                int end = text.IndexOf('}', i);
                string name = end < 0 ? "" : text.Substring(i + 1, end - i - 1);
                if (name.Length == 0 || name.IndexOf('{') >= 0)
                    return $"the '{{' at {i + 1} has no name and '}}' after it: write '{{{{' for a brace";
                if (parameters.Count > 0 && literal.Length == 0)
                    return $"two parameters stand at {i + 1} with nothing between them: nothing tells where one ends";
                literals.Add(literal.ToString());
                literal.Clear();
                parameters.Add(name);
                i = end;
            }
        }

        literals.Add(literal.ToString());
        template = new TextTemplate(literals, parameters);
        return null;
    }
}
