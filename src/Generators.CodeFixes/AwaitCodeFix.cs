using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetWebSockets.Generators.Diagnostics;

namespace NetWebSockets.Generators.CodeFixes;

/// <summary>NWS0060: awaits the call, where an await may stand.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AwaitCodeFix)), Shared]
public sealed class AwaitCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [MethodDescriptors.DroppedTask.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        SemanticModel model = (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            // client?.SayAsync() is null where there is no client, and null cannot be awaited.
            if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not InvocationExpressionSyntax invocation
                || !AwaitPlaces.CanHoldAwait(invocation, model, context.CancellationToken))
            {
                continue;
            }

            context.RegisterCodeFix(
                CodeAction.Create("Await the call", _ => Task.FromResult(Fix(context.Document, root, invocation)), nameof(AwaitCodeFix)), diagnostic);
        }
    }

    private static Document Fix(Document document, SyntaxNode root, InvocationExpressionSyntax invocation)
    {
        SyntaxToken keyword = SyntaxFactory.Token(invocation.GetLeadingTrivia(), SyntaxKind.AwaitKeyword, SyntaxFactory.TriviaList(SyntaxFactory.Space));
        return document.WithSyntaxRoot(root.ReplaceNode(invocation, SyntaxFactory.AwaitExpression(keyword, invocation.WithoutLeadingTrivia())));
    }
}
