using System.Globalization;
using System.Text;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>What a placeholder of a template becomes in an envelope.</summary>
/// <param name="Slot">What stands there.</param>
/// <param name="Json">The value of a <see cref="SlotKind.Text"/>.</param>
/// <param name="Parts">What stands there, when it is more than one thing.</param>
internal sealed record PlaceholderValue(SlotKind Slot, string Json = "", EnvelopeModel? Parts = null)
{
    /// <summary>Several things.</summary>
    public PlaceholderValue(EnvelopeModel parts)
        : this(SlotKind.Text, "", parts)
    {
    }
}

/// <summary>
/// A message as JSON with placeholders: <c>[3,{id},{result}]</c>. It can be written, with a value for each placeholder, or looked for: then it says where
/// the placeholders stand and what else must be there.
/// </summary>
internal sealed class JsonTemplate
{
    private readonly Node _root;
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private readonly List<LocatorMatchModel> _conditions = [];

    private JsonTemplate(Node root)
    {
        _root = root;
        Visit(root, "");
    }

    /// <summary>What stands at the places that are no placeholder.</summary>
    public IReadOnlyList<LocatorMatchModel> Conditions => _conditions;

    /// <summary>Whether the text is a template rather than a JSON Pointer.</summary>
    public static bool IsTemplate(string? text) => text is { Length: > 0 } && text.TrimStart() is { Length: > 0 } trimmed && trimmed[0] is '[' or '{';

