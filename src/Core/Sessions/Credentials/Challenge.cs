using System.Buffers;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>One challenge of a WWW-Authenticate or Proxy-Authenticate header (RFC 9110, section 11.6.1).</summary>
/// <param name="Scheme">The scheme, as it was written.</param>
/// <param name="Parameters">The parameters, without quotes; names in any case.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    // More than any server sends; what it sends beyond is not looked at.
    private const int MaxChallenges = 32;

    private static readonly SearchValues<char> EndOfToken = SearchValues.Create(" \t,=\"");

    /// <summary>The realm; empty when there is none.</summary>
    public string Realm => Parameters.GetValueOrDefault("realm", string.Empty);

    /// <summary>Reads all challenges of a response.</summary>
    /// <param name="headers">The headers of the response.</param>
    /// <param name="name">Which header holds them.</param>
    /// <returns>The challenges in order. What cannot be read ends its header.</returns>
    public static List<Challenge> Read(IEnumerable<KeyValuePair<string, string>> headers, string name)
    {
        var challenges = new List<Challenge>();
        foreach ((string header, string value) in headers)
        {
            if (header.Equals(name, StringComparison.OrdinalIgnoreCase))
                Read(value, challenges);
        }

        return challenges;
    }

    private static void Read(string text, List<Challenge> challenges)
    {
        int at = 0;
        while (challenges.Count < MaxChallenges)
        {
            SkipSeparators(text, ref at);
            string scheme = ReadToken(text, ref at);
            if (scheme.Length == 0)
                return;
            var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            challenges.Add(new Challenge(scheme, parameters));
            if (AuthSchemes.Parse(scheme) is { } known && known.IsOfConnection())
                SkipToken68(text, ref at);
            else if (!ReadParameters(text, ref at, parameters))
                return;
        }
    }

    // Until the next scheme, which is a token without '='.
    private static bool ReadParameters(string text, ref int at, Dictionary<string, string> parameters)
    {
        while (true)
        {
            int start = at;
            SkipSeparators(text, ref at);
            string name = ReadToken(text, ref at);
            SkipSpaces(text, ref at);
            if (name.Length == 0)
                return at < text.Length && text[at] != '=' && text[at] != '"';
            if (at == text.Length || text[at] != '=')
            {
                at = start;
                return true;
            }

            at++;
            SkipSpaces(text, ref at);
            if (at < text.Length && text[at] == '"')
            {
                if (ReadQuoted(text, ref at) is not { } quoted)
                    return false;
                parameters.TryAdd(name, quoted);
            }
            else
            {
                parameters.TryAdd(name, ReadToken(text, ref at));
            }
        }
    }

    private static string ReadToken(string text, ref int at)
    {
        int length = text.AsSpan(at).IndexOfAny(EndOfToken);
        string token = length < 0 ? text[at..] : text.Substring(at, length);
        at += token.Length;
        return token;
    }

    private static string? ReadQuoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"':
                    at++;
                    return value.ToString();
                case '\\' when at + 1 < text.Length:
                    value.Append(text[++at]);
                    break;
                default:
                    value.Append(text[at]);
                    break;
            }
        }

        return null;
    }

    private static void SkipToken68(string text, ref int at)
    {
        int comma = text.IndexOf(',', at);
        at = comma < 0 ? text.Length : comma;
    }

    private static void SkipSpaces(string text, ref int at)
    {
        while (at < text.Length && text[at] is (' ' or '\t'))
            at++;
    }

    private static void SkipSeparators(string text, ref int at)
    {
        while (at < text.Length && text[at] is (' ' or '\t' or ','))
            at++;
    }
}
