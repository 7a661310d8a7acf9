using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads <c>[Acknowledge]</c>.</summary>
internal static class AcknowledgeParser
{
    public static IEnumerable<AcknowledgeModel> Parse(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        List<AcknowledgeModel> found = [];
        LocatorReader reader = new(client, problems, cancellationToken);
        foreach (AttributeData attribute in SessionParser.AttributesOf(client, "AcknowledgeAttribute"))
        {
            if (attribute.ConstructorArguments.Length != 2)
                continue; // the compiler says so
            string at = attribute.ConstructorArguments[0].Value as string ?? "";
            string text = attribute.ConstructorArguments[1].Value as string ?? "";
            reader.Check(new Locator("acknowledged place", null, at, attribute), mayBeWhole: false);
            if (text.IndexOf("{value}", StringComparison.Ordinal) < 0)
                problems.Add(new Problem(Descriptors.BadTemplate, attribute.LocationOfPositional(1, client, cancellationToken), text, "acknowledgement", client.Name, "{value} is missing"));
            bool isCumulative = attribute.Named<bool>("Cumulative");
            double every = attribute.Has("EverySeconds") ? attribute.Named<double>("EverySeconds") : 1;
            if (!SessionParser.IsTime(every))
                problems.Add(new Problem(Descriptors.BadLimit, attribute.LocationOf("EverySeconds", client, cancellationToken), every, "EverySeconds", client.Name, "give more than 0 and at most 4,294,967"));
            found.Add(new AcknowledgeModel(at, text, isCumulative ? every : null));
        }

        return found;
    }
}
