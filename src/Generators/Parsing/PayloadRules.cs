using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Which types System.Text.Json can write and read as a message or as the result of a call.</summary>
internal static class PayloadRules
{
    // The context reads and writes what stands in a collection, and knows nothing of positions.
    private static string WhyNotPositional(ITypeSymbol element) => $"a collection of [Positional] {element.ShortName()}, which System.Text.Json would read and write as objects: give {element.ShortName()} a [JsonConverter] in place of [Positional]";

    // Interfaces that System.Text.Json makes a collection of its own for
    private static readonly HashSet<string> KnownInterfaces = new(StringComparer.Ordinal)
    {
        "IEnumerable", "ICollection", "IList", "IDictionary", "IEnumerable`1", "ICollection`1", "IList`1", "ISet`1", "IDictionary`2",
        "IReadOnlyCollection`1", "IReadOnlyList`1", "IReadOnlySet`1", "IReadOnlyDictionary`2",
        "IImmutableList`1", "IImmutableSet`1", "IImmutableDictionary`2", "IImmutableQueue`1", "IImmutableStack`1",
    };

    /// <summary>Says why the type cannot be a payload, as the end of a sentence; null when it can.</summary>
    public static string? WhyNot(ITypeSymbol type)
    {
        switch (type)
        {
            case IArrayTypeSymbol { Rank: > 1 }:
                return "an array of several dimensions, which JSON has not";
            case IArrayTypeSymbol array:
                return PositionalParser.IsObjectToJson(array.ElementType) ? WhyNotPositional(array.ElementType) : WhyNot(array.ElementType);
            case IPointerTypeSymbol or IFunctionPointerTypeSymbol:
                return "a pointer";
            case ITypeParameterSymbol:
                return "an open type parameter";
            case not INamedTypeSymbol:
                return null;
        }

        var named = (INamedTypeSymbol)type;
        if (named.IsStatic)
            return "static";
        if (named.IsRefLikeType)
            return "a ref struct";
        if (named.IsUnboundGenericType || HasOpenArguments(named))
            return "an open generic type; name one with all its type arguments";
        if (named.TypeKind == TypeKind.Delegate)
            return "a delegate";
        if (named.IsOrDerivesFrom("System.IO", "Stream"))
            return "a stream; JSON payloads are records";
        if (named.Is("System.Threading.Tasks", "Task") || named.Is("System.Threading.Tasks", "Task`1")
            || named.Is("System.Threading.Tasks", "ValueTask") || named.Is("System.Threading.Tasks", "ValueTask`1"))
            return "a task; name the type of its result alone";
        if (named.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr || named.IsOrDerivesFrom("System.Reflection", "MemberInfo"))
            return "a type that System.Text.Json does not write";
        if (named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return PositionalParser.IsObjectToJson(named.TypeArguments[0])
                ? $"a [Positional] struct that may be null, which System.Text.Json would read and write as an object: make {named.TypeArguments[0].ShortName()} a class, or drop the question mark"
                : WhyNot(named.TypeArguments[0]);
        }

        if (IsAbstractOnly(named) && !IsKnownToJson(named))
        {
            return named.TypeKind == TypeKind.Interface
                ? "an interface without [JsonDerivedType]; System.Text.Json cannot know which class to make"
                : "abstract without [JsonDerivedType]; System.Text.Json cannot know which class to make";
        }

        if (JsonTypeGraph.IsOfTheSystem(named) && named.TypeArguments.FirstOrDefault(PositionalParser.IsObjectToJson) is { } positional)
            return WhyNotPositional(positional);
        return named.TypeArguments.Select(WhyNot).FirstOrDefault(static w => w is not null);
    }

    /// <summary>Whether the type is written as a JSON array, as far as its shape tells.</summary>
    public static bool IsJsonArray(INamedTypeSymbol type) =>
        !JsonTypeGraph.HasConverter(type)
        && type.AllInterfaces.Any(static i => i.SpecialType == SpecialType.System_Collections_IEnumerable)
        && !type.AllInterfaces.Any(static i => i.MetadataName is "IDictionary" or "IDictionary`2" or "IReadOnlyDictionary`2");

    private static bool HasOpenArguments(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (current.TypeArguments.Any(static a => a.TypeKind == TypeKind.TypeParameter))
                return true;
        }

        return false;
    }

    private static bool IsAbstractOnly(INamedTypeSymbol type) => type.TypeKind == TypeKind.Interface || type is { IsAbstract: true, IsStatic: false };

    private static bool IsKnownToJson(INamedTypeSymbol type) =>
        JsonTypeGraph.HasConverter(type)
        || type.GetAttributes().Any(static a =>
            a.AttributeClass.Is("System.Text.Json.Serialization", "JsonPolymorphicAttribute")
            || a.AttributeClass.Is("System.Text.Json.Serialization", "JsonDerivedTypeAttribute")
            || a.AttributeClass.Is("System.Text.Json.Serialization", "JsonDerivedTypeAttribute`1"))
        || type.IsOrDerivesFrom("System.Text.Json.Nodes", "JsonNode")
        || (type.TypeKind == TypeKind.Interface
            && KnownInterfaces.Contains(type.OriginalDefinition.MetadataName)
            && type.NamespaceOf().StartsWith("System.Collections", StringComparison.Ordinal));
}
