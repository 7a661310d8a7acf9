using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Parsing;

/// <summary>What the options of a JSON context say, as far as generated code has to know before it runs.</summary>
/// <param name="HasConverters">Whether it has converters of its own: then it alone knows how anything is written.</param>
/// <param name="NumberHandling">Its <c>JsonNumberHandling</c>.</param>
/// <param name="IgnoresNulls">Whether it leaves out what is null.</param>
/// <param name="IsCaseInsensitive">Whether it reads names whatever their case.</param>
/// <param name="IncludesFields">Whether public fields stand in JSON as properties do.</param>
internal sealed record JsonContextFacts(bool HasConverters, int NumberHandling, bool IgnoresNulls, bool IsCaseInsensitive, bool IncludesFields)
{
    private const int AllowReadingFromString = 1;
    private const int WriteAsString = 2;
    private const int AllowNamedFloatingPointLiterals = 4;

    /// <summary>Whether integers are written as System.Text.Json writes them by itself.</summary>
    public bool WritesNumbersPlainly => (NumberHandling & WriteAsString) == 0;

    /// <summary>Whether floating-point numbers are.</summary>
    public bool WritesFloatsPlainly => (NumberHandling & (WriteAsString | AllowNamedFloatingPointLiterals)) == 0;

    /// <summary>Whether numbers are read from numbers only.</summary>
    public bool ReadsNumbersPlainly => (NumberHandling & (AllowReadingFromString | AllowNamedFloatingPointLiterals)) == 0;

    /// <summary>Reads the options of a context.</summary>
    /// <param name="context">The context; null when the client has none.</param>
    public static JsonContextFacts Of(ITypeSymbol? context)
    {
        AttributeData? options = context?.FindAttribute("System.Text.Json.Serialization", "JsonSourceGenerationOptionsAttribute");
        if (options is null)
            return new JsonContextFacts(false, 0, false, false, false);
        int defaults = options.ConstructorArguments.Length == 1 && options.ConstructorArguments[0].Value is int given ? given : 0;
        bool isWeb = defaults == 1;
        bool? ignoresCase = NamedBool(options, "PropertyNameCaseInsensitive");
        return new JsonContextFacts(
            options.NamedArguments.Any(static a => a.Key == "Converters" && !a.Value.IsNull && a.Value.Values.Length > 0),
            Named(options, "NumberHandling") ?? (isWeb ? AllowReadingFromString : 0),
            Named(options, "DefaultIgnoreCondition") is 2 or 3, // WhenWritingDefault, WhenWritingNull
            ignoresCase ?? isWeb,
            NamedBool(options, "IncludeFields") == true);
    }

    private static int? Named(AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Value is int value)
                return value;
        }

        return null;
    }

    private static bool? NamedBool(AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Value is bool value)
                return value;
        }

        return null;
    }
}
