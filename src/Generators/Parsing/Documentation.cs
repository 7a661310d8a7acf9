using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Parsing;

/// <summary>What a record's own documentation says, so that the generated methods can say it too.</summary>
internal sealed class Documentation
{
    private readonly XElement? _root;

    private Documentation(XElement? root) => _root = root;

    /// <summary>The inner XML of the summary, on one line; null when there is none.</summary>
    public string? Summary => OneLine(_root?.Element("summary"));

    public static Documentation Of(ISymbol symbol, CancellationToken cancellationToken)
    {
        string? xml = symbol.GetDocumentationCommentXml(cancellationToken: cancellationToken);
        if (string.IsNullOrWhiteSpace(xml))
            return new Documentation(null);
        try
        {
            return new Documentation(XElement.Parse(xml));
        }
        catch (XmlException)
        {
            // The compiler itself warns of documentation that is not well formed; the methods then go without it.
            return new Documentation(null);
        }
    }

    /// <summary>The inner XML of what is said of a parameter, on one line; null when there is nothing.</summary>
    public string? Parameter(string name) =>
        OneLine(_root?.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == name));

    private static string? OneLine(XElement? element)
    {
        if (element is null)
            return null;
        using XmlReader reader = element.CreateReader();
        reader.MoveToContent();
        string text = Regex.Replace(reader.ReadInnerXml(), @"\s+", " ").Trim();
        return text.Length == 0 ? null : text;
    }
}
