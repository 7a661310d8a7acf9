using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads what a <c>[Receive]</c> says of the streams of its record.</summary>
internal static class StreamParser
{
    private static readonly string[] FullModes = ["Wait", "DropOldest", "Latest"];

    /// <summary>Reads it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="attribute">Its <c>[Receive]</c>.</param>
    /// <param name="client">The client, which must be able to read the key.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The model; null when all is left at its default.</returns>
    public static StreamModel? Parse(
        ITypeSymbol record, AttributeData attribute, INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        string? key = attribute.Named<string>("Key");
        int mode = attribute.Named<int>("FullMode");
        int capacity = attribute.Named<int>("Capacity");
        if (key is not null && WhyNoKey(record, key, client) is { } why)
            problems.Add(new Problem(Descriptors.BadKey, attribute.LocationOf("Key", record, cancellationToken), key, record.ShortName(), why));
        if (mode < 0 || mode >= FullModes.Length)
            problems.Add(new Problem(Descriptors.BadStream, attribute.LocationOf("FullMode", record, cancellationToken), mode, "FullMode", record.ShortName(), "use Wait, DropOldest or Latest"));
        else if (FullModes[mode] == "Latest" && key is null)
            problems.Add(new Problem(Descriptors.LatestWithoutKey, attribute.LocationOf("FullMode", record, cancellationToken), record.ShortName()));
        if (capacity < 0)
            problems.Add(new Problem(Descriptors.BadStream, attribute.LocationOf("Capacity", record, cancellationToken), capacity, "Capacity", record.ShortName(), "give at least 1, or 0 for the default of 256"));
        return key is null && mode == 0 && capacity == 0 ? null : new StreamModel(key, FullModes[mode >= 0 && mode < FullModes.Length ? mode : 0], capacity);
    }

    private static string? WhyNoKey(ITypeSymbol record, string key, INamedTypeSymbol client)
    {
        ISymbol? member = null;
        for (ITypeSymbol? type = record; type is not null && member is null; type = type.BaseType)
            member = type.GetMembers(key).FirstOrDefault(static m => m is IPropertySymbol { IsIndexer: false } or IFieldSymbol);
        if (member is null)
            return "has no property of that name: write it as nameof(…)";
        if (member.IsStatic)
            return "has it as a static one, which is the same for all";
        if (member is IPropertySymbol { GetMethod: null })
            return "has it without a getter";
        if (member.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal)
            || !SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, client.ContainingAssembly) && member.DeclaredAccessibility != Accessibility.Public)
            return "does not let the client read it: make it public or internal";
        ITypeSymbol type2 = member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;
        return type2.IsRefLikeType ? "has it as a ref struct, which cannot be kept" : null;
    }
}
