using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>What stands at a place in an <see cref="Envelope"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum EnvelopeSlot
{
    /// <summary>The same text in every message.</summary>
    Text,

    /// <summary>The id, as the contract writes ids.</summary>
    Id,

    /// <summary>The scope as a JSON string; without one, its property is left out (see <see cref="EnvelopePart.ScopeProperty"/>).</summary>
    Scope,

    /// <summary>The record, or the fields of a method.</summary>
    Payload,

    /// <summary>The method, where one envelope serves several: subscribe and unsubscribe.</summary>
    Method,

    /// <summary>An array of topics, where one message serves several subscriptions.</summary>
    Topics,

    /// <summary>The key of a subscription, as it came or as a JSON string.</summary>
    Key,

    /// <summary>The code of an error.</summary>
    Code,

    /// <summary>The text of an error.</summary>
    Message,
}

/// <summary>A piece of an <see cref="Envelope"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class EnvelopePart
{
    private EnvelopePart(EnvelopeSlot slot, byte[] text)
    {
        Slot = slot;
        Bytes = text;
    }

    /// <summary>The id.</summary>
    public static EnvelopePart Id { get; } = new(EnvelopeSlot.Id, []);

    /// <summary>The scope as a JSON string, or null.</summary>
    public static EnvelopePart Scope { get; } = new(EnvelopeSlot.Scope, []);

    /// <summary>The record.</summary>
    public static EnvelopePart Payload { get; } = new(EnvelopeSlot.Payload, []);

    /// <summary>The method.</summary>
    public static EnvelopePart Method { get; } = new(EnvelopeSlot.Method, []);

    /// <summary>The topics.</summary>
    public static EnvelopePart Topics { get; } = new(EnvelopeSlot.Topics, []);

    /// <summary>The key.</summary>
    public static EnvelopePart Key { get; } = new(EnvelopeSlot.Key, []);

    /// <summary>The code of an error.</summary>
    public static EnvelopePart Code { get; } = new(EnvelopeSlot.Code, []);

    /// <summary>The text of an error.</summary>
    public static EnvelopePart Message { get; } = new(EnvelopeSlot.Message, []);

    internal EnvelopeSlot Slot { get; }

    internal byte[] Bytes { get; }

    /// <summary>The same text in every message.</summary>
    /// <param name="utf8">The text.</param>
    /// <returns>The part.</returns>
    public static EnvelopePart Text(ReadOnlySpan<byte> utf8) => new(EnvelopeSlot.Text, utf8.ToArray());

    /// <summary>A whole property with the scope, left out together with what is written here when a call has none.</summary>
    /// <param name="utf8">What stands before the value, with the comma that parts it from what goes before: <c>,"sessionId":</c>.</param>
    /// <returns>The part.</returns>
    public static EnvelopePart ScopeProperty(ReadOnlySpan<byte> utf8) => new(EnvelopeSlot.Scope, utf8.ToArray());
}

/// <summary>
/// The JSON around a record. When <see cref="PayloadAtRoot"/>, the text before the payload ends before the comma and the record's own fields follow in the same object:
/// <c>{"type":"say"</c> + <c>,"room":"a"}</c>; what stands after the payload is then what closes any object opened beside it (usually nothing).
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Envelope
{
    /// <summary>Creates an envelope of a text, an id and a record, in this order.</summary>
    /// <param name="beforeId">UTF-8 up to the id; empty when there is none.</param>
    /// <param name="beforePayload">UTF-8 from after the id (or from the start) to the record.</param>
    /// <param name="afterPayload">UTF-8 after the record.</param>
    /// <param name="payloadAtRoot">Whether the record's fields stand in the envelope's own object.</param>
    public Envelope(ReadOnlySpan<byte> beforeId, ReadOnlySpan<byte> beforePayload, ReadOnlySpan<byte> afterPayload, bool payloadAtRoot)
        : this(
            payloadAtRoot,
            beforeId.IsEmpty
                ? [EnvelopePart.Text(beforePayload), EnvelopePart.Payload, EnvelopePart.Text(afterPayload)]
                : [EnvelopePart.Text(beforeId), EnvelopePart.Id, EnvelopePart.Text(beforePayload), EnvelopePart.Payload, EnvelopePart.Text(afterPayload)])
    {
    }

    /// <summary>Creates an envelope of any parts.</summary>
    /// <param name="payloadAtRoot">Whether the record's fields stand in the envelope's own object.</param>
    /// <param name="parts">The parts, in order.</param>
    public Envelope(bool payloadAtRoot, params EnvelopePart[] parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        PayloadAtRoot = payloadAtRoot;
        Parts = Array.FindAll(parts, p => p.Slot != EnvelopeSlot.Text || p.Bytes.Length > 0);
    }

    internal EnvelopePart[] Parts { get; }

    internal bool PayloadAtRoot { get; }

    /// <summary>Whether a slot is in it.</summary>
    internal bool Has(EnvelopeSlot slot) => Array.Exists(Parts, p => p.Slot == slot);
}
