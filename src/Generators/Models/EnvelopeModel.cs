using System.Text;

namespace NetWebSockets.Generators.Models;

/// <summary>What stands at a place in an envelope.</summary>
internal enum SlotKind
{
    /// <summary>The same text in every message.</summary>
    Text,

    /// <summary>The id.</summary>
    Id,

    /// <summary>The scope; with a text, a whole property that is left out when there is none.</summary>
    Scope,

    /// <summary>The method, where one envelope serves several.</summary>
    Method,

    /// <summary>An array of topics.</summary>
    Topics,

    /// <summary>The key of a subscription.</summary>
    Key,

    /// <summary>The code of an error.</summary>
    Code,

    /// <summary>The text of an error.</summary>
    Message,

    /// <summary>The record, or the fields of a method.</summary>
    Payload,
}

/// <summary>A piece of an envelope.</summary>
/// <param name="Slot">What stands there.</param>
/// <param name="Text">The text; for a scope, what stands before it and is left out with it.</param>
internal sealed record EnvelopePartModel(SlotKind Slot, string Text);

/// <summary>The JSON around a record.</summary>
/// <param name="PayloadAtRoot">Whether the record's fields stand in the envelope's own object.</param>
/// <param name="Parts">The parts, in order; no two texts beside each other.</param>
internal sealed record EnvelopeModel(bool PayloadAtRoot, EquatableArray<EnvelopePartModel> Parts)
{
    /// <summary>The whole message with dots for what is not known at compile time, for comments.</summary>
    public string Shape
    {
        get
        {
            StringBuilder shape = new();
            for (int i = 0; i < Parts.Count; i++)
            {
                EnvelopePartModel part = Parts[i];
                shape.Append(part.Slot switch
                {
                    SlotKind.Payload when PayloadAtRoot => i > 0 && Parts[i - 1].Text.EndsWith("{", StringComparison.Ordinal) ? "…}" : ", …}",
                    SlotKind.Payload => "{…}",
                    SlotKind.Topics => "[…]",
                    SlotKind.Text => part.Text,
                    _ => part.Text + "…",
                });
            }

            return shape.ToString();
        }
    }

    /// <summary>Whether something stands in it.</summary>
    public bool Has(SlotKind slot) => Parts.Any(p => p.Slot == slot);
}
