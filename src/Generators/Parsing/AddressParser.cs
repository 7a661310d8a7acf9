using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads the default address and the subprotocols of a client. Neither is generated when it is not valid.</summary>
internal static class AddressParser
{
    public static string? ReadUri(INamedTypeSymbol client, AttributeData attribute, List<Problem> problems, CancellationToken cancellationToken)
    {
        string? text = attribute.FirstString();
        if (text is null)
            return null;

        string? wrong =
            !Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) ? "it is not an absolute address, such as wss://example.org/ws"
            : uri.Scheme is not ("ws" or "wss" or "http" or "https") ? $"its scheme is '{uri.Scheme}', and must be ws or wss (or http or https)"
            : uri.Host.Length == 0 ? "it names no host"
            : text.IndexOf('#') >= 0 ? "a WebSocket address has no fragment ('#')"
            : null;
        if (wrong is null)
            return text;
        problems.Add(new Problem(Descriptors.BadUri, attribute.LocationOf(null, client, cancellationToken), text, client.Name, wrong));
        return null;
    }

    public static List<string> ReadSubProtocols(
        INamedTypeSymbol client, AttributeData attribute, List<Problem> problems, CancellationToken cancellationToken)
    {
        List<string> found = [];
        TypedConstant argument = attribute.NamedArguments.FirstOrDefault(static a => a.Key == "SubProtocols").Value;
        if (argument.Kind != TypedConstantKind.Array || argument.IsNull)
            return found;

        foreach (TypedConstant item in argument.Values)
        {
            string text = item.Value as string ?? "";
            string? wrong =
                text.Length == 0 ? "it is empty"
                : !text.All(IsTokenCharacter) ? "only letters, digits and !#$%&'*+-.^_`|~ are allowed (RFC 9110, section 5.6.2)"
                : found.Contains(text) ? "it is there twice"
                : null;
            if (wrong is null)
                found.Add(text);
            else
                problems.Add(new Problem(Descriptors.BadSubProtocol, attribute.LocationOf("SubProtocols", client, cancellationToken), text, client.Name, wrong));
        }

        return found;
    }

    private static bool IsTokenCharacter(char c) =>
        c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "!#$%&'*+-.^_`|~".IndexOf(c) >= 0;
}
