using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads <c>[Heartbeat]</c> and <c>[Heartbeat&lt;T&gt;]</c>.</summary>
internal static class HeartbeatParser
{
    public static HeartbeatModel? Parse(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken)
    {
        AttributeData[] attributes = [.. SessionParser.AttributesOf(client, "HeartbeatAttribute"), .. SessionParser.AttributesOf(client, "HeartbeatAttribute`1")];
        if (attributes.Length == 0)
            return null;

        AttributeData attribute = attributes[0];
        void Report(string? argument, string what) =>
            problems.Add(new Problem(Descriptors.BadHeartbeat, argument is null ? attribute.WholeLocation(client) : attribute.LocationOf(argument, client, cancellationToken), client.Name, what));

        if (attributes.Length > 1)
            problems.Add(new Problem(Descriptors.BadHeartbeat, attributes[1].WholeLocation(client), client.Name, "it has two; one of [Heartbeat] and [Heartbeat<T>] is enough"));

        string? text = attribute.AttributeClass!.Arity == 0 && attribute.ConstructorArguments.Length > 0 ? attribute.FirstString() ?? "" : null;
        if (text?.Length == 0)
            Report(null, "its text is empty; leave it out for a protocol ping");

        double seconds = Seconds("Seconds");
        double replySeconds = Seconds("ReplySeconds");
        double silenceSeconds = Seconds("SilenceSeconds");
        string? intervalFrom = SessionParser.Record(attribute, "IntervalFrom");
        string? interval = attribute.Named<string>("Interval");
        double unit = attribute.Has("IntervalUnit") ? attribute.Named<double>("IntervalUnit") : 0.001;
        string? reply = SessionParser.Record(attribute, "Reply");
        string? replyText = attribute.Named<string>("ReplyText");
        new LocatorReader(client, problems, cancellationToken).Check(new Locator("interval", "Interval", interval, attribute), mayBeWhole: false);
        if (!attribute.Has("Seconds") && !attribute.Has("IntervalFrom"))
            Report(null, "nothing says how long to wait between two: set Seconds, or IntervalFrom and Interval when the peer tells it");
        if (attribute.Has("IntervalFrom") && interval is null)
            Report("IntervalFrom", "nothing says where the message tells the interval: set Interval to a JSON Pointer");
        if (interval is not null && !attribute.Has("IntervalFrom"))
            Report("Interval", "nothing says which message tells the interval: set IntervalFrom to a record that is received");
        if (unit is not (> 0 and <= 86_400))
            Report("IntervalUnit", "IntervalUnit must be more than 0 and at most a day, in seconds: 0.001 for milliseconds");
        if (attribute.Has("Reply") && replyText is not null)
            Report("ReplyText", "two things are to answer it: keep Reply or ReplyText");
        if (replyText?.Length == 0)
            Report("ReplyText", "the text that answers is empty");
        if (replySeconds > 0 && !attribute.Has("Reply") && replyText is null)
            Report("ReplySeconds", "nothing is to answer it: set Reply or ReplyText, or leave ReplySeconds out");

        string? record = null;
        string? create = null;
        if (attribute.AttributeClass.Arity == 1 && attribute.AttributeClass.TypeArguments[0] is INamedTypeSymbol type && !type.IsUnknown())
        {
            record = type.FullName();
            create = Create(type);
            if (create is null)
                Report(null, $"{type.ShortName()} cannot be made: give it a constructor that takes nothing, or the last sequence as a nullable integer or string");
        }

        return new HeartbeatModel(
            text, record, create, seconds, intervalFrom, interval, unit, attribute.Named<bool>("Jitter"), reply, replyText, replySeconds,
            SessionParser.Record(attribute, "RequestedBy"), silenceSeconds, attribute.Named<bool>("OnlyWhenIdle"));

        double Seconds(string argument)
        {
            double given = attribute.Named<double>(argument);
            bool mayBeZero = argument != "Seconds" || !attribute.Has(argument);
            if (!SessionParser.IsTime(given) && !(mayBeZero && given == 0))
                Report(argument, $"{argument} must be more than 0 and at most 4,294,967");
            return given;
        }
    }

    // The sequence is an object in the runtime: a long, a string, or null.
    private static string? Create(INamedTypeSymbol type)
    {
        List<IMethodSymbol> usable = [.. type.InstanceConstructors.Where(static c =>
            c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal)];
        IMethodSymbol? constructor = usable.Find(static c => c.Parameters.Length == 1 && Argument(c.Parameters[0].Type) is not null) ?? usable.Find(static c => c.Parameters.Length == 0);
        bool needsMore = constructor is not null
            && constructor.FindAttribute("System.Diagnostics.CodeAnalysis", "SetsRequiredMembersAttribute") is null
            && type.GetMembers().Any(static m => m is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true });
        if (constructor is null || type.IsAbstract || needsMore)
            return null;
        return $"new {type.FullName()}({(constructor.Parameters.Length == 0 ? "" : Argument(constructor.Parameters[0].Type))})";
    }

    private static string? Argument(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_String)
            return type.NullableAnnotation == NullableAnnotation.NotAnnotated ? null : "sequence?.ToString()";
        if (type is not INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            return null;
        return nullable.TypeArguments[0].SpecialType switch
        {
            SpecialType.System_Int64 => "sequence as long?",
            SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_UInt64 or SpecialType.System_Int16 or SpecialType.System_UInt16 => $"({nullable.FullName()})(sequence as long?)",
            _ => null,
        };
    }
}
