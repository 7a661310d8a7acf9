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
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptor, Location, Arguments);
}
