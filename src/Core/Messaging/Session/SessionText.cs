using System.Buffers;
using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>A text that the session sends, with names in braces for what is filled in: <c>{"op":1,"d":{sequence}}</c>. All other braces stand for themselves.</summary>
internal sealed class SessionText
{
    private static readonly string[] Names = ["sequence", "id", "time", "value", "state"];

    private readonly List<(byte[] Text, string? Name)> _pieces = [];

    /// <summary>Takes a text apart.</summary>
    /// <param name="text">The text.</param>
    /// <param name="places">Whether JSON Pointers may stand in braces too, as in <c>id={/connectionId}</c>.</param>
    public SessionText(string text, bool places = false)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '{' || NameAt(text, i + 1, places) is not { } name)
                continue;
            _pieces.Add((Encoding.UTF8.GetBytes(text[start..i]), name));
            i += name.Length + 1;
            start = i + 1;
        }

        _pieces.Add((Encoding.UTF8.GetBytes(text[start..]), null));
        IsJson = text.AsSpan().TrimStart() is ['{' or '[', ..];
    }

    /// <summary>Whether it looks like a message of the contract, and not like a raw word such as <c>ping</c>.</summary>
    public bool IsJson { get; }

    /// <summary>The JSON Pointers in it, each once.</summary>
    public IEnumerable<string> Places => _pieces.Select(p => p.Name).OfType<string>().Where(n => n[0] == '/').Distinct();

    /// <summary>Whether a name is in it.</summary>
    public bool Has(string name) => _pieces.Exists(p => p.Name == name);

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="values">What is filled in, as UTF-8; nothing for a name it does not know.</param>
    public void Write(IBufferWriter<byte> output, Func<string, ReadOnlyMemory<byte>> values)
    {
        foreach ((byte[] text, string? name) in _pieces)
        {
            output.Write(text);
            if (name is not null)
                output.Write(values(name).Span);
        }
    }

    /// <summary>Writes it as a string.</summary>
    public string Format(Func<string, string> values)
    {
        StringBuilder result = new();
        foreach ((byte[] text, string? name) in _pieces)
        {
            result.Append(Encoding.UTF8.GetString(text));
            if (name is not null)
                result.Append(values(name));
        }

        return result.ToString();
    }

    private static string? NameAt(string text, int start, bool places)
    {
        if (places && start < text.Length && text[start] == '/')
            return text.IndexOfAny(['{', '}'], start) is var end and >= 0 && text[end] == '}' ? text[start..end] : null;
        return Array.Find(Names, n => string.CompareOrdinal(text, start, n + "}", 0, n.Length + 1) == 0);
    }
}
