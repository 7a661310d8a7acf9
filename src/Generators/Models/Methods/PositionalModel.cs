namespace NetWebSockets.Generators.Models;

/// <summary>A record that is an array on the wire.</summary>
/// <param name="Type">The record from <c>global::</c> on.</param>
/// <param name="Name">Its own name, which errors tell.</param>
/// <param name="Fields">Its fields by position.</param>
internal sealed record PositionalModel(string Type, string Name, EquatableArray<PositionalFieldModel> Fields)
{
    // Fields may be positional themselves.
    public IEnumerable<PositionalModel> WithInner() =>
        Fields.Where(static f => f.Inner is not null).SelectMany(static f => f.Inner!.WithInner()).Append(this);
}

/// <summary>One field of a record that is an array on the wire.</summary>
/// <param name="Parameter">The constructor's parameter, escaped.</param>
/// <param name="Member">The property, escaped; null when there is none to be read, so that the record is only received.</param>
/// <param name="Value">How it is written and read.</param>
/// <param name="Default">What it is when the array ends before it, as C#; null when it must be there.</param>
/// <param name="Inner">How it is laid out when it is an array by position itself.</param>
/// <param name="Converter">Its own converter from <c>global::</c> on; null when the context says how it stands.</param>
/// <param name="NumberHandling">Its own <c>JsonNumberHandling</c>; null when the context says it.</param>
internal sealed record PositionalFieldModel(string Parameter, string? Member, ValueModel Value, string? Default, PositionalModel? Inner, string? Converter, int? NumberHandling);

/// <summary>A type of the contract and how it is written and read.</summary>
/// <param name="Type">The type from <c>global::</c> on, with its nullable annotations.</param>
/// <param name="Positional">How it is laid out when it is an array by position.</param>
internal sealed record PayloadModel(string Type, PositionalModel? Positional);
