using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Diagnostics;

/// <summary>
/// Something that parsing found wrong. The generator drops them (an analyzer reports them from the same parser), so that no location
/// gets into the pipeline.
/// </summary>
/// <param name="Descriptor">Which diagnostic.</param>
/// <param name="Location">Where in the user's code.</param>
/// <param name="Arguments">What the message names.</param>
internal sealed record Problem(DiagnosticDescriptor Descriptor, Location Location, params object?[] Arguments)
{
    /// <summary>A second place, for a code fix.</summary>
    public Location? Additional { get; init; }

    /// <summary>What else a code fix needs.</summary>
    public ImmutableDictionary<string, string?>? Properties { get; init; }

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(Descriptor, Location, Additional is null ? [] : [Additional], Properties ?? ImmutableDictionary<string, string?>.Empty, Arguments);
}
