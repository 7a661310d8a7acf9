using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Finds the user's constructor of a client.</summary>
internal static class ConstructorParser
{
    /// <summary>Its parameters; null when there is none with parameters.</summary>
    /// <param name="client">The class.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static EquatableArray<ParameterModel>? Parse(INamedTypeSymbol client, CancellationToken cancellationToken) => null;
}
