using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Questions about symbols that several parsers ask.</summary>
internal static class Symbols
{
    public const string ClientAttribute = "NetWebSockets.WebSocketClientAttribute";
    public const string JsonRpcAttribute = "NetWebSockets.JsonRpcClientAttribute";
    public const string SendAttribute = "NetWebSockets.SendAttribute`1";
    public const string ReceiveAttribute = "NetWebSockets.ReceiveAttribute`1";
    public const string CallAttribute = "NetWebSockets.CallAttribute`2";

    private static readonly SymbolDisplayFormat Annotated = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat NamespaceName = SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(
        SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary>The type from <c>global::</c> on, without nullable annotations.</summary>
    public static string FullName(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>The type from <c>global::</c> on, as its declaration annotates it.</summary>
    public static string AnnotatedName(this ITypeSymbol type) => type.ToDisplayString(Annotated);

    /// <summary>The type as a person would write it, for diagnostics.</summary>
    public static string ShortName(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    /// <summary>The name of the type's namespace; empty for the global one.</summary>
    public static string NamespaceOf(this ITypeSymbol type) =>
        type.ContainingNamespace is { IsGlobalNamespace: false } found ? found.ToDisplayString(NamespaceName) : "";

    /// <summary>The name with an @ before it when it is a keyword.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>Whether the type is NetWebSockets' or System's own type of this name.</summary>
    public static bool Is(this ITypeSymbol? type, string containingNamespace, string metadataName) =>
        type is not null
        && type.OriginalDefinition.MetadataName == metadataName
        && type.ContainingType is null
        && type.IsIn(containingNamespace);

    /// <summary>Whether the type stands in this namespace. Asked of nearly every attribute that there is, so no string is made for it.</summary>
    public static bool IsIn(this ITypeSymbol type, string containingNamespace)
    {
        int end = containingNamespace.Length;
        for (INamespaceSymbol? current = type.ContainingNamespace; current is { IsGlobalNamespace: false }; current = current.ContainingNamespace)
        {
            int start = end - current.Name.Length;
            if (start < 0 || string.CompareOrdinal(containingNamespace, start, current.Name, 0, current.Name.Length) != 0)
                return false;
            if (start == 0)
                return current.ContainingNamespace is null or { IsGlobalNamespace: true };
            if (containingNamespace[start - 1] != '.')
                return false;
            end = start - 1;
        }

        return containingNamespace.Length == 0;
    }

    /// <summary>Whether the type, or one that it is made of, does not exist.</summary>
    public static bool IsUnknown(this ITypeSymbol type) => type switch
    {
        IErrorTypeSymbol => true,
        IArrayTypeSymbol array => array.ElementType.IsUnknown(),
        INamedTypeSymbol named => named.TypeArguments.Any(IsUnknown),
        _ => false,
    };

    public static bool IsOrDerivesFrom(this ITypeSymbol type, string containingNamespace, string metadataName)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.Is(containingNamespace, metadataName))
                return true;
        }

        return false;
    }

    /// <summary>The attribute that makes the class a client.</summary>
    public static AttributeData? FindClientAttribute(this ISymbol symbol) =>
        symbol.FindAttribute("NetWebSockets", "WebSocketClientAttribute") ?? symbol.FindAttribute("NetWebSockets", "JsonRpcClientAttribute");

