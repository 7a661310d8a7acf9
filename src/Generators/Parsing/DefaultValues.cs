using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Writes default values as C#.</summary>
internal static class DefaultValues
{
    /// <summary>The default of a parameter that has one.</summary>
    public static string Of(IParameterSymbol parameter)
    {
        object? value = parameter.ExplicitDefaultValue;
        ITypeSymbol type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : parameter.Type;
        if (value is null)
            return !parameter.Type.IsReferenceType ? "default" : parameter.NullableAnnotation == NullableAnnotation.NotAnnotated ? "null!" : "null";
        if (type.TypeKind == TypeKind.Enum)
        {
            string? member = type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, value))?.Name;
            return member is null
                ? $"({type.FullName()})({Convert.ToString(value, CultureInfo.InvariantCulture)})"
                : $"{type.FullName()}.{Symbols.Escape(member)}";
        }

        return value switch
        {
            string text => SymbolDisplay.FormatLiteral(text, quote: true),
            char c => SymbolDisplay.FormatLiteral(c, quote: true),
            bool b => b ? "true" : "false",
            double d => Number(d),
            float f => Number(f),
            decimal m => m.ToString(CultureInfo.InvariantCulture) + "m",
            long l => l.ToString(CultureInfo.InvariantCulture) + "L",
            ulong l => l.ToString(CultureInfo.InvariantCulture) + "UL",
            uint i => i.ToString(CultureInfo.InvariantCulture) + "U",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    /// <summary>
    /// What a property is when an initialiser does not set it: its own initialiser when that is a constant, its type's default when it has none.
    /// </summary>
    /// <param name="property">The property.</param>
    /// <param name="value">The value as C#; null when the property must be given, because nothing but null would be there.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>False when it cannot be said here.</returns>
    public static bool TryOf(IPropertySymbol property, out string? value, CancellationToken cancellationToken)
    {
        value = null;
        if (property.DeclaringSyntaxReferences.Length == 0)
            return false;
        if (property.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is not PropertyDeclarationSyntax declaration)
            return false;
        bool mayBeNull = !property.Type.IsReferenceType || property.NullableAnnotation != NullableAnnotation.NotAnnotated;
        if (declaration.Initializer is null)
        {
            // a property with bodies keeps its own secret of what it is at first
            if (declaration.AccessorList?.Accessors.Any(static a => a.Body is not null || a.ExpressionBody is not null) == true)
                return false;
            value = mayBeNull ? "default" : null;
            return true;
        }

        ExpressionSyntax initial = declaration.Initializer.Value;
        if (initial is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } forgiven)
            initial = forgiven.Operand;
        if (initial.IsKind(SyntaxKind.NullLiteralExpression) || initial.IsKind(SyntaxKind.DefaultLiteralExpression))
        {
            value = mayBeNull ? "default" : null;
            return true;
        }

        if (initial.ToString() is "string.Empty" or "String.Empty" && property.Type.SpecialType == SpecialType.System_String)
        {
            value = "\"\"";
            return true;
        }

        ExpressionSyntax literal = initial is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus ? minus.Operand : initial;
        string text = initial.ToString();
        if (literal is not LiteralExpressionSyntax || !TakesLiterals(property.Type) || text.IndexOf('\n') >= 0)
            return false;
        value = text;
        return true;
    }

    private static bool TakesLiterals(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        return type.SpecialType is (>= SpecialType.System_Boolean and <= SpecialType.System_Double) or SpecialType.System_String;
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "double.NaN"
        : double.IsPositiveInfinity(value) ? "double.PositiveInfinity"
        : double.IsNegativeInfinity(value) ? "double.NegativeInfinity"
        : value.ToString("R", CultureInfo.InvariantCulture) + "d";

    private static string Number(float value) =>
        float.IsNaN(value) ? "float.NaN"
        : float.IsPositiveInfinity(value) ? "float.PositiveInfinity"
        : float.IsNegativeInfinity(value) ? "float.NegativeInfinity"
        : value.ToString("R", CultureInfo.InvariantCulture) + "f";
}
