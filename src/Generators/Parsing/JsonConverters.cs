using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Parsing;

/// <summary>The converters that the options of a JSON context name.</summary>
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

    private void Add(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.Is(Namespace, "JsonConverter`1"))
                _converted.Add(current.TypeArguments[0].WithNullableAnnotation(NullableAnnotation.None));
            else if (current.Is(Namespace, "JsonConverterFactory"))
                _convertAnything = true;
        }
    }
}