    public static AttributeData? FindAttribute(this ISymbol symbol, string containingNamespace, string metadataName) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass.Is(containingNamespace, metadataName));

    /// <summary>Whether a named argument of an attribute is given, also as null.</summary>
    public static bool Has(this AttributeData attribute, string name) => attribute.NamedArguments.Any(a => a.Key == name);

    /// <summary>The value of a named argument of an attribute, when it is given.</summary>
    public static T? Named<T>(this AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Kind != TypedConstantKind.Array && argument.Value.Value is T value)
                return value;
        }

        return default;
    }

    /// <summary>The first argument of an attribute's constructor, when it is a string.</summary>
    public static string? FirstString(this AttributeData attribute)
    {
        if (attribute.ConstructorArguments.Length == 0)
            return null;
        TypedConstant first = attribute.ConstructorArguments[0];
        if (first.Kind == TypedConstantKind.Array)
            return first.Values.Length > 0 ? first.Values[0].Value as string : null;
        return first.Kind == TypedConstantKind.Primitive ? first.Value as string : null;
    }

    /// <summary>Where an argument of an attribute stands: the named one, or the first positional one when the name is null.</summary>
    public static Location LocationOf(this AttributeData attribute, string? argument, ISymbol symbol, CancellationToken cancellationToken)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is not AttributeSyntax syntax)
            return symbol.Locations.FirstOrDefault() ?? Location.None;
        AttributeArgumentSyntax? found = syntax.ArgumentList?.Arguments.FirstOrDefault(
            a => argument is null ? a.NameEquals is null : a.NameEquals?.Name.Identifier.ValueText == argument);
        return found?.Expression.GetLocation() ?? syntax.GetLocation();
    }

    /// <summary>Where a positional argument of an attribute stands, of a constructor that takes any number.</summary>
    public static Location LocationOfPositional(this AttributeData attribute, int index, ISymbol symbol, CancellationToken cancellationToken)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is not AttributeSyntax syntax)
            return symbol.Locations.FirstOrDefault() ?? Location.None;
        AttributeArgumentSyntax[] positional = [.. (syntax.ArgumentList?.Arguments ?? default).Where(static a => a.NameEquals is null)];
        return index < positional.Length ? positional[index].Expression.GetLocation() : syntax.GetLocation();
    }

    /// <summary>Where a whole attribute stands.</summary>
    public static Location WholeLocation(this AttributeData attribute, ISymbol symbol) =>
        attribute.ApplicationSyntaxReference is { } reference
            ? Location.Create(reference.SyntaxTree, reference.Span)
            : symbol.Locations.FirstOrDefault() ?? Location.None;

    /// <summary>
    /// The declarations that the user wrote. Analyzers see the generated part of a client too; for both to find the same, it must not count.
    /// </summary>
    public static IEnumerable<SyntaxNode> UserDeclarations(this ISymbol symbol, CancellationToken cancellationToken) =>
        symbol.DeclaringSyntaxReferences
            .Where(static r => !IsGenerated(r.SyntaxTree))
            .Select(r => r.GetSyntax(cancellationToken));

    private static bool IsGenerated(SyntaxTree tree) =>
        tree.FilePath.IndexOf(typeof(WebSocketClientGenerator).FullName!, StringComparison.Ordinal) >= 0;

    /// <summary>Whether code that sees <paramref name="client"/> also sees the type.</summary>
    public static bool IsVisibleWhere(this ITypeSymbol type, INamedTypeSymbol client) => type switch
    {
        IArrayTypeSymbol array => array.ElementType.IsVisibleWhere(client),
        INamedTypeSymbol named =>
            (Reach(named) >= Reach(client) || SharesPrivateContainer(named, client))
            && named.TypeArguments.All(a => a.IsVisibleWhere(client)),
        _ => true,
    };

    // 2 everywhere, 1 in the assembly, 0 only inside another type
    private static int Reach(INamedTypeSymbol type)
    {
        int reach = 2;
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            reach = Math.Min(reach, current.DeclaredAccessibility switch
            {
                Accessibility.Public => 2,
                Accessibility.Internal or Accessibility.ProtectedOrInternal => 1,
                _ => 0,
            });
            if (current.IsFileLocal)
                return -1;
        }

        return reach;
    }

    // A protected or private record beside a client that is nested in the same type, with the same accessibility
    private static bool SharesPrivateContainer(INamedTypeSymbol type, INamedTypeSymbol client) =>
        type.ContainingType is { } container
        && SymbolEqualityComparer.Default.Equals(container, client.ContainingType)
        && type.DeclaredAccessibility >= client.DeclaredAccessibility
        && !type.IsFileLocal;
}
