using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Finds how a value gets into JSON: by the writer itself where the context could not say otherwise, else as the context says.</summary>
internal static class ValueParser
{
    /// <summary>Finds it.</summary>
    /// <param name="type">The type.</param>
    /// <param name="facts">What the context says.</param>
    public static ValueModel Parse(ITypeSymbol type, JsonContextFacts facts)
    {
        bool isNullableValue = type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T };
        ITypeSymbol core = CoreOf(type);
        (ValueKind kind, string getter) = Plain(core);
        bool isFloat = core.SpecialType is SpecialType.System_Single or SpecialType.System_Double;
        bool isNumber = kind == ValueKind.Number;
        bool writes = kind != ValueKind.Serialized && !facts.HasConverters && (!isNumber || (isFloat ? facts.WritesFloatsPlainly : facts.WritesNumbersPlainly));
        bool reads = kind != ValueKind.Serialized && !facts.HasConverters && (!isNumber || facts.ReadsNumbersPlainly);
        string coreName = core.WithNullableAnnotation(NullableAnnotation.NotAnnotated).AnnotatedName();
        if (PositionalParser.IsPositional(core))
            return new ValueModel(type.AnnotatedName(), coreName, ValueKind.Positional, ValueKind.Positional, "", type.IsReferenceType || isNullableValue, isNullableValue);
        return new ValueModel(
            type.AnnotatedName(),
            coreName,
            writes ? kind : ValueKind.Serialized,
            reads ? kind : ValueKind.Serialized,
            getter,
            type.IsReferenceType || isNullableValue,
            isNullableValue);
    }

    /// <summary>A value that its own converter writes and reads.</summary>
    /// <param name="type">The type.</param>
    /// <param name="converted">What the converter has: the type, or the one that is in a nullable type.</param>
    public static ValueModel Serialized(ITypeSymbol type, ITypeSymbol converted)
    {
        bool isInNullable = !SymbolEqualityComparer.Default.Equals(type, converted);
        string name = converted.WithNullableAnnotation(NullableAnnotation.NotAnnotated).AnnotatedName();
        return new ValueModel(type.AnnotatedName(), name, ValueKind.Serialized, ValueKind.Serialized, "", type.IsReferenceType || isInNullable, isInNullable);
    }

    /// <summary>Whether System.Text.Json has it as a number.</summary>
    public static bool IsNumber(ITypeSymbol type) => Plain(type).Kind == ValueKind.Number;

    /// <summary>The type without a question mark.</summary>
    public static ITypeSymbol CoreOf(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    /// <summary>
    /// Whether System.Text.Json writes the type as an object, so that it can be a whole request. What has a converter of its own may be written as anything and so is a value.
    /// </summary>
    public static bool IsJsonObject(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol named || named.TypeKind is not (TypeKind.Class or TypeKind.Struct) || named.SpecialType != SpecialType.None)
            return false;
        if (named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
            return false;
        if (named.Is("System.Text.Json", "JsonElement") || named.Is("System.Text.Json", "JsonDocument"))
            return true;
        if (named.IsOrDerivesFrom("System.Text.Json.Nodes", "JsonNode"))
            return !named.Is("System.Text.Json.Nodes", "JsonArray") && !named.Is("System.Text.Json.Nodes", "JsonValue");
        string home = named.NamespaceOf();
        bool isSystemValue = home is "System" or "System.Numerics" or "System.Text";
        return !isSystemValue && !PayloadRules.IsJsonArray(named) && !JsonTypeGraph.HasConverter(named);
    }

    private static (ValueKind Kind, string Getter) Plain(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte })
            return (ValueKind.Base64, "GetBytesFromBase64");
        return type.SpecialType switch
        {
            SpecialType.System_String => (ValueKind.String, "GetString"),
            SpecialType.System_Boolean => (ValueKind.Boolean, "GetBoolean"),
            SpecialType.System_Byte => (ValueKind.Number, "GetByte"),
            SpecialType.System_SByte => (ValueKind.Number, "GetSByte"),
            SpecialType.System_Int16 => (ValueKind.Number, "GetInt16"),
            SpecialType.System_UInt16 => (ValueKind.Number, "GetUInt16"),
            SpecialType.System_Int32 => (ValueKind.Number, "GetInt32"),
            SpecialType.System_UInt32 => (ValueKind.Number, "GetUInt32"),
            SpecialType.System_Int64 => (ValueKind.Number, "GetInt64"),
            SpecialType.System_UInt64 => (ValueKind.Number, "GetUInt64"),
            SpecialType.System_Single => (ValueKind.Number, "GetSingle"),
            SpecialType.System_Double => (ValueKind.Number, "GetDouble"),
            SpecialType.System_Decimal => (ValueKind.Number, "GetDecimal"),
            SpecialType.System_DateTime => (ValueKind.String, "GetDateTime"),
            _ when type.Is("System", "Guid") => (ValueKind.String, "GetGuid"),
            _ when type.Is("System", "DateTimeOffset") => (ValueKind.String, "GetDateTimeOffset"),
            _ => (ValueKind.Serialized, ""),
        };
    }
}
