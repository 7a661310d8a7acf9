using System.Text;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>What one kind of message asks at one place.</summary>
internal sealed class RoutePattern
{
    private readonly TextTemplate? _template;

    private RoutePattern(MatchKind kind, string value)
    {
        Kind = kind;
        Value = value;
        if (kind != MatchKind.Template)
            return;
        _ = TextTemplate.TryParse(value, out TextTemplate template);
        _template = template;
        Value = template.Normal;
        TextLength = template.Literals.Sum(static l => Encoding.UTF8.GetByteCount(l));
    }

    /// <summary>That of a place that is not asked.</summary>
    public static RoutePattern Anything { get; } = new(MatchKind.Any, "");

    /// <summary>How it is compared.</summary>
    public MatchKind Kind { get; }

    /// <summary>The value, or the template whatever its parameters are called.</summary>
    public string Value { get; }

    /// <summary>How many bytes of a template stand for themselves.</summary>
    public int TextLength { get; }

    /// <summary>What stands before, between and after a template's parameters; what is written out is all of it.</summary>
    public IReadOnlyList<string> Literals => _template?.Literals ?? [Value];

    /// <summary>Reads it.</summary>
    public static RoutePattern Of(LocatorMatchModel match) => new(match.Kind, match.Value);

    /// <summary>Whether both ask the same.</summary>
    public bool Equals(RoutePattern other) => Kind == other.Kind && Value == other.Value;

    /// <summary>Which of two goes first in the runtime: less than 0 for this one, 0 when only their order decides.</summary>
    public int CompareTo(RoutePattern other)
    {
        int rank = Rank(Kind).CompareTo(Rank(other.Kind));
        if (rank != 0 || Kind != MatchKind.Template || Equals(other))
            return rank;
        int length = other.TextLength.CompareTo(TextLength);
        return length != 0 ? length : Literals.Count.CompareTo(other.Literals.Count);
    }

    /// <summary>Whether a text fits.</summary>
    public bool Fits(string text) => Kind switch
    {
        MatchKind.Exact => text == Value,
        MatchKind.Template => PatternText.Fits(Literals, text),
        MatchKind.Present or MatchKind.Any => true,
        _ => false,
    };

    // A place that has something never asks for what goes before nothing, so that these two are never compared at one message.
    private static int Rank(MatchKind kind) => kind switch
    {
        MatchKind.Exact => 0,
        MatchKind.Template => 1,
        MatchKind.Present or MatchKind.Absent => 2,
        _ => 3,
    };
}
