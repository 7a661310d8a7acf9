using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetWebSockets.Generators.Analyzers;
using NetWebSockets.Generators.Diagnostics;

namespace NetWebSockets.Generators.CodeFixes;

/// <summary>NWS0062: passes the cancellation token that is at hand, by name where the arguments before it are not all given.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PassTokenCodeFix)), Shared]
public sealed class PassTokenCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [MethodDescriptors.TokenNotPassed.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            string token = diagnostic.Properties[TokenNotPassedAnalyzer.Token]!;
            context.RegisterCodeFix(
                CodeAction.Create($"Pass '{token}'", cancellationToken => FixAsync(context.Document, diagnostic, cancellationToken), nameof(PassTokenCodeFix)), diagnostic);
        }

        return Task.CompletedTask;
    }

    private static async Task<Document> FixAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        SemanticModel model = (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!;
        if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } invocation
            || model.GetSymbolInfo(invocation, cancellationToken).Symbol is not IMethodSymbol method)
        {
            return document;
        }

        string parameter = diagnostic.Properties[TokenNotPassedAnalyzer.Parameter]!;
        SeparatedSyntaxList<ArgumentSyntax> arguments = invocation.ArgumentList.Arguments;
        int position = method.Parameters.First(p => p.Name == parameter).Ordinal;
        bool isNext = arguments.Count == position && arguments.All(static a => a.NameColon is null);
        ArgumentSyntax added = SyntaxFactory.Argument(SyntaxFactory.IdentifierName(Escape(diagnostic.Properties[TokenNotPassedAnalyzer.Token]!)));
        if (!isNext)
            added = added.WithNameColon(SyntaxFactory.NameColon(Escape(parameter)).WithTrailingTrivia(SyntaxFactory.Space));
        if (arguments.Count > 0)
            added = added.WithLeadingTrivia(SyntaxFactory.Space);
        return document.WithSyntaxRoot(root.ReplaceNode(invocation, invocation.WithArgumentList(invocation.ArgumentList.AddArguments(added))));
    }

    private static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
