using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetWebSockets.Generators.CodeFixes;

/// <summary>Where the language lets an await stand.</summary>
internal static class AwaitPlaces
{
    /// <summary>Whether an expression may be awaited where it is, without a change of what is around it.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="model">The model of its document.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static bool CanHoldAwait(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        if (expression.Ancestors().FirstOrDefault(IsFunction) is not { } function || !IsAsync(function) || IsUnsafe(expression))
            return false;
        if (expression.Parent is ForStatementSyntax start && start.Initializers.Contains(expression))
            return false; // read as the declaration of a variable whose type is await
        foreach (SyntaxNode around in expression.Ancestors().TakeWhile(a => a != function))
        {
            if (around is LockStatementSyntax || around is CommonForEachStatementSyntax loop && IsOverRefStruct(loop, model, cancellationToken))
                return false;
        }

        return !HoldsRefs(expression, function, model);
    }

    private static bool IsFunction(SyntaxNode node) =>
        node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax or AccessorDeclarationSyntax;

    private static bool IsAsync(SyntaxNode function) => function switch
    {
        AnonymousFunctionExpressionSyntax anonymous => anonymous.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => function is GlobalStatementSyntax,
    };

    private static bool IsUnsafe(SyntaxNode node) => node.Ancestors().Any(static a => a switch
    {
        UnsafeStatementSyntax => true,
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.UnsafeKeyword),
        MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.UnsafeKeyword),
        _ => false,
    });

    // An enumerator that is a ref struct would have to live on while it is awaited.
    private static bool IsOverRefStruct(CommonForEachStatementSyntax loop, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetTypeInfo(loop.Expression, cancellationToken).Type?.IsRefLikeType == true
        || model.GetForEachStatementInfo(loop).GetEnumeratorMethod?.ReturnType.IsRefLikeType == true;

    // Whether any is used afterwards is not asked: in a loop that is anywhere.
    private static bool HoldsRefs(ExpressionSyntax expression, SyntaxNode function, SemanticModel model)
    {
        SyntaxNode scope = function is GlobalStatementSyntax ? function.Parent! : function;
        return model.LookupSymbols(expression.SpanStart).OfType<ILocalSymbol>()
            .Where(local => local.DeclaringSyntaxReferences.Any(r => scope.Span.Contains(r.Span)))
            .Any(static local => local.IsRef || local.Type.IsRefLikeType);
    }
}
