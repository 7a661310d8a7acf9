using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Where a record with <c>[Positional]</c> stands in a type and is written and read by System.Text.Json, which knows nothing of positions.</summary>
/// <param name="Record">The record.</param>
/// <param name="At">The property, the field, the constructor's parameter or the type that it stands in.</param>
/// <param name="Place">What that is, as the end of "it stands in …".</param>
/// <param name="Advice">What to do.</param>
internal sealed record PositionalPlace(INamedTypeSymbol Record, ISymbol At, string Place, string Advice)
{
    /// <summary>Finds those of one type; what stands in types inside it is not looked at.</summary>
    /// <param name="type">The type.</param>
    /// <param name="facts">What the context says.</param>
    /// <param name="converters">The context's converters.</param>
    /// <param name="isWritten">Whether the type is sent; else a property that nobody can set is of no interest.</param>
    public static IEnumerable<PositionalPlace> In(INamedTypeSymbol type, JsonContextFacts facts, JsonConverters converters, bool isWritten)
    {
        if (PositionalParser.IsPositional(type))
            return InRecord(type, converters);
        INamedTypeSymbol[] collections = [.. JsonTypeGraph.Collections(type)];
        return collections.Length > 0 ? InCollection(type, collections, converters) : InObject(type, facts, converters, isWritten);
    }

    // Generated code reads and writes a record in a record; only what is in a collection goes to the context.
    private static IEnumerable<PositionalPlace> InRecord(INamedTypeSymbol type, JsonConverters converters)
    {
        foreach (IParameterSymbol field in PositionalParser.Fields(type))
        {
            if (!PositionalParser.IsPositional(ValueParser.CoreOf(field.Type)) && !FieldConversion.IsConverted(type, field) && Find(field.Type, converters) is { } record)
                yield return new PositionalPlace(record, field, $"'{field.Name}' of '{type.ShortName()}'", $"give '{field.Name}' a [JsonConverter] of its own, or '{record.ShortName()}' one, or use JsonElement");
        }
    }

    private static IEnumerable<PositionalPlace> InCollection(INamedTypeSymbol type, INamedTypeSymbol[] collections, JsonConverters converters)
    {
        if (collections.Select(c => Find(c, converters)).FirstOrDefault(static r => r is not null) is { } record)
            yield return new PositionalPlace(record, type, $"the collection '{type.ShortName()}'", $"give '{record.ShortName()}' a [JsonConverter], or use JsonElement");
    }

    private static IEnumerable<PositionalPlace> InObject(INamedTypeSymbol type, JsonContextFacts facts, JsonConverters converters, bool isWritten)
    {
        foreach (ISymbol member in JsonTypeGraph.Members(type, facts.IncludesFields))
        {
            ITypeSymbol value = JsonTypeGraph.TypeOf(member);
            if (JsonTypeGraph.HasConverter(member) || !isWritten && !IsRead(type, member) || Find(value, converters) is not { } record)
                continue;
            string advice = PositionalParser.IsPositional(ValueParser.CoreOf(value))
                ? $"give '{member.Name}' a [JsonConverter] of its own, make '{type.ShortName()}' [Positional] too, or use JsonElement"
                : $"give '{member.Name}' a [JsonConverter] of its own, or '{record.ShortName()}' one, or use JsonElement";
            yield return new PositionalPlace(record, member, $"'{member.Name}' of '{type.ShortName()}'", advice);
        }

        if (JsonTypeGraph.Derived(type).Select(d => Find(d, converters)).FirstOrDefault(static r => r is not null) is { } derived)
            yield return new PositionalPlace(derived, type, $"the types that derive from '{type.ShortName()}'", $"give '{derived.ShortName()}' no [Positional], or use JsonElement");
    }

    private static INamedTypeSymbol? Find(ITypeSymbol type, JsonConverters converters)
    {
        type = type.WithNullableAnnotation(NullableAnnotation.None);
        if (converters.Convert(type))
            return null;
        if (type is IArrayTypeSymbol array)
            return Find(array.ElementType, converters);
        if (type is not INamedTypeSymbol named || JsonTypeGraph.HasConverter(named))
            return null;
        if (PositionalParser.IsPositional(named))
            return named;
        return JsonTypeGraph.IsOfTheSystem(named) ? named.TypeArguments.Select(a => Find(a, converters)).FirstOrDefault(static r => r is not null) : null;
    }

    // A property that is worked out from others is only written.
    private static bool IsRead(INamedTypeSymbol type, ISymbol member) =>
        member is not IPropertySymbol { SetMethod: null }
        || type.InstanceConstructors.Any(c => c.Parameters.Any(p => string.Equals(p.Name, member.Name, StringComparison.OrdinalIgnoreCase)));
}
