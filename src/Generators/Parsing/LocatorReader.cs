using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;

namespace NetWebSockets.Generators.Parsing;

/// <summary>A place that an argument of an attribute gives.</summary>
/// <param name="Word">What stands there, for diagnostics.</param>
/// <param name="Argument">The name of the argument; null for the first positional one.</param>
/// <param name="Value">The pointer; null when none is given.</param>
/// <param name="Attribute">The attribute.</param>
internal sealed record Locator(string Word, string? Argument, string? Value, AttributeData Attribute);

/// <summary>Checks the JSON Pointers and templates of attributes, and tells where the user wrote what is wrong.</summary>
/// <param name="owner">What has the attributes.</param>
/// <param name="problems">Gets what is wrong.</param>
/// <param name="cancellationToken">Ends the work.</param>
internal sealed class LocatorReader(ISymbol owner, List<Problem> problems, CancellationToken cancellationToken)
{
    /// <summary>Whether it is a JSON Pointer, or none is given.</summary>
    public bool Check(Locator locator, bool mayBeWhole)
    {
        if (locator.Value is null)
            return true;
        string? wrong = JsonPointer.TryParse(locator.Value, out _);
        if (wrong is null && locator.Value.Length == 0 && !mayBeWhole)
            wrong = "an empty pointer is the whole message; name a property, as in '/type'";
        if (wrong is null)
            return true;
        problems.Add(new Problem(Descriptors.NotAJsonPointer, LocationOf(locator), locator.Value, locator.Word, owner.Name, wrong));
        return false;
    }

    /// <summary>Reads a template.</summary>
    /// <param name="locator">The template.</param>
    /// <param name="placeholders">What may stand in braces.</param>
    /// <param name="needed">What must stand in braces.</param>
    /// <returns>The template; null when something is wrong.</returns>
    public JsonTemplate? Template(Locator locator, IReadOnlyList<string> placeholders, params string[] needed)
    {
        string? wrong = JsonTemplate.TryParse(locator.Value!, placeholders, out JsonTemplate? template);
        if (wrong is null && needed.FirstOrDefault(n => template!.PlaceOf(n) is null) is { } missing)
            wrong = $"{{{missing}}} is missing";
        if (wrong is null)
            return template;
        problems.Add(new Problem(Descriptors.BadTemplate, LocationOf(locator), locator.Value, locator.Word, owner.Name, wrong));
        return null;
    }

    /// <summary>Neither may be the other or a part of it.</summary>
    public void CheckApart(Locator one, Locator other)
    {
        if (!string.IsNullOrEmpty(one.Value) && !string.IsNullOrEmpty(other.Value) && JsonPointer.Overlap(one.Value!, other.Value!))
            Report(one, other);
    }

    /// <summary>They may not be the same; a whole object may hold the other.</summary>
    public void CheckDifferent(Locator one, Locator other)
    {
        if (one.Value is not null && one.Value == other.Value)
            Report(one, other);
    }

    /// <summary>Where the user wrote it.</summary>
    public Location LocationOf(Locator locator) => locator.Attribute.LocationOf(locator.Argument, owner, cancellationToken);

    // Told where the user wrote one of the two; a default stands nowhere.
    private void Report(Locator one, Locator other)
    {
        Locator at = one.Argument is null || one.Attribute.Has(one.Argument) ? one : other;
        problems.Add(new Problem(Descriptors.LocatorConflict, LocationOf(at), one.Word, one.Value, other.Word, other.Value, owner.Name));
    }
}
