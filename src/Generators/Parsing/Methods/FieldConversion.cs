using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Parsing;

/// <summary>What attributes of System.Text.Json say of a field that stands by position: its converter, and how its numbers stand.</summary>
internal static class FieldConversion
{
    private const string Namespace = "System.Text.Json.Serialization";

    /// <summary>The property that a parameter of a record's constructor sets; null when there is none to be read.</summary>
    public static IPropertySymbol? PropertyOf(INamedTypeSymbol record, IParameterSymbol parameter)
    {
        for (INamedTypeSymbol? type = record; type is not null; type = type.BaseType)
        {
            IPropertySymbol? property = type.GetMembers().OfType<IPropertySymbol>().FirstOrDefault(p =>
                string.Equals(p.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
                && p is { IsStatic: false, IsIndexer: false, GetMethod: not null }
                && p.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal
                && SymbolEqualityComparer.Default.Equals(p.Type, parameter.Type));
            if (property is not null)
                return property;
        }

        return null;
    }

    /// <summary>Whether a field is written and read by a converter that its property names.</summary>
    public static bool IsConverted(INamedTypeSymbol record, IParameterSymbol parameter) => AttributeOf(PropertyOf(record, parameter)) is not null;

    /// <summary>That converter; null when there is none, or when <see cref="WhyNot"/> says what is wrong with it.</summary>
    public static INamedTypeSymbol? ConverterOf(IPropertySymbol? property) =>
        AttributeOf(property) is { ConstructorArguments.Length: 1 } attribute ? attribute.ConstructorArguments[0].Value as INamedTypeSymbol : null;

    /// <summary>The type that a converter has: it may be the nullable type, or the one that is in it.</summary>
    public static ITypeSymbol Converted(INamedTypeSymbol converter, ITypeSymbol type) =>
        IsFor(converter, type) ? type : ValueParser.CoreOf(type);

    /// <summary>What the context says, but for what the field or its record says of numbers.</summary>
    public static JsonContextFacts FactsOf(INamedTypeSymbol record, IPropertySymbol? property, ITypeSymbol type, JsonContextFacts facts) =>
        NumberHandlingOf(record, property, type) is { } handling ? facts with { NumberHandling = handling } : facts;

    /// <summary>How the numbers of a field stand, as its property or the record says; null when the context says it.</summary>
    public static int? NumberHandlingOf(INamedTypeSymbol record, IPropertySymbol? property, ITypeSymbol type) =>
        AttributeOf(property) is null && ValueParser.IsNumber(ValueParser.CoreOf(type)) ? Handling(property) ?? Handling(record) : null;

    /// <summary>Says why the attributes of a field cannot be followed; null when they can.</summary>
    public static string? WhyNot(INamedTypeSymbol record, IParameterSymbol parameter)
    {
        IPropertySymbol? property = PropertyOf(record, parameter);
        string name = parameter.Name;
        if (AttributeOf(property) is { } attribute)
        {
            if (!attribute.AttributeClass.Is(Namespace, "JsonConverterAttribute"))
                return $"the converter of '{name}' comes from an attribute of its own, which only System.Text.Json asks: name it with [property: JsonConverter(typeof(…))]";
            if (ConverterOf(property) is not { } converter || !CanBeMade(converter))
                return $"the converter of '{name}' cannot be made: name a JsonConverter that is not generic or abstract and has a constructor without parameters, both of them public or internal";
            bool fits = JsonConverters.IsFactory(converter) || IsFor(converter, parameter.Type) || IsFor(converter, ValueParser.CoreOf(parameter.Type));
            return fits ? null : $"the converter of '{name}' is not one of {parameter.Type.ShortName()}";
        }

        ITypeSymbol core = ValueParser.CoreOf(parameter.Type);
        return !ValueParser.IsNumber(core) && (Handling(property) is not null || (Handling(record) is not null && HoldsNumbers(core)))
            ? $"[JsonNumberHandling] says how a number by position stands, and '{name}' is none: set NumberHandling of the JSON context"
            : null;
    }

    // Collections: System.Text.Json would have the attribute hold for what is in them.
    private static bool HoldsNumbers(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Holds(array.ElementType),
        INamedTypeSymbol { IsGenericType: true } named when JsonTypeGraph.IsOfTheSystem(named) => named.TypeArguments.Any(Holds),
        _ => false,
    };

    private static bool Holds(ITypeSymbol type) => ValueParser.IsNumber(ValueParser.CoreOf(type)) || HoldsNumbers(type);

    private static AttributeData? AttributeOf(IPropertySymbol? property) => property is null ? null : JsonConverters.AttributeOf(property);

    private static bool IsFor(INamedTypeSymbol converter, ITypeSymbol type) =>
        JsonConverters.TargetOf(converter) is { } target && SymbolEqualityComparer.Default.Equals(target, type);

    private static int? Handling(ISymbol? symbol) =>
        symbol?.FindAttribute(Namespace, "JsonNumberHandlingAttribute") is { ConstructorArguments.Length: 1 } attribute ? attribute.ConstructorArguments[0].Value as int? : null;

    private static bool CanBeMade(INamedTypeSymbol converter) =>
        converter is { IsAbstract: false, IsUnboundGenericType: false }
        && converter.IsOrDerivesFrom(Namespace, "JsonConverter")
        && converter.InstanceConstructors.Any(static c => c.Parameters.Length == 0 && IsReachable(c))
        && IsReachable(converter);

    private static bool IsReachable(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal && (symbol is not INamedTypeSymbol { ContainingType: { } outer } || IsReachable(outer));
}
