using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Finds the user's constructor of a client, whose parameters <c>ConnectAsync</c> takes too.</summary>
internal static class ConstructorParser
{
    /// <summary>Finds it.</summary>
    /// <param name="client">The class.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Its parameters; null when the user has written no constructor.</returns>
    public static EquatableArray<ParameterModel>? Parse(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        IMethodSymbol? found = null;
        foreach (IMethodSymbol constructor in client.InstanceConstructors)
        {
            foreach (SyntaxNode declaration in constructor.UserDeclarations(cancellationToken))
            {
                string? wrong =
                    found is not null ? "it has another constructor already; one alone can say what ConnectAsync takes"
                    : constructor.Parameters.FirstOrDefault(static p => p.RefKind is not (RefKind.None or RefKind.In)) is { } reference ? $"its parameter '{reference.Name}' is by reference"
                    : constructor.Parameters.FirstOrDefault(static p => p.Type.IsRefLikeType) is { } view ? $"its parameter '{view.Name}' is a ref struct, which cannot wait"
                    : null;
                if (wrong is not null)
                    problems.Add(new Problem(Descriptors.ClientConstructor, LocationOf(declaration), client.Name, wrong));
                found ??= constructor;
            }
        }

        if (found is null)
            return null;
        Documentation documentation = Documentation.Of(client, cancellationToken);
        Documentation own = Documentation.Of(found, cancellationToken);
        return found.Parameters
            .Select(p => new ParameterModel(p.Name, p.Type.AnnotatedName(), p.Type.FullName(), own.Parameter(p.Name) ?? documentation.Parameter(p.Name)))
            .ToEquatableArray();
    }

    private static Location LocationOf(SyntaxNode declaration) => declaration switch
    {
        ConstructorDeclarationSyntax ordinary => ordinary.Identifier.GetLocation(),
        TypeDeclarationSyntax { ParameterList: { } primary } => primary.GetLocation(),
        _ => declaration.GetLocation(),
    };
}
