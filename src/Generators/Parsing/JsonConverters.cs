using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Converters of System.Text.Json: those that the options of a JSON context name, and what attributes and types say of others.</summary>
internal sealed class JsonConverters
{
    private const string Namespace = "System.Text.Json.Serialization";

    private readonly HashSet<ITypeSymbol> _converted = new(SymbolEqualityComparer.Default);
    private bool _convertAnything;

    private JsonConverters()
    {
    }

    /// <summary>Reads those of a context.</summary>
    public static JsonConverters Of(INamedTypeSymbol context)
    {
        JsonConverters converters = new();
        IEnumerable<INamedTypeSymbol> types = context.FindAttribute(Namespace, "JsonSourceGenerationOptionsAttribute")?.NamedArguments
            .Where(static a => a.Key == "Converters" && !a.Value.IsNull)
            .SelectMany(static a => a.Value.Values)
            .Select(static v => v.Value)
            .OfType<INamedTypeSymbol>() ?? [];
        foreach (INamedTypeSymbol type in types.Where(static t => !t.IsIn(Namespace))) // its own are of enums
            converters.Add(type);
        return converters;
    }

    /// <summary>Whether one of them writes and reads the type, or may: what a factory makes converters for only it knows.</summary>
    public bool Convert(ITypeSymbol type) => _convertAnything || _converted.Contains(type);

    /// <summary>The attribute that gives a type, a property or a field a converter of its own; null when it has none.</summary>
    public static AttributeData? AttributeOf(ISymbol symbol) =>
        symbol.GetAttributes().FirstOrDefault(static a => a.AttributeClass?.IsOrDerivesFrom(Namespace, "JsonConverterAttribute") == true);

    /// <summary>The type that a converter is for; null when it is a factory, or no converter.</summary>
    public static ITypeSymbol? TargetOf(INamedTypeSymbol converter)
    {
        for (INamedTypeSymbol? current = converter; current is not null; current = current.BaseType)
        {
            if (current.Is(Namespace, "JsonConverter`1"))
                return current.TypeArguments[0];
        }

        return null;
    }

    /// <summary>Whether a converter is made by its own code, so that only that knows for which types.</summary>
    public static bool IsFactory(INamedTypeSymbol converter) => converter.IsOrDerivesFrom(Namespace, "JsonConverterFactory");

    private void Add(INamedTypeSymbol type)
    {
        if (TargetOf(type) is { } target)
            _converted.Add(target.WithNullableAnnotation(NullableAnnotation.None));
        _convertAnything |= IsFactory(type);
    }
}
