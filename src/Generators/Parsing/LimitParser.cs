using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads <c>[OutboundLimit]</c>.</summary>
internal static class LimitParser
{
    public static IEnumerable<OutboundLimitModel> Parse(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        List<OutboundLimitModel> found = [];
        foreach (AttributeData attribute in SessionParser.AttributesOf(client, "OutboundLimitAttribute"))
        {
            int messages = attribute.ConstructorArguments.Length > 0 && attribute.ConstructorArguments[0].Value is int given ? given : 0;
            double seconds = attribute.Has("PerSeconds") ? attribute.Named<double>("PerSeconds") : 1;
            int bytes = attribute.Named<int>("MaxBytes");
            void Report(string? argument, object value, string word, string what) =>
                problems.Add(new Problem(Descriptors.BadLimit, attribute.LocationOf(argument, client, cancellationToken), value, word, client.Name, what));

            if (attribute.ConstructorArguments.Length > 0 && messages < 1)
                Report(null, messages, "number of messages", "give at least 1, or leave it out for no limit on the rate");
            else if (bytes < 0)
                Report("MaxBytes", bytes, "MaxBytes", "give at least 1, or 0 for no limit on the size");
            else if (!SessionParser.IsTime(seconds))
                Report("PerSeconds", seconds, "PerSeconds", "give more than 0 and at most 4,294,967");
            else if (messages == 0 && bytes == 0)
                Report(null, 0, "limit", "give a number of messages, or MaxBytes");
            found.Add(new OutboundLimitModel(messages, seconds, bytes, attribute.Named<bool>("Fail"), attribute.Named<bool>("AcrossConnections")));
        }

        return found;
    }
}
