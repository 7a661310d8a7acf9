using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads a class with <c>[WebSocketClient]</c> or <c>[JsonRpcClient]</c>. The generator and the analyzers both ask here, so that they cannot disagree.</summary>
internal static class ClientParser
{
    // An entry goes with its compilation.
    private static readonly ConditionalWeakTable<INamedTypeSymbol, StrongBox<ClientModel?>> Read = new();

    /// <summary>Reads the client, once for each compilation: what looks at messages asks for theirs again and again.</summary>
    /// <param name="client">The class.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The model, or null when nothing can be generated for the class.</returns>
    public static ClientModel? Of(INamedTypeSymbol client, CancellationToken cancellationToken) =>
        Read.GetValue(client, c => new StrongBox<ClientModel?>(Parse(c, null, cancellationToken))).Value;

    /// <summary>Reads the client.</summary>
    /// <param name="client">The class.</param>
    /// <param name="problems">Gets what is wrong with it; null when nobody asks.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The model, or null when nothing can be generated for the class.</returns>
    public static ClientModel? Parse(INamedTypeSymbol client, List<Problem>? problems, CancellationToken cancellationToken)
    {
        AttributeData? attribute = client.FindClientAttribute();
        if (attribute is null)
            return null;

        problems ??= [];
        int before = problems.Count;
        CheckKind(client, problems, cancellationToken);
        CheckPartial(client, problems, cancellationToken);
        EquatableArray<ParameterModel>? constructor = ConstructorParser.Parse(client, problems, cancellationToken);
        CheckInterface(client, problems, cancellationToken);
        ITypeSymbol? context = ReadJsonContext(client, attribute, problems, cancellationToken);
        LocatorReader reader = new(client, problems, cancellationToken);
        IReadOnlyList<Locator> discriminators = DiscriminatorLocators.Parse(attribute, reader);
        string payload = DiscriminatorLocators.ParsePayload(attribute, reader);
        CallsModel? calls = CallsParser.Parse(client, attribute, discriminators, problems, cancellationToken);
        WireModel wire = WireParser.Parse(client, attribute, problems, cancellationToken);
        SessionModel session = SessionParser.Parse(client, problems, cancellationToken);
        string? uri = AddressParser.ReadUri(client, attribute, problems, cancellationToken);
        List<string> subProtocols = AddressParser.ReadSubProtocols(client, attribute, problems, cancellationToken);
        if (problems.Count > before || context is IErrorTypeSymbol)
            return null;

        return new ClientModel(
            client.FullName(),
            Symbols.Escape(client.Name),
            InterfaceName(client),
            client.NamespaceOf(),
            SyntaxFacts.GetText(client.DeclaredAccessibility),
            Containers(client).ToEquatableArray(),
            HintName(client),
            uri,
            subProtocols.ToEquatableArray(),
            discriminators.Select(static d => d.Value!).ToEquatableArray(),
            payload,
            context?.FullName(),
            ReadJsonRpc(attribute),
            calls,
            wire,
            session,
            constructor,
            Members(client, cancellationToken).ToEquatableArray());
    }

    private static JsonRpcModel? ReadJsonRpc(AttributeData attribute) =>
        attribute.AttributeClass.Is("NetWebSockets", "JsonRpcClientAttribute")
            ? new JsonRpcModel(attribute.Has("Version") ? attribute.Named<string>("Version") : "2.0")
            : null;

    private static void CheckKind(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        string? kind =
            client.IsStatic ? "static"
            : client.IsRecord ? "a record"
            : client.TypeKind != TypeKind.Class ? "not a class"
            : client.IsAbstract ? "abstract"
            : client.IsFileLocal ? "local to its file"
            : client.IsGenericType ? "generic, or inside a generic type"
            : client.FindAttribute("NetWebSockets", "WebSocketClientAttribute") is not null && client.FindAttribute("NetWebSockets", "JsonRpcClientAttribute") is not null
                ? "declared as one twice, by [WebSocketClient] and by [JsonRpcClient]"
            : null;
        if (kind is not null)
            problems.Add(new Problem(Descriptors.ClientKind, NameOf(client, cancellationToken), client.Name, kind));
    }

