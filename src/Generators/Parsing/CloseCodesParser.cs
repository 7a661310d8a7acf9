using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads <c>[CloseCodes]</c>.</summary>
internal static class CloseCodesParser
{
    public static CloseCodesModel? Parse(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        AttributeData? attribute = SessionParser.AttributesOf(client, "CloseCodesAttribute").FirstOrDefault();
        if (attribute is null)
            return null;

        Dictionary<int, string> taken = [];
        void Report(string argument, int code, string what) =>
            problems.Add(new Problem(Descriptors.BadCloseCodes, attribute.LocationOf(argument, client, cancellationToken), code, client.Name, what));

        EquatableArray<int> Codes(string argument)
        {
            TypedConstant given = attribute.NamedArguments.FirstOrDefault(a => a.Key == argument).Value;
            if (given.Kind != TypedConstantKind.Array || given.IsNull)
                return default;
            int[] codes = [.. given.Values.Select(static v => v.Value).OfType<int>()];
            foreach (int code in codes)
            {
                if (code is < 1000 or > 4999)
                    Report(argument, code, "close codes are 1000 to 4999 (RFC 6455, section 7.4)");
                else if (taken.TryGetValue(code, out string? other))
                    Report(argument, code, other == argument ? $"it is in {argument} twice" : $"it is in {other} too, and can mean one thing only");
                else
                    taken.Add(code, argument);
            }

            return codes.ToEquatableArray();
        }

        int abort = attribute.Named<int>("Abort");
        CloseCodesModel model = new(Codes("Fatal"), Codes("NewSession"), Codes("Resume"), Codes("Retry"), abort);
        if (abort != 0 && abort is < 1000 or > 4999 or 1004 or 1005 or 1006 or 1015)
            Report("Abort", abort, "what is sent in a close frame is 1000 to 4999, but not 1004 to 1006 and 1015 (RFC 6455, section 7.4)");
        return model;
    }
}
