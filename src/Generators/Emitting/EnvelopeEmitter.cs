using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes envelopes, and what must stand where.</summary>
internal static class EnvelopeEmitter
{
    private const string Messaging = ClientEmitter.Messaging;

    /// <summary>Writes an envelope as an expression.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="end">What follows the expression.</param>
    /// <param name="before">What goes before it on its line.</param>
    public static void Emit(CodeWriter code, EnvelopeModel envelope, string end, string before = "")
    {
        if (Simple(envelope) is { } simple)
        {
            code.Line($"{before}{simple}{end}");
            return;
        }

        code.Line($"{before}new {Messaging}Envelope(");
        code.Deeper(() =>
        {
            code.Line($"{WireEmitter.Bool(envelope.PayloadAtRoot)},");
            for (int i = 0; i < envelope.Parts.Count; i++)
                code.Line(Part(envelope.Parts[i]) + (i + 1 == envelope.Parts.Count ? ")" + end : ","));
        });
    }

    /// <summary>What must stand where, as an array.</summary>
    public static string Matches(EquatableArray<LocatorMatchModel> matches) =>
        matches.Count == 0 ? $"new {Messaging}LocatorMatch[0]" : $"new[] {{ {string.Join(", ", matches.Select(Match))} }}";

    private static string Match(LocatorMatchModel match) => match.Kind switch
    {
        MatchKind.Exact or MatchKind.Template => $"{Messaging}LocatorMatch.{match.Kind}({Literals.Of(match.Locator)}, {Literals.Of(match.Value)})",
        _ => $"{Messaging}LocatorMatch.{match.Kind}({Literals.Of(match.Locator)})",
    };

    // A text, an id and a record, in this order, are a constructor's own parameters.
    private static string? Simple(EnvelopeModel envelope)
    {
        Queue<EnvelopePartModel> parts = new(envelope.Parts);
        string beforeId = "";
        string beforePayload = Text();
        if (Next() == SlotKind.Id)
        {
            if (beforePayload.Length == 0)
                return null; // an empty text before the id says that there is none
            parts.Dequeue();
            beforeId = beforePayload;
            beforePayload = Text();
        }

        if (Next() != SlotKind.Payload)
            return null;
        parts.Dequeue();
        string afterPayload = Text();
        return parts.Count > 0
            ? null
            : $"new {Messaging}Envelope({Literals.Utf8(beforeId)}, {Literals.Utf8(beforePayload)}, "
                + $"{Literals.Utf8(afterPayload)}, payloadAtRoot: {WireEmitter.Bool(envelope.PayloadAtRoot)})";

        string Text() => Next() == SlotKind.Text ? parts.Dequeue().Text : "";

        SlotKind? Next() => parts.Count > 0 ? parts.Peek().Slot : null;
    }

    private static string Part(EnvelopePartModel part) => $"{Messaging}EnvelopePart." + part.Slot switch
    {
        SlotKind.Text => $"Text({Literals.Utf8(part.Text)})",
        SlotKind.Scope when part.Text.Length > 0 => $"ScopeProperty({Literals.Utf8(part.Text)})",
        _ => part.Slot.ToString(),
    };
}
