using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>A type that a contract names: of a message, a result, an item, an error or a parameter.</summary>
/// <param name="Context">The JSON context of the client.</param>
/// <param name="Type">The type.</param>
/// <param name="IsWritten">Whether it is sent; else it is only received.</param>
/// <param name="Location">Where the contract names it.</param>
internal sealed record ContractUse(INamedTypeSymbol Context, ITypeSymbol Type, bool IsWritten, Location Location)
{
    /// <summary>Lets an analyzer look at all of a compilation at its end, by context.</summary>
    /// <param name="context">The analyzer.</param>
    /// <param name="matters">Which contexts are asked about.</param>
    /// <param name="report">Called with all, when there are any.</param>
    public static void Register(AnalysisContext context, Func<INamedTypeSymbol, bool> matters, Action<CompilationAnalysisContext, IEnumerable<IGrouping<INamedTypeSymbol, ContractUse>>> report)
    {
        context.RegisterCompilationStartAction(start =>
        {
            ConcurrentBag<ContractUse> uses = [];
            start.RegisterSymbolAction(
                symbol =>
                {
                    foreach (ContractUse use in In((INamedTypeSymbol)symbol.Symbol, matters, symbol.CancellationToken))
                        uses.Add(use);
                },
                SymbolKind.NamedType);
            start.RegisterCompilationEndAction(end => report(end, uses.GroupBy<ContractUse, INamedTypeSymbol>(static u => u.Context, SymbolEqualityComparer.Default)));
        });
    }

    /// <summary>Where to tell of a member of the type: where it is declared, when that is in the compilation; else where the contract names the type.</summary>
    public Location LocationOf(ISymbol member, Compilation compilation) =>
        member.Locations.FirstOrDefault(l => l.IsInSource && compilation.ContainsSyntaxTree(l.SourceTree!)) ?? Location;

    /// <summary>Those that the attributes of a type and of its methods name.</summary>
    /// <param name="type">Any type of the compilation.</param>
    /// <param name="matters">Which contexts are asked about.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    private static IEnumerable<ContractUse> In(INamedTypeSymbol type, Func<INamedTypeSymbol, bool> matters, CancellationToken cancellationToken)
    {
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (!SubscriptionParser.IsSubscribe(attribute) && MessageParser.DirectionOf(attribute) is null)
                continue;
            if (MessageParser.ClientOf(attribute)?.FindClientAttribute()?.Named<ITypeSymbol>("JsonContext") is not INamedTypeSymbol json || !matters(json))
                continue;
            Location location = attribute.WholeLocation(type);
            yield return new ContractUse(json, type, MessageParser.DirectionOf(attribute) is not MessageDirection.Receive, location);
            if (attribute.AttributeClass!.TypeArguments.Length > 1)
                yield return new ContractUse(json, MessageParser.ReplyOf(attribute), IsWritten: false, location);
        }

        if (type.FindClientAttribute()?.Named<ITypeSymbol>("JsonContext") is not INamedTypeSymbol own || !matters(own))
            yield break;
        if (type.FindAttribute("NetWebSockets", "CallsAttribute")?.Named<ITypeSymbol>("ErrorType") is { } error)
            yield return new ContractUse(own, error, IsWritten: false, type.Locations[0]);
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (method.GetAttributes().Select(MethodAttributes.KindOf).FirstOrDefault(static k => k is not null) is not { } kind)
                continue;
            Location location = MethodParser.NameOf(method, cancellationToken);
            bool isAnswered = kind == ClientMethodKind.Handles;
            foreach (IParameterSymbol parameter in method.Parameters)
                yield return new ContractUse(own, parameter.Type, !isAnswered, location);
            if (MethodParser.ResultOf(method) is { } result)
                yield return new ContractUse(own, result, isAnswered, location);
        }
    }
}