    /// <summary>Where a type is declared without <c>partial</c>.</summary>
    public static IEnumerable<Location> NotPartial(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        type.UserDeclarations(cancellationToken)
            .OfType<TypeDeclarationSyntax>()
            .Where(static d => !d.Modifiers.Any(SyntaxKind.PartialKeyword))
            .Select(static d => d.Identifier.GetLocation());

    private static void CheckPartial(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        for (INamedTypeSymbol? type = client; type is not null; type = type.ContainingType)
        {
            foreach (Location location in NotPartial(type, cancellationToken))
                problems.Add(new Problem(Descriptors.ClientNotPartial, location, type.Name, client.Name));
        }
    }

    // The user may write a part of the interface, but not something else of its name.
    private static void CheckInterface(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        foreach (INamedTypeSymbol type in ((INamespaceOrTypeSymbol)client.ContainingSymbol).GetTypeMembers(InterfaceName(client), 0))
        {
            foreach (BaseTypeDeclarationSyntax declaration in type.UserDeclarations(cancellationToken).OfType<BaseTypeDeclarationSyntax>())
            {
                if (declaration is not InterfaceDeclarationSyntax || !declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
                    problems.Add(new Problem(Descriptors.InterfaceTaken, NameOf(client, cancellationToken), type.Name, client.Name));
            }
        }
    }

    private static string InterfaceName(INamedTypeSymbol client) => "I" + client.Name;

    private static ITypeSymbol? ReadJsonContext(
        INamedTypeSymbol client, AttributeData attribute, List<Problem> problems, CancellationToken cancellationToken)
    {
        ITypeSymbol? context = attribute.Named<ITypeSymbol>("JsonContext");
        if (context is not (null or IErrorTypeSymbol)
            && (!context.IsOrDerivesFrom("System.Text.Json.Serialization", "JsonSerializerContext") || context.IsAbstract))
        {
            problems.Add(new Problem(
                Descriptors.NotAJsonContext,
                attribute.LocationOf("JsonContext", client, cancellationToken),
                context.ShortName(),
                client.Name));
        }

        return context;
    }

    /// <summary>The headers of the types around a client, outermost first.</summary>
    public static Stack<string> Containers(INamedTypeSymbol client)
    {
        Stack<string> headers = new();
        for (INamedTypeSymbol? type = client.ContainingType; type is not null; type = type.ContainingType)
        {
            string keyword = (type.TypeKind, type.IsRecord) switch
            {
                (TypeKind.Struct, true) => "record struct",
                (TypeKind.Struct, false) => "struct",
                (TypeKind.Interface, _) => "interface",
                (_, true) => "record",
                _ => "class",
            };
            headers.Push($"partial {keyword} {Symbols.Escape(type.Name)}");
        }

        return headers;
    }

    /// <summary>The name of a client's file.</summary>
    public static string HintName(INamedTypeSymbol client) =>
        client.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat).Replace("@", "") + ".g.cs";

    // What generated members must not collide with. Types and other members collide by name alone, methods by signature.
    private static IEnumerable<string> Members(INamedTypeSymbol client, CancellationToken cancellationToken) =>
        client.GetMembers()
            .Where(m => m.CanBeReferencedByName && m.UserDeclarations(cancellationToken).Any())
            .Select(static m => m is IMethodSymbol method ? Signature(method) : m.Name)
            .Distinct(StringComparer.Ordinal)
            .OrderBy(static m => m, StringComparer.Ordinal);

    private static string Signature(IMethodSymbol method) =>
        $"{method.Name}({string.Join(", ", method.Parameters.Select(static p => p.Type.FullName()))})";

    private static Location NameOf(INamedTypeSymbol client, CancellationToken cancellationToken) =>
        client.UserDeclarations(cancellationToken).OfType<TypeDeclarationSyntax>().FirstOrDefault()?.Identifier.GetLocation()
        ?? client.Locations.FirstOrDefault()
        ?? Location.None;
}
