using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.CodeFixes;

/// <summary>NWS0008: adds <c>[JsonSerializable(typeof(T))]</c> to the JSON context, wherever that is declared.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RegisterJsonTypeCodeFix)), Shared]
public sealed class RegisterJsonTypeCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Descriptors.MissingFromJsonContext.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => RegisterJsonTypeFixAll.Instance;

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            // A context of another project is not ours to change.
            if (diagnostic.AdditionalLocations.Count == 0 || context.Document.Project.Solution.GetDocument(diagnostic.AdditionalLocations[0].SourceTree) is null)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Add it to the JSON context",
                    cancellationToken => JsonContextEditor.AddAsync(context.Document.Project.Solution, context.Document.Project.Id, [diagnostic], cancellationToken),
                    nameof(RegisterJsonTypeCodeFix) + diagnostic.Properties[JsonContextReader.MissingType]),
                diagnostic);
        }

        return Task.CompletedTask;
    }
}
