using System.Text;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>
/// Lays out the JSON around a record. Locators may share objects (<c>/header/id</c> and <c>/header/method</c>); the order of properties
/// is ours: the id comes first, then what is constant, then the record, so that three pieces of text are always enough.
/// </summary>
internal static class EnvelopeBuilder
{
    private enum Slot
    {
        None,
        Id,
        Constant,
        Payload,
    }

    /// <summary>Builds an envelope. The locators have been checked not to overlap.</summary>
    /// <param name="id">Where the id stands, for calls.</param>
    /// <param name="discriminator">Where the discriminator or method stands.</param>
    /// <param name="value">The discriminator or method.</param>
    /// <param name="payload">Where the record's fields stand; null or empty is at the root.</param>
    public static EnvelopeModel Build(string? id, string discriminator, string value, string? payload)
    {
        Node root = new("");
        if (id is not null)
            root.At(id).Fill(Slot.Id, "");
        root.At(discriminator).Fill(Slot.Constant, JsonText.Quote(value));
        bool atRoot = string.IsNullOrEmpty(payload);
        if (!atRoot)
            root.At(payload!).Fill(Slot.Payload, "");

        Pieces pieces = new(startsAt: id is null ? 1 : 0);
        root.Write(pieces, isOpenRoot: atRoot);
        return new EnvelopeModel(pieces.Text(0), pieces.Text(1), pieces.Text(2), atRoot, id is not null);
    }

    private sealed class Pieces(int startsAt)
    {
        private readonly StringBuilder[] _text = [new(), new(), new()];
        private int _current = startsAt;

        public StringBuilder Current => _text[_current];

        public string Text(int index) => _text[index].ToString();

        public void Next() => _current++;
    }

    private sealed class Node(string name)
    {
        private readonly List<Node> _children = [];
        private Slot _slot;
        private string _constant = "";

        // What holds the id goes first and what holds the record last; what holds both can only be last, with all else before it.
        private int Rank => Holds(Slot.Payload) ? 2 : Holds(Slot.Id) ? 0 : 1;

        public Node At(string pointer)
        {
            _ = JsonPointer.TryParse(pointer, out IReadOnlyList<string> names);
            Node node = this;
            foreach (string child in names)
                node = node.Child(child);
            return node;
        }

        public void Fill(Slot slot, string constant) => (_slot, _constant) = (slot, constant);

        public void Write(Pieces pieces, bool isOpenRoot = false)
        {
            switch (_slot)
            {
                case Slot.Id or Slot.Payload:
                    pieces.Next();
                    return;
                case Slot.Constant:
                    pieces.Current.Append(_constant);
                    return;
            }

            string separator = "{";
            foreach (Node child in _children.OrderBy(static c => c.Rank))
            {
                pieces.Current.Append(separator).Append(JsonText.Quote(child.Name)).Append(':');
                child.Write(pieces);
                separator = ",";
            }

            if (!isOpenRoot)
                pieces.Current.Append('}');
        }

        private string Name => name;

        private bool Holds(Slot slot) => _slot == slot || _children.Exists(c => c.Holds(slot));

        private Node Child(string childName)
        {
            Node? child = _children.Find(c => string.Equals(c.Name, childName, StringComparison.Ordinal));
            if (child is null)
                _children.Add(child = new Node(childName));
            return child;
        }
    }
}
