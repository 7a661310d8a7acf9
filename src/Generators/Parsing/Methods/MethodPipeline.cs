using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>The steps of the pipeline that find annotated methods and records that subscribe.</summary>
internal static class MethodPipeline
{
    /// <summary>The annotated methods of all clients.</summary>
    public static IncrementalValueProvider<EquatableArray<MethodModel>> Methods(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<EquatableArray<MethodModel>>? all = null;
        foreach ((ClientMethodKind kind, string name) in MethodAttributes.All)
        {
            IncrementalValueProvider<EquatableArray<MethodModel>> found = context.SyntaxProvider
                .ForAttributeWithMetadataName(
                    "NetWebSockets." + name,
                    static (node, _) => node is MethodDeclarationSyntax,
                    static (found, cancellationToken) => found.Attributes
                        .Select(a => MethodParser.Parse((IMethodSymbol)found.TargetSymbol, a, null, cancellationToken))
                        .OfType<MethodModel>()
                        .ToEquatableArray())
                .Collect()
                .Select(static (files, _) => files.SelectMany(static f => f).ToEquatableArray())
                .WithTrackingName(TrackingNames.Methods(kind));
            all = all is null ? found : all.Value.Combine(found).Select(static (both, _) => both.Left.Concat(both.Right).ToEquatableArray());
        }

        return all!.Value.WithTrackingName(TrackingNames.AllMethods);
    }

    /// <summary>The records of all clients that subscribe.</summary>
    public static IncrementalValueProvider<EquatableArray<SubscribeModel>> Subscribes(IncrementalGeneratorInitializationContext context) =>
        context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "NetWebSockets.SubscribeAttribute`2",
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellationToken) => found.Attributes
                    .Select(a => SubscribeParser.Parse((INamedTypeSymbol)found.TargetSymbol, a, null, cancellationToken))
                    .OfType<SubscribeModel>()
                    .ToEquatableArray())
            .Collect()
            .Select(static (files, _) => files.SelectMany(static f => f).ToEquatableArray())
            .WithTrackingName(TrackingNames.Subscribes);
}
