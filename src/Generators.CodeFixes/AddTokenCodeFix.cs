using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using NetWebSockets.Generators.Diagnostics;

namespace NetWebSockets.Generators.CodeFixes;

/// <summary>NWS0066: adds a cancellation token, last and optional.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddTokenCodeFix)), Shared]
public sealed class AddTokenCodeFix : CodeFixProvider
{
    private const string Title = "Take a cancellation token";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [MethodDescriptors.TakesNoToken.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (Diagnostic diagnostic in context.Diagnostics)
            context.RegisterCodeFix(CodeAction.Create(Title, cancellationToken => FixAsync(context.Document, diagnostic, cancellationToken), nameof(AddTokenCodeFix)), diagnostic);
        return Task.CompletedTask;
    }

    private static async Task<Document> FixAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method)
            return document;
        HashSet<string> taken = [.. method.ParameterList.Parameters.Select(static p => p.Identifier.ValueText)];
        string name = "cancellationToken";
        while (!taken.Add(name))
            name += "_";
        TypeSyntax type = SyntaxFactory.ParseTypeName("System.Threading.CancellationToken").WithAdditionalAnnotations(Simplifier.Annotation).WithTrailingTrivia(SyntaxFactory.Space);
        ParameterSyntax token = SyntaxFactory.Parameter(SyntaxFactory.Identifier(name)).WithType(type).WithDefault(SyntaxFactory.EqualsValueClause(
            SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression, SyntaxFactory.Token(SyntaxKind.DefaultKeyword))));
        if (method.ParameterList.Parameters.Count > 0)
            token = token.WithLeadingTrivia(SyntaxFactory.Space);
        return document.WithSyntaxRoot(root.ReplaceNode(method, method.AddParameterListParameters(token)));
    }
}
