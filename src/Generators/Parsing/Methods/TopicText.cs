using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Makes the C# that fills the parameters of a topic's template in.</summary>
internal static class TopicText
{
    /// <summary>What parts the pieces of a key that stands at several places.</summary>
    private const string Separator = "\\u001f";

    /// <summary>The expression.</summary>
    /// <param name="templates">The templates: one, or one for each place of a key.</param>
    /// <param name="find">The C# and the type of what a parameter stands for.</param>
    public static string Expression(IReadOnlyList<TextTemplate> templates, Func<string, (string Code, ITypeSymbol Type)> find)
    {
        if (templates.Count == 1 && templates[0].Parameters.Count == 1 && templates[0].Literals.All(static l => l.Length == 0))
        {
            (string code, ITypeSymbol type) = find(templates[0].Parameters[0]);
            if (type.SpecialType == SpecialType.System_String)
                return type.NullableAnnotation == NullableAnnotation.Annotated ? $"({code} ?? \"\")" : code;
        }

        if (templates.Count == 1 && templates[0].Parameters.Count == 0)
            return SymbolDisplay.FormatLiteral(templates[0].Literals[0], quote: true);

        StringBuilder text = new();
        for (int i = 0; i < templates.Count; i++)
        {
            if (i > 0)
                text.Append(Separator);
            for (int j = 0; j < templates[i].Literals.Count; j++)
            {
                text.Append(Literal(templates[i].Literals[j]));
                if (j < templates[i].Parameters.Count)
                    text.Append('{').Append(Hole(find(templates[i].Parameters[j]))).Append('}');
            }
        }

        return $"string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $\"{text}\")";
    }

    /// <summary>Why a value has no text of its own to stand in a topic, as the end of a sentence; null when it has.</summary>
    public static string? WhyNot(ITypeSymbol type)
    {
        ITypeSymbol core = ValueParser.CoreOf(type);
        bool isText = core.SpecialType is SpecialType.System_String or SpecialType.System_Boolean or SpecialType.System_Char
            || core.TypeKind == TypeKind.Enum
            || core.AllInterfaces.Any(static i => i.Is("System", "IFormattable"));
        for (ITypeSymbol? current = core; !isText && current is not null && current.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Array); current = current.BaseType)
            isText = current.NamespaceOf().Split('.')[0] != "System" && current.GetMembers("ToString").Any(static m => m is IMethodSymbol { Parameters.Length: 0, IsImplicitlyDeclared: false });
        return isText ? null : $"is {core.ShortName()}, which has no text of its own: take a string, a number, an enum, or a type that overrides ToString";
    }

    // JSON's true and false are written small.
    private static string Hole((string Code, ITypeSymbol Type) value) =>
        ValueParser.CoreOf(value.Type).SpecialType == SpecialType.System_Boolean ? $"({value.Code} switch {{ true => \"true\", false => \"false\"{(value.Type.SpecialType == SpecialType.System_Boolean ? "" : ", _ => \"\"")} }})" : value.Code;

    private static string Literal(string text)
    {
        string quoted = SymbolDisplay.FormatLiteral(text, quote: true);
        return quoted.Substring(1, quoted.Length - 2).Replace("{", "{{").Replace("}", "}}");
    }
}
