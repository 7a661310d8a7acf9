using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads the documentation of a method, for its declaration in the client's interface.</summary>
internal static class MethodDocumentation
{
    /// <summary>Reads it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Its elements; none when the user has written none.</returns>
    public static MethodDocumentationModel Of(IMethodSymbol method, CancellationToken cancellationToken)
    {
        string? xml = method.GetDocumentationCommentXml(cancellationToken: cancellationToken);
        if (string.IsNullOrWhiteSpace(xml))
            return new MethodDocumentationModel(default);
        try
        {
            return new MethodDocumentationModel(XElement.Parse(xml).Elements().Select(OneLine).ToEquatableArray());
        }
        catch (XmlException)
        {
            // The compiler itself warns of documentation that is not well formed.
            return new MethodDocumentationModel(default);
        }
    }

    private static string OneLine(XElement element)
    {
        // The reader writes references to members as documentation ids, which the compiler understands as they are.
        return Regex.Replace(element.ToString(SaveOptions.DisableFormatting), @"\s+", " ").Trim();
    }
}
