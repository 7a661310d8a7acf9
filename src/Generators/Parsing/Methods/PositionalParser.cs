using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads records with <c>[Positional]</c>: arrays on the wire.</summary>
internal static class PositionalParser
{
    /// <summary>Whether the type is one.</summary>
    public static bool IsPositional(ITypeSymbol type) => type is INamedTypeSymbol && type.FindAttribute("NetWebSockets", "PositionalAttribute") is not null;

    /// <summary>Whether System.Text.Json would write and read it as an object, knowing nothing of positions.</summary>
    public static bool IsObjectToJson(ITypeSymbol type) => IsPositional(type) && !JsonTypeGraph.HasConverter(type);

    /// <summary>What stands in a record, by position; nothing when it does not say the order.</summary>
    public static IEnumerable<IParameterSymbol> Fields(INamedTypeSymbol record) => Constructor(record)?.Parameters ?? [];

    /// <summary>Reads a type of the contract.</summary>
    /// <param name="type">The type.</param>
    /// <param name="facts">What the context says.</param>
    public static PayloadModel Payload(ITypeSymbol type, JsonContextFacts facts) => new(type.AnnotatedName(), Parse(type, facts));

    /// <summary>How a type is laid out; null when it is no array by position, or cannot be one.</summary>
    /// <param name="type">The type.</param>
    /// <param name="facts">What the context says.</param>
    public static PositionalModel? Parse(ITypeSymbol type, JsonContextFacts facts)
    {
        if (!IsPositional(type) || WhyNot(type) is not null)
            return null;
        var record = (INamedTypeSymbol)type;
        IMethodSymbol constructor = Constructor(record)!;
        return new PositionalModel(
            record.WithNullableAnnotation(NullableAnnotation.NotAnnotated).AnnotatedName(),
            record.Name,
            constructor.Parameters.Select(p => Field(record, p, facts)).ToEquatableArray());
    }

    /// <summary>The types that the context must know for a record to be written and read, with those of records inside it.</summary>
    public static IEnumerable<ITypeSymbol> NeededTypes(ITypeSymbol type, JsonContextFacts facts)
    {
        var record = (INamedTypeSymbol)type;
        foreach (IParameterSymbol parameter in Fields(record))
        {
            IPropertySymbol? property = FieldConversion.PropertyOf(record, parameter);
            if (property is not null && JsonTypeGraph.HasConverter(property))
                continue;
            ITypeSymbol core = ValueParser.CoreOf(parameter.Type);
            if (IsPositional(core))
            {
                foreach (ITypeSymbol inner in SymbolEqualityComparer.Default.Equals(core, type) ? [] : NeededTypes(core, facts))
                    yield return inner;
                continue;
            }

            ValueModel value = ValueParser.Parse(parameter.Type, FieldConversion.FactsOf(record, property, parameter.Type, facts));
            if (value.Write == ValueKind.Serialized || value.Read == ValueKind.Serialized)
                yield return core;
        }
    }

    /// <summary>The types that the context must know for a type of the contract: itself, or what stands in it by position.</summary>
    public static IEnumerable<ITypeSymbol> Registered(ITypeSymbol type, JsonContextFacts facts) => IsPositional(type) ? NeededTypes(type, facts) : [type];

    /// <summary>Whether the context knows them.</summary>
    public static bool IsRegistered(INamedTypeSymbol context, ITypeSymbol type, JsonContextFacts facts) =>
        Registered(type, facts).All(needed => JsonContextReader.Registers(context, needed));

    /// <summary>Says why a record cannot stand by position; null when it can.</summary>
    public static string? WhyNot(ITypeSymbol type)
    {
        var record = (INamedTypeSymbol)type;
        if (Constructor(record) is not { } constructor)
            return "it has no constructor that says the order: give it a primary constructor, or mark one with [JsonConstructor]";
        if (constructor.Parameters.Length == 0)
            return "its constructor has no parameters";
        if (constructor.Parameters.FirstOrDefault(static p => p.RefKind is not (RefKind.None or RefKind.In)) is { } byRef)
            return $"'{byRef.Name}' is passed by reference";
        if (IsInside(record, record, 0))
            return "it holds itself";
        return constructor.Parameters.Select(p => FieldConversion.WhyNot(record, p)).FirstOrDefault(static w => w is not null);
    }

    private static bool IsInside(INamedTypeSymbol record, INamedTypeSymbol sought, int depth) =>
        depth > 16
        || Fields(record).Where(p => !FieldConversion.IsConverted(record, p)).Select(static p => ValueParser.CoreOf(p.Type)).Where(IsPositional).OfType<INamedTypeSymbol>()
            .Any(inner => SymbolEqualityComparer.Default.Equals(inner, sought) || IsInside(inner, sought, depth + 1));

    private static IMethodSymbol? Constructor(INamedTypeSymbol record)
    {
        List<IMethodSymbol> usable = record.InstanceConstructors
            .Where(c => c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal)
            .Where(c => c.Parameters.Length > 0 && !(record.IsRecord && c.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(c.Parameters[0].Type, record)))
            .ToList();
        return usable.Find(static c => c.FindAttribute("System.Text.Json.Serialization", "JsonConstructorAttribute") is not null)
            ?? usable.Find(static c => c.DeclaringSyntaxReferences.Any(static r => r.GetSyntax() is TypeDeclarationSyntax))
            ?? (usable.Count == 1 ? usable[0] : null);
    }

    private static PositionalFieldModel Field(INamedTypeSymbol record, IParameterSymbol parameter, JsonContextFacts facts)
    {
        IPropertySymbol? property = FieldConversion.PropertyOf(record, parameter);
        INamedTypeSymbol? converter = FieldConversion.ConverterOf(property);
        return new PositionalFieldModel(
            Symbols.Escape(parameter.Name),
            property is null ? null : Symbols.Escape(property.Name),
            converter is null
                ? ValueParser.Parse(parameter.Type, FieldConversion.FactsOf(record, property, parameter.Type, facts))
                : ValueParser.Serialized(parameter.Type, FieldConversion.Converted(converter, parameter.Type)),
            parameter.HasExplicitDefaultValue ? DefaultValues.Of(parameter) : parameter.NullableAnnotation == NullableAnnotation.Annotated ? "null" : null,
            converter is null ? Parse(ValueParser.CoreOf(parameter.Type), facts) : null,
            converter?.AnnotatedName(),
            FieldConversion.NumberHandlingOf(record, property, parameter.Type));
    }
}
