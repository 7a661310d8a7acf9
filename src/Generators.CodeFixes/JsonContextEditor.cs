using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.CodeFixes;

/// <summary>Writes <c>[JsonSerializable]</c> attributes into the declarations of JSON contexts.</summary>
internal static class JsonContextEditor
{
    /// <summary>Adds what the diagnostics miss to the contexts that they name. Each type is added once.</summary>
    /// <param name="solution">The solution.</param>
    /// <param name="projectId">The project that the diagnostics are of.</param>
    /// <param name="diagnostics">Diagnostics NWS0008.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The solution with the attributes.</returns>
    public static async Task<Solution> AddAsync(
        Solution solution, ProjectId projectId, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        Compilation? compilation = await solution.GetProject(projectId)!.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
        if (compilation is null)
            return solution;

        foreach (IGrouping<SyntaxTree, Diagnostic> file in diagnostics
            .Where(static d => d.AdditionalLocations.Count > 0)
            .GroupBy(static d => d.AdditionalLocations[0].SourceTree!))
        {
            if (!compilation.ContainsSyntaxTree(file.Key) || solution.GetDocument(file.Key) is not { } document)
                continue;
            SyntaxNode root = await file.Key.GetRootAsync(cancellationToken).ConfigureAwait(false);
            SourceText text = await file.Key.GetTextAsync(cancellationToken).ConfigureAwait(false);
            SemanticModel model = compilation.GetSemanticModel(file.Key);
            IEnumerable<TextChange> changes = file
                .GroupBy(static d => d.AdditionalLocations[0].SourceSpan)
                .Select(context => Change(root, text, model, context.Key, context));
            solution = solution.WithDocumentText(document.Id, text.WithChanges(changes.OrderBy(static c => c.Span.Start)));
        }

        return solution;
    }

    private static TextChange Change(SyntaxNode root, SourceText text, SemanticModel model, TextSpan context, IEnumerable<Diagnostic> diagnostics)
    {
        TypeDeclarationSyntax declaration = root.FindNode(context).FirstAncestorOrSelf<TypeDeclarationSyntax>()!;

        // After the last attribute, before the modifiers; without attributes the documentation stays above.
        int position = declaration.AttributeLists.Count > 0
            ? declaration.AttributeLists.Last().GetLastToken().GetNextToken().SpanStart
            : declaration.GetFirstToken().SpanStart;
        TextLine line = text.Lines.GetLineFromPosition(position);
        string before = text.ToString(TextSpan.FromBounds(line.Start, position));
        string indent = new(before.TakeWhile(char.IsWhiteSpace).ToArray());
        string newLine = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak)) is { Length: > 0 } found ? found : "\n";

        StringBuilder added = new();
        foreach (string type in diagnostics.Select(static d => d.Properties[JsonContextReader.MissingType]!).Distinct(StringComparer.Ordinal))
        {
            ITypeSymbol? symbol = DocumentationCommentId.GetFirstSymbolForReferenceId(type, model.Compilation) as ITypeSymbol;
            if (symbol is not null)
                added.Append('[').Append(AttributeName(model, position)).Append("(typeof(").Append(symbol.ToMinimalDisplayString(model, position)).Append("))]").Append(newLine).Append(indent);
        }

        return new TextChange(new TextSpan(position, 0), added.ToString());
    }

    private static string AttributeName(SemanticModel model, int position)
    {
        const string Attribute = "Attribute";
        string name = model.Compilation.GetTypeByMetadataName("System.Text.Json.Serialization.JsonSerializableAttribute")!.ToMinimalDisplayString(model, position);
        return name.Substring(0, name.Length - Attribute.Length);
    }
}
