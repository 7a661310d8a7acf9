using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>
/// A pattern of a host-resolver rule, as Chromium matches it: <c>*</c> is any run of characters, <c>?</c> one or none, <c>\</c> takes the next
/// character as it is. Each piece between wildcards is taken where it first fits, without going back.
/// </summary>
internal sealed class HostPattern
{
    private readonly List<Piece> _pieces = [];

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">It, in lower case.</param>
    public HostPattern(string pattern)
    {
        int at = 0;
        do
        {
            int reach = 0;
            for (; at < pattern.Length && pattern[at] is '*' or '?'; at++)
                reach = pattern[at] == '*' || reach == int.MaxValue ? int.MaxValue : reach + 1;
            var literal = new StringBuilder();
            for (; at < pattern.Length && pattern[at] is not ('*' or '?'); at++)
            {
                if (pattern[at] == '\\' && ++at == pattern.Length)
                    break;
                literal.Append(pattern[at]);
            }

            _pieces.Add(new(reach, literal.ToString()));
        }
        while (at < pattern.Length);
    }

    /// <summary>Whether a text fits.</summary>
    /// <param name="text">It, in lower case.</param>
    /// <returns>Whether it does, from its beginning to its end.</returns>
    public bool Matches(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < _pieces.Count; i++)
        {
            if (!TryTake(ref text, _pieces[i], isLast: i == _pieces.Count - 1))
                return false;
        }

        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<char> text, Piece piece, bool isLast)
    {
        for (int skipped = 0; skipped <= piece.Reach && skipped + piece.Literal.Length <= text.Length; skipped++)
        {
            ReadOnlySpan<char> rest = text[skipped..];
            if (!rest.StartsWith(piece.Literal, StringComparison.Ordinal) || (isLast && rest.Length != piece.Literal.Length))
                continue;
            text = rest[piece.Literal.Length..];
            return true;
        }

        return false;
    }

    // How many characters the wildcards before it may stand for, and the characters themselves.
    private readonly record struct Piece(int Reach, string Literal);
}
