using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Parsing;

/// <summary>The types that stand in a type when System.Text.Json writes or reads it.</summary>
internal static class JsonTypeGraph
{
    private const string Namespace = "System.Text.Json.Serialization";

    /// <summary>The objects among a type and all that stands in it: in its properties, in collections, in types that derive from it by <c>[JsonDerivedType]</c>.</summary>
    /// <param name="root">The type.</param>
    /// <param name="converters">The converters of the context: what stands in a type that they write is theirs.</param>
    /// <param name="seen">Where the search has been; nothing comes twice.</param>
    public static IEnumerable<INamedTypeSymbol> From(ITypeSymbol root, JsonConverters converters, HashSet<ITypeSymbol> seen)
    {
        Stack<ITypeSymbol> left = new([root]);
        while (left.Count > 0)
        {
            ITypeSymbol type = left.Pop().WithNullableAnnotation(NullableAnnotation.None);
            if (!seen.Add(type) || converters.Convert(type))
                continue;
            if (type is IArrayTypeSymbol array)
            {
                left.Push(array.ElementType);
                continue;
            }

            if (type is not INamedTypeSymbol named || named.TypeKind is TypeKind.Enum or TypeKind.Delegate or TypeKind.Error || HasConverter(named))
                continue;
            foreach (ITypeSymbol argument in named.TypeArguments)
                left.Push(argument);
            if (IsOfTheSystem(named))
                continue;
            yield return named;
            IEnumerable<ITypeSymbol> members = PositionalParser.IsPositional(named)
                ? PositionalParser.Fields(named).Where(f => !FieldConversion.IsConverted(named, f)).Select(static f => f.Type)
                : Members(named, includeFields: true).Where(static m => !HasConverter(m)).Select(TypeOf);
            foreach (ITypeSymbol inner in members.Concat(Derived(named)).Concat(Collections(named)))
                left.Push(inner);
        }
    }

    /// <summary>The interfaces that make a type a collection of one's own.</summary>
    public static IEnumerable<INamedTypeSymbol> Collections(INamedTypeSymbol type) =>
        type.AllInterfaces.Where(static i => i.SpecialType == SpecialType.None && i.MetadataName is "IDictionary`2" or "IReadOnlyDictionary`2" || i.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T);

    /// <summary>The properties and fields of an object that stand in JSON, also those of the types that it derives from.</summary>
    /// <param name="type">The type.</param>
    /// <param name="includeFields">Whether public fields do without <c>[JsonInclude]</c>.</param>
    public static IEnumerable<ISymbol> Members(INamedTypeSymbol type, bool includeFields)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (ISymbol member in current.GetMembers())
            {
                bool isShown = member switch
                {
                    IPropertySymbol { IsIndexer: false } => member.DeclaredAccessibility == Accessibility.Public,
                    IFieldSymbol { IsImplicitlyDeclared: false } => includeFields && member.DeclaredAccessibility == Accessibility.Public,
                    _ => false,
                };
                bool isIncluded = member is IPropertySymbol { IsIndexer: false } or IFieldSymbol && member.FindAttribute(Namespace, "JsonIncludeAttribute") is not null;
                bool isOut = member.IsStatic
                    || member.FindAttribute(Namespace, "JsonExtensionDataAttribute") is not null
                    || member.FindAttribute(Namespace, "JsonIgnoreAttribute") is { } ignore && (ignore.NamedArguments.Length == 0 || ignore.Named<int>("Condition") == 1);
                if ((isShown || isIncluded) && !isOut && names.Add(member.Name))
                    yield return member;
            }
        }
    }

    /// <summary>The type of a property or a field.</summary>
    public static ITypeSymbol TypeOf(ISymbol member) => member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;

    /// <summary>The types that derive from a type by <c>[JsonDerivedType]</c>.</summary>
    public static IEnumerable<ITypeSymbol> Derived(INamedTypeSymbol type) =>
        type.GetAttributes()
            .Where(static a => a.AttributeClass.Is(Namespace, "JsonDerivedTypeAttribute") && a.ConstructorArguments.Length > 0)
            .Select(static a => a.ConstructorArguments[0].Value)
            .OfType<ITypeSymbol>();

    /// <summary>Whether a type, a property or a field has a converter of its own.</summary>
    public static bool HasConverter(ISymbol symbol) => JsonConverters.AttributeOf(symbol) is not null;

    /// <summary>Whether the type is one of the framework's, of which only the type arguments matter.</summary>
    public static bool IsOfTheSystem(INamedTypeSymbol type) =>
        type.SpecialType != SpecialType.None || type.NamespaceOf() is { } home && (home == "System" || home.StartsWith("System.", StringComparison.Ordinal));
}