    /// <summary>Where a placeholder stands; null when it is not in the template.</summary>
    public string? PlaceOf(string placeholder) => _places.TryGetValue(placeholder, out string? place) ? place : null;

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="placeholders">What may stand in braces.</param>
    /// <param name="template">What it is made of; null when something is wrong.</param>
    /// <returns>What is wrong with it, with the place; null when nothing is.</returns>
    public static string? TryParse(string text, IReadOnlyList<string> placeholders, out JsonTemplate? template)
    {
        template = null;
        Reader reader = new(text, placeholders);
        try
        {
            template = new JsonTemplate(reader.ReadAll());
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>The template as an envelope.</summary>
    /// <param name="value">What becomes of a placeholder.</param>
    public EnvelopeModel ToEnvelope(Func<string, PlaceholderValue> value)
    {
        EnvelopeParts parts = new();
        Write(parts, _root, value);
        return parts.ToModel(payloadAtRoot: false);
    }

    private static void Write(EnvelopeParts parts, Node node, Func<string, PlaceholderValue> value)
    {
        switch (node)
        {
            case Scalar scalar:
                parts.Text(scalar.Json);
                break;
            case Placeholder placeholder:
                PlaceholderValue filled = value(placeholder.Name);
                foreach (EnvelopePartModel part in filled.Parts?.Parts ?? new([new EnvelopePartModel(filled.Slot, filled.Json)]))
                {
                    if (part.Slot == SlotKind.Text)
                        parts.Text(part.Text);
                    else
                        parts.Slot(part.Slot);
                }

                break;
            case ArrayNode array:
                for (int i = 0; i < array.Items.Count; i++)
                {
                    parts.Text(i == 0 ? "[" : ",");
                    Write(parts, array.Items[i], value);
                }

                parts.Text(array.Items.Count == 0 ? "[]" : "]");
                break;
            case ObjectNode children:
                WriteObject(parts, children, value);
                break;
        }
    }

    // A property with the scope is left out, with the comma before it, when there is none: so it cannot be the first of several.
    private static void WriteObject(EnvelopeParts parts, ObjectNode node, Func<string, PlaceholderValue> value)
    {
        bool IsScope(Node? child) => child is Placeholder placeholder && value(placeholder.Name).Slot == SlotKind.Scope;
        bool isFirst = true;
        parts.Text("{");
        foreach ((string name, Node child) in IsScope(node.Properties.FirstOrDefault()?.Value) ? node.Properties.Skip(1).Append(node.Properties[0]) : node.Properties)
        {
            string before = (isFirst ? "" : ",") + JsonText.Quote(name) + ":";
            if (IsScope(child) && !isFirst)
            {
                parts.Scope(before);
                continue;
            }

            parts.Text(before);
            Write(parts, child, value);
            isFirst = false;
        }

        parts.Text("}");
    }

    private void Visit(Node node, string place)
    {
        switch (node)
        {
            case Placeholder placeholder:
                _places.Add(placeholder.Name, place);
                break;
            case Scalar { Text: { } text }:
                _conditions.Add(new LocatorMatchModel(place, MatchKind.Exact, text));
                break;
            case Scalar { Json: "null" }:
                _conditions.Add(new LocatorMatchModel(place, MatchKind.Absent, ""));
                break;
            case ArrayNode array:
                for (int i = 0; i < array.Items.Count; i++)
                    Visit(array.Items[i], JsonPointer.Append(place, i.ToString(CultureInfo.InvariantCulture)));
                break;
            case ObjectNode children:
                foreach ((string name, Node child) in children.Properties)
                    Visit(child, JsonPointer.Append(place, name));
                break;
        }
    }

    private abstract record Node;

    private sealed record Placeholder(string Name) : Node;

    // Text is what a value is compared by; null when it cannot be.
    private sealed record Scalar(string Json, string? Text) : Node;

    private sealed record ArrayNode(List<Node> Items) : Node;

    private sealed record ObjectNode(List<Property> Properties) : Node;

    private sealed record Property(string Name, Node Value);

    private sealed class Reader(string text, IReadOnlyList<string> placeholders)
    {
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
        private int _at;

        public Node ReadAll()
        {
            Node node = ReadValue();
            SkipSpace();
            return _at == text.Length ? node : throw Wrong(_at, "something stands after the end of the message");
        }

        private static FormatException Wrong(int at, string what) => new($"at {at + 1}, {what}");

        private Node ReadValue()
        {
            SkipSpace();
            if (_at == text.Length)
                throw Wrong(_at, "a value is missing");
            switch (text[_at])
            {
                case '[':
                    return ReadArray();
                case '{':
                    return IsPlaceholder() ? ReadPlaceholder() : ReadObject();
                case '"':
                    int start = _at;
                    string value = ReadString();
                    if (value.Length > 2 && value[0] == '{' && value[value.Length - 1] == '}' && placeholders.Contains(value.Substring(1, value.Length - 2)))
                        throw Wrong(start, $"{value} stands in quotes: leave them out, the value is written with its own");
                    return new Scalar(JsonText.Quote(value), value);
                default:
                    return ReadWord();
            }
        }

        private ArrayNode ReadArray()
        {
            List<Node> items = [];
            _at++;
            if (TryTake(']'))
                return new ArrayNode(items);
            do
                items.Add(ReadValue());
            while (TryTake(','));
            Take(']', "',' or ']' is missing");
            return new ArrayNode(items);
        }

        private ObjectNode ReadObject()
        {
            List<Property> properties = [];
            _at++;
            if (TryTake('}'))
                return new ObjectNode(properties);
            do
            {
                SkipSpace();
                int start = _at;
                if (_at == text.Length || text[_at] != '"')
                    throw Wrong(_at, "the name of a property in quotes is missing");
                string name = ReadString();
                if (properties.Exists(p => p.Name == name))
                    throw Wrong(start, $"the property \"{name}\" is there twice");
                Take(':', "':' is missing");
                properties.Add(new Property(name, ReadValue()));
            }
            while (TryTake(','));
            Take('}', "',' or '}' is missing");
            return new ObjectNode(properties);
        }

        private bool IsPlaceholder() => _at + 1 < text.Length && char.IsLetter(text[_at + 1]);

        private Placeholder ReadPlaceholder()
        {
            int end = text.IndexOf('}', _at);
            if (end < 0)
                throw Wrong(_at, "the placeholder has no '}'");
            string name = text.Substring(_at + 1, end - _at - 1);
            string known = string.Join(", ", placeholders.Select(static p => "{" + p + "}"));
            if (!placeholders.Contains(name))
                throw Wrong(_at, $"{{{name}}} means nothing here; what may stand here is {known}");
            if (!_seen.Add(name))
                throw Wrong(_at, $"{{{name}}} is there twice");
            _at = end + 1;
            return new Placeholder(name);
        }

        private Scalar ReadWord()
        {
            int start = _at;
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '+' or '-' or '.'))
                _at++;
            string word = text.Substring(start, _at - start);
            if (word is "true" or "false")
                return new Scalar(word, word);
            if (word == "null")
                return new Scalar(word, null);
            bool isInteger = word.Length > 0 && (word == "0" || word == "-0" || word.TrimStart('-') is { Length: > 0 } digits && word.Length - digits.Length < 2 && digits[0] != '0' && digits.All(static c => c is >= '0' and <= '9'));
            if (isInteger)
                return new Scalar(word, word);
            throw Wrong(start, word.Length == 0
                ? $"'{text[start]}' is no JSON"
                : $"{word} is no value that can be compared: write a string, an integer, true, false or null");
        }

        private string ReadString()
        {
            int start = _at++;
            StringBuilder value = new();
            while (_at < text.Length && text[_at] != '"')
            {
                char c = text[_at++];
                if (c < ' ')
                    throw Wrong(_at - 1, "a control character stands in a string: escape it");
                value.Append(c == '\\' ? ReadEscaped() : c);
            }

            if (_at == text.Length)
                throw Wrong(start, "the string has no end");
            _at++;
            return value.ToString();
        }

        private char ReadEscaped()
        {
            char c = _at < text.Length ? text[_at++] : '\0';
            switch (c)
            {
                case '"' or '\\' or '/':
                    return c;
                case 'b':
                    return '\b';
                case 'f':
                    return '\f';
                case 'n':
                    return '\n';
                case 'r':
                    return '\r';
                case 't':
                    return '\t';
                case 'u' when _at + 4 <= text.Length && ushort.TryParse(text.Substring(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                    _at += 4;
                    return (char)code;
                default:
                    throw Wrong(_at - 1, "this is no escape of JSON");
            }
        }

        private bool TryTake(char c)
        {
            SkipSpace();
            if (_at == text.Length || text[_at] != c)
                return false;
            _at++;
            return true;
        }

        private void Take(char c, string missing)
        {
            if (!TryTake(c))
                throw Wrong(_at, missing);
        }

        private void SkipSpace()
        {
            while (_at < text.Length && text[_at] is ' ' or '\t' or '\r' or '\n')
                _at++;
        }
    }
}
