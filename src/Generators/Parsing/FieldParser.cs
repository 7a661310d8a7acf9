using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Finds how a record is made from its fields, so that a method can take these instead of the record.</summary>
internal static class FieldParser
{
    /// <summary>
    /// The parameters of the record's constructor (its primary one, else that with <c>[JsonConstructor]</c>, else its only public one), and
    /// the properties that an initialiser must or may set. Null when no constructor can be chosen: then only the record itself is taken.
    /// </summary>
    public static FieldsModel? Parse(INamedTypeSymbol record, Documentation documentation, CancellationToken cancellationToken)
    {
        IMethodSymbol? constructor = Choose(record, cancellationToken);
        if (constructor is null && !record.IsValueType)
            return null;

        List<FieldModel> fields = [];
        if (constructor is not null)
        {
            if (constructor.Parameters.Any(static p => p.RefKind is not (RefKind.None or RefKind.In)))
                return null;
            fields.AddRange(constructor.Parameters.Select(p => FromParameter(p, documentation)));
        }

        // A constructor with parameters says what there is to say; beside it only what the language requires is asked for.
        bool onlyRequired = fields.Count > 0;
        bool requiredAreSet = constructor?.FindAttribute("System.Diagnostics.CodeAnalysis", "SetsRequiredMembersAttribute") is not null;
        foreach (IPropertySymbol property in SettableProperties(record))
        {
            if (property.IsRequired ? requiredAreSet : onlyRequired)
                continue;
            if (FromProperty(property, cancellationToken) is { } field)
                fields.Add(field);
        }

        return new FieldsModel(Arrange(fields).ToEquatableArray());
    }

    private static IMethodSymbol? Choose(INamedTypeSymbol record, CancellationToken cancellationToken)
    {
        List<IMethodSymbol> usable = record.InstanceConstructors
            .Where(c => c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal && !IsCopy(c, record))
            .ToList();
        return usable.Find(c => c.UserDeclarations(cancellationToken).Any(static d => d is TypeDeclarationSyntax { ParameterList: not null }))
            ?? usable.Find(static c => c.FindAttribute("System.Text.Json.Serialization", "JsonConstructorAttribute") is not null)
            ?? usable.Find(static c => c.Parameters.Length == 0)
            ?? (usable.Count == 1 ? usable[0] : null);
    }

    private static bool IsCopy(IMethodSymbol constructor, INamedTypeSymbol record) =>
        record.IsRecord
        && constructor.Parameters.Length == 1
        && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, record);

    private static FieldModel FromParameter(IParameterSymbol parameter, Documentation documentation) => new(
        Names.Camel(parameter.Name),
        parameter.Name,
        parameter.Type.AnnotatedName(),
        parameter.Type.FullName(),
        parameter.HasExplicitDefaultValue ? OrForgiven(DefaultValues.Of(parameter), parameter.Type) : null,
        IsProperty: false,
        documentation.Parameter(parameter.Name));

    // Where nullability is not written down null is what it was, and generated code, where it is, says nothing of it.
    private static string? OrForgiven(string? standard, ITypeSymbol type) =>
        standard == "null" && type is { IsReferenceType: true, NullableAnnotation: not NullableAnnotation.Annotated } ? "null!" : standard;

    private static IEnumerable<IPropertySymbol> SettableProperties(INamedTypeSymbol record)
    {
        Stack<INamedTypeSymbol> lineage = new();
        for (INamedTypeSymbol? type = record; type is not null; type = type.BaseType)
            lineage.Push(type);

        Dictionary<string, IPropertySymbol> found = new(StringComparer.Ordinal);
        List<string> order = [];
        foreach (IPropertySymbol property in lineage.SelectMany(static t => t.GetMembers().OfType<IPropertySymbol>()))
        {
            bool settable = property is { IsStatic: false, IsIndexer: false, ExplicitInterfaceImplementations.Length: 0 }
                && property.DeclaredAccessibility == Accessibility.Public
                && property.SetMethod is { DeclaredAccessibility: Accessibility.Public }
                && (property.IsRequired || !IsLeftOutOfJson(property));
            if (!settable)
                continue;
            if (!found.ContainsKey(property.Name))
                order.Add(property.Name);
            found[property.Name] = property;
        }

        return order.Select(name => found[name]);
    }

    private static bool IsLeftOutOfJson(IPropertySymbol property) =>
        property.FindAttribute("System.Text.Json.Serialization", "JsonExtensionDataAttribute") is not null
        || property.FindAttribute("System.Text.Json.Serialization", "JsonIgnoreAttribute") is { NamedArguments.Length: 0 };

    private static FieldModel? FromProperty(IPropertySymbol property, CancellationToken cancellationToken)
    {
        string? standard = null;
        if (!property.IsRequired && !DefaultValues.TryOf(property, out standard, cancellationToken))
            return null; // its initialiser is no constant: it keeps it
        return new FieldModel(
            Names.Camel(property.Name),
            property.Name,
            property.Type.AnnotatedName(),
            property.Type.FullName(),
            OrForgiven(standard, property.Type),
            IsProperty: true,
            Documentation.Of(property, cancellationToken).Summary);
    }

    // Parameters with a default come last, as C# wants it; names that have become equal are told apart.
    private static IEnumerable<FieldModel> Arrange(List<FieldModel> fields)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        int lastMandatory = fields.FindLastIndex(static f => f.Default is null);
        IEnumerable<FieldModel> ordered = fields.TrueForAll(static f => !f.IsProperty)
            ? fields.Select((f, i) => i < lastMandatory ? f with { Default = null } : f)
            : fields.OrderBy(static f => f.Default is null ? 0 : 1);
        foreach (FieldModel field in ordered.ToList())
            yield return field with { Parameter = Names.Unique(field.Parameter, taken) };
    }
}
