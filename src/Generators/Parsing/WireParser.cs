using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads how messages stand in WebSocket messages: framing, delimiter, codec.</summary>
internal static class WireParser
{
    private static readonly string[] Framings = ["Single", "JsonArray", "Delimited"];

    /// <summary>Reads it.</summary>
    /// <param name="client">The class.</param>
    /// <param name="attribute">What makes it a client.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static WireModel Parse(INamedTypeSymbol client, AttributeData attribute, List<Problem> problems, CancellationToken cancellationToken)
    {
        int framing = attribute.Named<int>("Framing");
        char delimiter = attribute.Has("Delimiter") ? attribute.Named<char>("Delimiter") : '\u001E';
        void Report(string argument, string what) =>
            problems.Add(new Problem(Descriptors.BadFraming, attribute.LocationOf(argument, client, cancellationToken), client.Name, what));

        if (framing < 0 || framing >= Framings.Length)
            Report("Framing", "Framing is Single, JsonArray or Delimited");
        if (delimiter >= 0x80)
            Report("Delimiter", "the delimiter is one byte: a character below U+0080");
        else if (attribute.Has("Delimiter") && framing != 2)
            Report("Delimiter", "a delimiter needs Framing = MessageFraming.Delimited");
        INamedTypeSymbol? codec = attribute.Named<ITypeSymbol>("Codec") as INamedTypeSymbol;
        if (codec is not null && codec.TypeKind != TypeKind.Error)
        {
            if (attribute.Has("Framing") && framing != 0)
                Report("Codec", "it has both a codec and a framing: the codec is in place of it");
            else if (WhyNoCodec(codec, client) is { } why)
                Report("Codec", $"{codec.ShortName()} {why}");
        }

        return new WireModel(Framings[framing >= 0 && framing < Framings.Length ? framing : 0], delimiter, codec?.FullName());
    }

    private static string? WhyNoCodec(INamedTypeSymbol codec, INamedTypeSymbol client)
    {
        if (!codec.AllInterfaces.Any(static i => i.Is("NetWebSockets", "IMessageCodec")))
            return "is no codec: let it implement NetWebSockets.IMessageCodec";
        if (codec.IsAbstract || codec.IsUnboundGenericType || codec.TypeKind is not (TypeKind.Class or TypeKind.Struct))
            return "cannot be made: it is abstract or generic";
        if (!codec.IsVisibleWhere(client) && codec.DeclaredAccessibility == Accessibility.Private)
            return "is not accessible where the client is generated";
        return codec.InstanceConstructors.Any(static c => c.Parameters.Length == 0 && c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal)
            ? null
            : "has no constructor without parameters that the client can call";
    }
}
