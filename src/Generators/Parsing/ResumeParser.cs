using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads <c>[Resume]</c>.</summary>
internal static class ResumeParser
{
    public static ResumeModel? Parse(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        AttributeData? attribute = SessionParser.AttributesOf(client, "ResumeAttribute").FirstOrDefault();
        if (attribute is null)
            return null;

        void Report(string? argument, string what) =>
            problems.Add(new Problem(Descriptors.BadResume, argument is null ? attribute.WholeLocation(client) : attribute.LocationOf(argument, client, cancellationToken), client.Name, what));

        LocatorReader reader = new(client, problems, cancellationToken);
        string? Place(string word, string argument)
        {
            string? given = attribute.Named<string>(argument);
            reader.Check(new Locator(word, argument, given, attribute), mayBeWhole: false);
            return given;
        }

        string? sequence = Place("sequence", "Sequence");
        string? state = Place("state", "State");
        string? address = Place("address to resume at", "Address");
        string? replaceAddress = Place("new address", "ReplaceAddress");
        string? resumable = Place("answer whether the session can be resumed", "Resumable");
        string? query = attribute.Named<string>("Query");
        double within = attribute.Named<double>("WithinSeconds");
        if (!attribute.Has("From"))
        {
            foreach (string argument in new[] { "State", "Address" })
            {
                if (attribute.Has(argument))
                    Report(argument, $"nothing says which message tells the {(argument == "State" ? "state" : "address")}: set From to a record that is received");
            }
        }
        else if (state is null)
        {
            Report("From", "nothing says where the message tells the state: set State to a JSON Pointer");
        }

        if (replaceAddress is not null && !attribute.Has("ReplaceBy"))
            Report("ReplaceAddress", "nothing says which message asks to move: set ReplaceBy to a record that is received");
        if (resumable is not null && !attribute.Has("EndedBy"))
            Report("Resumable", "nothing says which message ends the session: set EndedBy to a record that is received");
        if (!attribute.Has("From") && !attribute.Has("ReplaceBy") && sequence is null && !attribute.Has("State") && !attribute.Has("Address"))
            Report(null, "nothing is kept: set From and State, or Sequence");
        if (within != 0 && !SessionParser.IsTime(within))
            Report("WithinSeconds", "WithinSeconds must be more than 0 and at most 4,294,967, or 0 for no limit");
        foreach (Match match in Regex.Matches(query ?? "", @"\{([^{}]*)\}"))
        {
            string name = match.Groups[1].Value;
            if (name.StartsWith("/", StringComparison.Ordinal))
            {
                if (JsonPointer.TryParse(name, out _) is { } wrong)
                    Report("Query", $"at {match.Index + 1}, {{{name}}} is no JSON Pointer: {wrong}");
                else if (!attribute.Has("From"))
                    Report("Query", $"at {match.Index + 1}, {{{name}}} is never known: set From to the record whose message has it");
            }
            else if (name is not ("state" or "sequence"))
                Report("Query", $"at {match.Index + 1}, {{{name}}} means nothing here; what may stand here is {{state}}, {{sequence}} and a JSON Pointer into the message of From, such as {{/id}}");
            else if (name == "state" && state is null || name == "sequence" && sequence is null)
                Report("Query", $"at {match.Index + 1}, {{{name}}} is never known: set {(name == "state" ? "From and State" : "Sequence")}");
        }

        return new ResumeModel(
            sequence, SessionParser.Record(attribute, "From"), state, address, query, within, SessionParser.Record(attribute, "ReplaceBy"), replaceAddress,
            SessionParser.Record(attribute, "EndedBy"), resumable);
    }
}
