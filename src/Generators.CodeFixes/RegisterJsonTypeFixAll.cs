using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace NetWebSockets.Generators.CodeFixes;

/// <summary>Fixes NWS0008 in a document, a project or a solution in one edit for each context: fixes one by one would write over each other.</summary>
internal sealed class RegisterJsonTypeFixAll : FixAllProvider
{
    public static readonly RegisterJsonTypeFixAll Instance = new();

    public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
    {
        IEnumerable<Project> projects = fixAllContext.Scope == FixAllScope.Solution ? fixAllContext.Solution.Projects : [fixAllContext.Project];
        List<(ProjectId Project, ImmutableArray<Diagnostic> Diagnostics)> found = [];
        foreach (Project project in projects.Where(static p => p.Language == LanguageNames.CSharp))
        {
            ImmutableArray<Diagnostic> diagnostics = fixAllContext.Scope == FixAllScope.Document && fixAllContext.Document is { } document
                ? await fixAllContext.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false)
                : await fixAllContext.GetAllDiagnosticsAsync(project).ConfigureAwait(false);
            found.Add((project.Id, diagnostics));
        }

        return CodeAction.Create(
            "Add all of them to the JSON context",
            async cancellationToken =>
            {
                Solution solution = fixAllContext.Solution;
                foreach ((ProjectId project, ImmutableArray<Diagnostic> diagnostics) in found)
                    solution = await JsonContextEditor.AddAsync(solution, project, diagnostics, cancellationToken).ConfigureAwait(false);
                return solution;
            },
            nameof(RegisterJsonTypeFixAll));
    }
}
