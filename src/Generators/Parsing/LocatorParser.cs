using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads the locators of <c>[WebSocketClient]</c> and <c>[Calls]</c>, and checks that an envelope can be made of them.</summary>
internal static class LocatorParser
{
    public static CallsModel? Parse(
        INamedTypeSymbol client, AttributeData attribute, string? discriminator, List<Problem> problems, CancellationToken cancellationToken)
    {
        Reader reader = new(client, problems, cancellationToken);
        Locator kind = new("discriminator", "Discriminator", discriminator, attribute);
        bool usable = reader.Check(kind, mayBeWhole: false);

        AttributeData? calls = client.FindAttribute("NetWebSockets", "CallsAttribute");
        if (calls is null)
            return null;

        Locator id = new("id", "Id", calls.Named<string>("Id") ?? "/id", calls);
        Locator method = new("method", "Method", calls.Named<string>("Method"), calls);
        Locator parameters = new("parameters", "Params", calls.Named<string>("Params"), calls);
        Locator result = new("result", "Result", calls.Named<string>("Result") ?? "/result", calls);
        Locator error = new("error", "Error", calls.Named<string>("Error") ?? "/error", calls);
        usable &= reader.Check(id, mayBeWhole: false);
        usable &= reader.Check(method, mayBeWhole: false);
        usable &= reader.Check(parameters, mayBeWhole: true);
        usable &= reader.Check(result, mayBeWhole: true);
        usable &= reader.Check(error, mayBeWhole: true);
        if (!usable)
            return null;

        // the request: these are written side by side
        Locator named = method.Value is null ? kind : method;
        reader.CheckApart(id, named);
        reader.CheckApart(parameters, id);
        reader.CheckApart(parameters, named);

        // what arrives: the id and the discriminator are scalars, of which nothing else can be a part
        if (method.Value is not null)
            reader.CheckApart(kind, id);
        reader.CheckDifferent(result, id);
        reader.CheckDifferent(error, id);
        reader.CheckDifferent(result, error);

        return new CallsModel(
            id.Value!, method.Value, string.IsNullOrEmpty(parameters.Value) ? null : parameters.Value, result.Value!, error.Value!);
    }

    private sealed record Locator(string Word, string Argument, string? Value, AttributeData Attribute);

    private sealed class Reader(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        public bool Check(Locator locator, bool mayBeWhole)
        {
            if (locator.Value is null)
                return true;
            string? wrong = JsonPointer.TryParse(locator.Value, out _);
            if (wrong is null && locator.Value.Length == 0 && !mayBeWhole)
                wrong = "an empty pointer is the whole message; name a property, as in '/type'";
            if (wrong is null)
                return true;
            problems.Add(new Problem(Descriptors.NotAJsonPointer, LocationOf(locator), locator.Value, locator.Word, client.Name, wrong));
            return false;
        }

        /// <summary>Neither may be the other or a part of it.</summary>
        public void CheckApart(Locator one, Locator other)
        {
            if (!string.IsNullOrEmpty(one.Value) && !string.IsNullOrEmpty(other.Value) && JsonPointer.Overlap(one.Value!, other.Value!))
                Report(one, other);
        }

        /// <summary>They may not be the same; a whole object may hold the other.</summary>
        public void CheckDifferent(Locator one, Locator other)
        {
            if (one.Value == other.Value)
                Report(one, other);
        }

        // Told where the user wrote one of the two; a default stands nowhere.
        private void Report(Locator one, Locator other)
        {
            Locator at = one.Attribute.NamedArguments.Any(a => a.Key == one.Argument) ? one : other;
            problems.Add(new Problem(Descriptors.LocatorConflict, LocationOf(at), one.Word, one.Value, other.Word, other.Value, client.Name));
        }

        private Location LocationOf(Locator locator) => locator.Attribute.LocationOf(locator.Argument, client, cancellationToken);
    }
}
