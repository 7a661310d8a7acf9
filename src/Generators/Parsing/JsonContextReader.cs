using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetWebSockets.Generators.Diagnostics;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads a <c>JsonSerializerContext</c>: which types are registered in it, and how it names properties.</summary>
internal static class JsonContextReader
{
    /// <summary>The property of NWS0008 with the missing type, as a documentation id. Its first additional location is the context.</summary>
    public const string MissingType = "MissingType";

    private const string Namespace = "System.Text.Json.Serialization";

    // Read once for each context of a compilation, not once for each of its messages. An entry goes with its compilation.
    private static readonly ConditionalWeakTable<INamedTypeSymbol, HashSet<ITypeSymbol>> Registered = new();

    /// <summary>Whether the context, in any of its declarations, has <c>[JsonSerializable(typeof(T))]</c> for the type.</summary>
    public static bool Registers(INamedTypeSymbol context, ITypeSymbol type) => Registered.GetValue(context, RegisteredIn).Contains(type);

    private static HashSet<ITypeSymbol> RegisteredIn(INamedTypeSymbol context)
    {
        HashSet<ITypeSymbol> types = new(SymbolEqualityComparer.Default);
        foreach (AttributeData attribute in context.GetAttributes())
        {
            if (attribute.AttributeClass.Is(Namespace, "JsonSerializableAttribute")
                && attribute.ConstructorArguments.Length > 0
                && attribute.ConstructorArguments[0].Value is ITypeSymbol type)
                types.Add(type);
        }

        return types;
    }

    /// <summary>Says that a type is not registered, with what the code fix needs to add it.</summary>
    /// <param name="context">The context.</param>
    /// <param name="type">The type.</param>
    /// <param name="client">The name of the client.</param>
    /// <param name="location">Where the type is used.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static Problem Missing(INamedTypeSymbol context, ITypeSymbol type, string client, Location location, CancellationToken cancellationToken) =>
        new(Descriptors.MissingFromJsonContext, location, type.ShortName(), client, context.ShortName())
        {
            Additional = DeclarationOf(context, cancellationToken),
            Properties = ImmutableDictionary<string, string?>.Empty.Add(MissingType, DocumentationCommentId.CreateReferenceId(type)),
        };

    /// <summary>
    /// Where the context is declared: the declaration that has <c>[JsonSerializable]</c> already, for System.Text.Json's generator takes these
    /// from one declaration only. Null when the context is in another project.
    /// </summary>
    public static Location? DeclarationOf(INamedTypeSymbol context, CancellationToken cancellationToken)
    {
        TypeDeclarationSyntax? declaration = context.GetAttributes()
            .Where(static a => a.AttributeClass.Is(Namespace, "JsonSerializableAttribute"))
            .Select(a => a.ApplicationSyntaxReference?.GetSyntax(cancellationToken).FirstAncestorOrSelf<TypeDeclarationSyntax>())
            .FirstOrDefault(static d => d is not null)
            ?? context.UserDeclarations(cancellationToken).OfType<TypeDeclarationSyntax>().FirstOrDefault();
        return declaration?.Identifier.GetLocation();
    }

    /// <summary>The name of a property or a field in JSON, lower case and without separators when the policy is one that this cannot spell.</summary>
    /// <param name="context">The context.</param>
    /// <param name="property">The property or the field.</param>
    /// <param name="isExact">Whether it is the name itself.</param>
    public static string NameOf(INamedTypeSymbol context, ISymbol property, out bool isExact)
    {
        isExact = true;
        return property.FindAttribute(Namespace, "JsonPropertyNameAttribute") is { } given
            ? given.FirstString() ?? property.Name
            : NameOf(context, property.Name, out isExact);
    }

    /// <summary>A name as the context's policy has it, lower case and without separators when the policy is one that this cannot spell.</summary>
    /// <param name="context">The context; null when there is none.</param>
    /// <param name="name">The name.</param>
    /// <param name="isExact">Whether it is the name itself.</param>
    public static string NameOf(ITypeSymbol? context, string name, out bool isExact)
    {
        isExact = true;
        AttributeData? options = context?.FindAttribute(Namespace, "JsonSourceGenerationOptionsAttribute");
        int? policy = options?.Named<int>("PropertyNamingPolicy");
        bool isWeb = options is { ConstructorArguments.Length: 1 } && options.ConstructorArguments[0].Value is 1; // JsonSerializerDefaults.Web
        switch (policy is null or 0 && isWeb ? 1 : policy ?? 0)
        {
            case 0:
                return name;
            case 1:
                return Names.Camel(name);
            default:
                isExact = false;
                return Plain(name);
        }
    }

    /// <summary>A name as it is compared for the policies with separators.</summary>
    public static string Plain(string name) => name.Replace("_", "").Replace("-", "").ToLowerInvariant();
}
