using Microsoft.CodeAnalysis;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads where a client's messages say which kind they are, and where their records stand.</summary>
internal static class DiscriminatorLocators
{
    /// <summary>Reads the discriminators.</summary>
    /// <param name="attribute">What makes the class a client.</param>
    /// <param name="reader">Checks them.</param>
    /// <returns>Those that are right, in order.</returns>
    public static IReadOnlyList<Locator> Parse(AttributeData attribute, LocatorReader reader)
    {
        string? given = attribute.Named<string>("Discriminator");
        if (given is null && attribute.AttributeClass.Is("NetWebSockets", "JsonRpcClientAttribute"))
            given = "/method";
        List<Locator> found = [];
        foreach (string pointer in JsonPointer.Split(given))
        {
            Locator locator = new("discriminator", "Discriminator", pointer, attribute);
            if (!reader.Check(locator, mayBeWhole: false))
                continue;
            foreach (Locator other in found)
                reader.CheckDifferent(locator, other);
            found.Add(locator);
        }

        return found;
    }

    /// <summary>Reads where records stand.</summary>
    /// <param name="attribute">What makes the class a client.</param>
    /// <param name="reader">Checks it.</param>
    /// <returns>The place; empty when records are the message.</returns>
    public static string ParsePayload(AttributeData attribute, LocatorReader reader)
    {
        string? given = attribute.Named<string>("Payload");
        if (given is null && !attribute.Has("Payload") && attribute.AttributeClass.Is("NetWebSockets", "JsonRpcClientAttribute"))
            given = "/params";
        return reader.Check(new Locator("payload", "Payload", given, attribute), mayBeWhole: true) ? given ?? "" : "";
    }
}
