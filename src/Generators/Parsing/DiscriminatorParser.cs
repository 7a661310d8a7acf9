using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads the values that an attribute gives for the client's discriminators.</summary>
internal static class DiscriminatorParser
{
    /// <summary>Reads them.</summary>
    /// <param name="attribute">The attribute; its constructor takes them.</param>
    /// <param name="isSent">Whether they are sent, and so must be values; otherwise they are looked for.</param>
    /// <param name="symbol">What has the attribute.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The values, in order.</returns>
    public static EquatableArray<DiscriminatorValueModel> Parse(
        AttributeData attribute, bool isSent, ISymbol symbol, List<Problem> problems, CancellationToken cancellationToken)
    {
        if (attribute.ConstructorArguments.Length == 0)
            return default;
        TypedConstant given = attribute.ConstructorArguments[0];
        IEnumerable<TypedConstant> values = given.Kind != TypedConstantKind.Array ? [given] : given.IsNull ? [default] : given.Values;
        List<DiscriminatorValueModel> found = [];
        foreach (TypedConstant value in values)
        {
            string? wrong = Read(value, isSent, out DiscriminatorValueModel model);
            if (wrong is not null)
            {
                problems.Add(new Problem(
                    Descriptors.BadDiscriminatorValue, attribute.LocationOfPositional(found.Count, symbol, cancellationToken), Shown(value), symbol.Name, wrong));
            }

            found.Add(model);
        }

        return found.ToEquatableArray();
    }

    /// <summary>What must stand where, of values that are looked for.</summary>
    /// <param name="locators">The places of the client's discriminators.</param>
    /// <param name="values">The values, not more than there are places.</param>
    public static EquatableArray<LocatorMatchModel> Matches(EquatableArray<string> locators, EquatableArray<DiscriminatorValueModel> values) =>
        values
            .Select((value, index) => new LocatorMatchModel(locators[index], value.Kind, value.Text))
            .Where(static m => m.Kind != MatchKind.Any)
            .ToEquatableArray();

    private static string? Read(TypedConstant value, bool isSent, out DiscriminatorValueModel model)
    {
        model = new DiscriminatorValueModel(MatchKind.Any, "", "");
        if (value.IsNull || value.Kind is TypedConstantKind.Array or TypedConstantKind.Type or TypedConstantKind.Error)
            return "give a string, an integer, true or false" + (isSent ? "" : ", or a member of Discriminator");

        if (value.Kind == TypedConstantKind.Enum && value.Type.Is("NetWebSockets", "Discriminator"))
        {
            MatchKind kind = value.Value switch
            {
                1 => MatchKind.Present,
                2 => MatchKind.Absent,
                _ => MatchKind.Any,
            };
            model = new DiscriminatorValueModel(kind, "", "");
            return isSent && kind == MatchKind.Present ? "what is sent needs a value: give a string, an integer, true or false" : null;
        }

        switch (value.Value)
        {
            case string text when isSent:
                model = new DiscriminatorValueModel(MatchKind.Exact, text, JsonText.Quote(text));
                return null;
            case string text:
                if (TextTemplate.TryParse(text, out TextTemplate template) is { } wrong)
                    return wrong;
                string? twice = template.Parameters.GroupBy(static p => p, StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1)?.Key;
                if (twice is not null)
                    return $"the parameter {{{twice}}} is there twice";
                model = template.Parameters.Count == 0
                    ? new DiscriminatorValueModel(MatchKind.Exact, template.Literals[0], JsonText.Quote(template.Literals[0]))
                    : new DiscriminatorValueModel(MatchKind.Template, text, "");
                return null;
            case bool flag:
                model = new DiscriminatorValueModel(MatchKind.Exact, flag ? "true" : "false", flag ? "true" : "false");
                return null;
            case sbyte or byte or short or ushort or int or uint or long or ulong:
                string number = Convert.ToString(value.Value, CultureInfo.InvariantCulture)!;
                model = new DiscriminatorValueModel(MatchKind.Exact, number, number);
                return null;
            default:
                return "give a string, an integer, true or false" + (isSent ? "" : ", or a member of Discriminator");
        }
    }

    private static string Shown(TypedConstant value) => value.Kind switch
    {
        TypedConstantKind.Error => "?",
        _ when value.IsNull => "null",
        TypedConstantKind.Primitive when value.Value is string text => text,
        _ => value.ToCSharpString(),
    };
}
