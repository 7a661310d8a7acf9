using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads the partial methods of a client without asking whether its contract is right.</summary>
internal static class ClientHalvesParser
{
    private static readonly SymbolDisplayFormat Types = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>Reads them.</summary>
    /// <param name="client">The class.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The model; without methods where nothing could be written for the class.</returns>
    public static ClientHalvesModel Parse(INamedTypeSymbol client, CancellationToken cancellationToken)
    {
        bool canWrite = !client.IsGenericType && !client.IsFileLocal;
        for (INamedTypeSymbol? type = client; type is not null && canWrite; type = type.ContainingType)
            canWrite = !ClientParser.NotPartial(type, cancellationToken).Any();
        IEnumerable<IMethodSymbol> methods = canWrite ? client.GetMembers().OfType<IMethodSymbol>().Where(IsWithoutHalf) : [];
        return new ClientHalvesModel(
            client.FullName(),
            Symbols.Escape(client.Name),
            client.NamespaceOf(),
            ClientParser.Containers(client).ToEquatableArray(),
            ClientParser.HintName(client),
            methods.Select(m => Header(m, cancellationToken)).ToEquatableArray());
    }

    private static bool IsWithoutHalf(IMethodSymbol method) =>
        method.IsPartialDefinition && method.PartialImplementationPart is null && !method.IsGenericMethod
        && method.GetAttributes().Any(static a => a.AttributeClass is not null && MethodAttributes.KindOf(a) is not null);

    private static string Header(IMethodSymbol method, CancellationToken cancellationToken)
    {
        string returns = (method.RefKind == RefKind.Ref ? "ref " : method.RefKind == RefKind.RefReadOnly ? "ref readonly " : "") + method.ReturnType.ToDisplayString(Types);
        return $"{MethodParser.Modifiers(method, cancellationToken)} {returns} {Symbols.Escape(method.Name)}({string.Join(", ", method.Parameters.Select(Parameter))})";
    }

    private static string Parameter(IParameterSymbol parameter)
    {
        string kind = parameter.RefKind switch
        {
            RefKind.Ref => "ref ",
            RefKind.Out => "out ",
            RefKind.In => "in ",
            RefKind.None => parameter.IsParams ? "params " : "",
            _ => "ref readonly ",
        };
        return $"{kind}{parameter.Type.ToDisplayString(Types)} {Symbols.Escape(parameter.Name)}";
    }
}
