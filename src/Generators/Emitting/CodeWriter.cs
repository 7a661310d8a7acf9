using System.Text;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes C# line by line, indented.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _blankWanted;
    private bool _atBlockStart;

    /// <summary>Writes a line; an empty one where a member or a block begins needs no care.</summary>
    public void Line(string line)
    {
        if (_blankWanted && !_atBlockStart)
            _text.Append('\n');
        _blankWanted = _atBlockStart = false;
        if (line.Length > 0)
            _text.Append(' ', _depth * 4).Append(line);
        _text.Append('\n');
    }

    /// <summary>Sets the next line apart from the one before, unless a block ends or begins between them.</summary>
    public void Blank() => _blankWanted = true;

    /// <summary>Writes lines one level deeper.</summary>
    public void Deeper(Action lines)
    {
        _depth++;
        lines();
        _depth--;
    }

    /// <summary>Writes a header and a block in braces.</summary>
    public void Block(string header, Action body, string end = "}")
    {
        Line(header);
        Block(body, end);
    }

    /// <summary>Writes a block in braces.</summary>
    public void Block(Action body, string end = "}")
    {
        Line("{");
        _blankWanted = false;
        Deeper(() =>
        {
            _atBlockStart = true;
            body();
        });
        _atBlockStart = false;
        _blankWanted = false;
        Line(end);
    }

    public override string ToString() => _text.ToString();
}
