using System.Text;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>A value that an envelope has at a place.</summary>
/// <param name="Locator">The place: a JSON Pointer.</param>
/// <param name="Slot">What stands there.</param>
/// <param name="Json">The value of a <see cref="SlotKind.Text"/>.</param>
internal sealed record EnvelopeValue(string Locator, SlotKind Slot, string Json = "");

/// <summary>
/// Lays out the JSON around a record. Locators may share objects (<c>/header/id</c> and <c>/header/method</c>); what has only positions from 0 on
/// is an array, with null where nothing stands. The order of properties is ours: the id comes first, then what is constant, then the rest, and the record last.
/// </summary>
internal static class EnvelopeBuilder
{
    private const int LongestArray = 64;

    /// <summary>Builds an envelope. The locators have been checked not to overlap.</summary>
    /// <param name="values">What stands where. A <see cref="SlotKind.Payload"/> with an empty locator stands at the root, beside the others.</param>
    public static EnvelopeModel Build(params EnvelopeValue[] values) => Build((IEnumerable<EnvelopeValue>)values);

    /// <inheritdoc cref="Build(EnvelopeValue[])"/>
    public static EnvelopeModel Build(IEnumerable<EnvelopeValue> values)
    {
        Node root = new("");
        bool atRoot = false;
        foreach (EnvelopeValue value in values)
        {
            if (value is { Slot: SlotKind.Payload, Locator.Length: 0 })
                atRoot = true;
            else
                root.At(value.Locator).Fill(value.Slot, value.Json);
        }

        EnvelopeParts parts = new();
        if (atRoot && root.IsEmpty)
        {
            parts.Slot(SlotKind.Payload); // the record is the message
            return parts.ToModel(payloadAtRoot: false);
        }

        root.Write(parts, isOpenRoot: atRoot);
        if (atRoot)
            parts.Slot(SlotKind.Payload);
        return parts.ToModel(atRoot);
    }

    /// <summary>Whether the values make a message that is an array: a record cannot stand beside them at its root.</summary>
    public static bool IsArray(IEnumerable<string> locators)
    {
        Node root = new("");
        foreach (string locator in locators)
            root.At(locator).Fill(SlotKind.Text, "");
        return root.IsArray;
    }

    private sealed class Node(string name)
    {
        private readonly List<Node> _children = [];
        private SlotKind? _slot;
        private string _json = "";

        public bool IsEmpty => _children.Count == 0;

        // Positions from 0 on, without holes so large that they can only be names.
        public bool IsArray => _children.Count > 0 && _children.TrueForAll(static c => c.Position >= 0);

        private string Name => name;

        private int Position => JsonPointer.ArrayIndex(name) is >= 0 and < LongestArray and int index ? index : -1;

        // What holds the id goes first and what holds the record last; what holds both can only be last, with all else before it.
        private int Rank =>
            Holds(SlotKind.Payload) ? 4
            : Holds(SlotKind.Id) ? 0
            : Holds(SlotKind.Scope) ? 3
            : _slot is SlotKind.Text || _children.Count > 0 ? 1
            : 2;

        public Node At(string pointer)
        {
            _ = JsonPointer.TryParse(pointer, out IReadOnlyList<string> names);
            Node node = this;
            foreach (string child in names)
                node = node.Child(child);
            return node;
        }

        public void Fill(SlotKind slot, string json) => (_slot, _json) = (slot, json);

        public void Write(EnvelopeParts parts, bool isOpenRoot = false)
        {
            if (_slot == SlotKind.Text)
                parts.Text(_json);
            else if (_slot is { } slot)
                parts.Slot(slot);
            else if (IsArray && !isOpenRoot)
                WriteArray(parts);
            else
                WriteObject(parts, isOpenRoot);
        }

        private void WriteArray(EnvelopeParts parts)
        {
            int last = _children.Max(static c => c.Position);
            for (int i = 0; i <= last; i++)
            {
                parts.Text(i == 0 ? "[" : ",");
                if (_children.Find(c => c.Position == i) is { } child)
                    child.Write(parts);
                else
                    parts.Text("null");
            }

            parts.Text("]");
        }

        private void WriteObject(EnvelopeParts parts, bool isOpenRoot)
        {
            bool isFirst = true;
            parts.Text("{");
            foreach (Node child in _children.OrderBy(static c => c.Rank))
            {
                string before = (isFirst ? "" : ",") + JsonText.Quote(child.Name) + ":";
                if (child._slot == SlotKind.Scope && !isFirst)
                {
                    parts.Scope(before); // goes with its comma when a call has no scope
                    continue;
                }

                parts.Text(before);
                child.Write(parts);
                isFirst = false;
            }

            if (!isOpenRoot)
                parts.Text("}");
        }

        private bool Holds(SlotKind slot) => _slot == slot || _children.Exists(c => c.Holds(slot));

        private Node Child(string childName)
        {
            Node? child = _children.Find(c => string.Equals(c.Name, childName, StringComparison.Ordinal));
            if (child is null)
                _children.Add(child = new Node(childName));
            return child;
        }
    }
}

/// <summary>Gathers the parts of an envelope, and joins texts that follow one another.</summary>
internal sealed class EnvelopeParts
{
    private readonly List<EnvelopePartModel> _parts = [];
    private readonly StringBuilder _text = new();

    /// <summary>The same text in every message.</summary>
    public void Text(string text) => _text.Append(text);

    /// <summary>A value that is known when a message is written.</summary>
    public void Slot(SlotKind slot)
    {
        Flush();
        _parts.Add(new EnvelopePartModel(slot, ""));
    }

    /// <summary>A whole property with the scope, left out when there is none.</summary>
    /// <param name="before">What stands before the value, from the comma on.</param>
    public void Scope(string before)
    {
        Flush();
        _parts.Add(new EnvelopePartModel(SlotKind.Scope, before));
    }

    /// <summary>The envelope.</summary>
    public EnvelopeModel ToModel(bool payloadAtRoot)
    {
        Flush();
        return new EnvelopeModel(payloadAtRoot, _parts.ToEquatableArray());
    }

    private void Flush()
    {
        if (_text.Length > 0)
            _parts.Add(new EnvelopePartModel(SlotKind.Text, _text.ToString()));
        _text.Clear();
    }
}
