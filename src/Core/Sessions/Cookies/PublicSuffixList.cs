using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>
/// The domains below which anyone can register one, read from a file in the format of publicsuffix.org: rules, wildcards and exceptions, those of
/// registries and private ones. Kept as bytes beside one hash table of places: about 300 KiB for ten thousand rules.
/// </summary>
internal sealed class PublicSuffixList
{
    /// <summary>Where Debian and its like put the list.</summary>
    public const string SystemFile = "/usr/share/publicsuffix/public_suffix_list.dat";

    // A list is some hundred KiB; what is far larger is none.
    private const int MaxFileSize = 16 * 1024 * 1024;
    private const int MaxRuleLength = 253;

    // Files that were read once stay: they are the same for every session of the process.
    private static readonly ConcurrentDictionary<string, Lazy<PublicSuffixList>> Files = new(StringComparer.Ordinal);

    private readonly byte[] _text;
    private readonly int[] _slots;

    private PublicSuffixList(IReadOnlyCollection<(RuleKind Kind, string Domain)> rules)
    {
        Count = rules.Count;
        _slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, rules.Count * 2))];
        var text = new MemoryStream();
        // A slot of 0 is empty.
        text.WriteByte(0);
        foreach ((RuleKind kind, string domain) in rules)
        {
            uint slot = Hash(domain) & (uint)(_slots.Length - 1);
            while (_slots[slot] != 0)
                slot = (slot + 1) & (uint)(_slots.Length - 1);
            _slots[slot] = (int)text.Position;
            text.WriteByte((byte)kind);
            text.WriteByte((byte)domain.Length);
            text.Write(Encoding.ASCII.GetBytes(domain));
        }

        _text = text.ToArray();
    }

    [Flags]
    private enum RuleKind : byte
    {
        None = 0,
        Rule = 1,
        Wildcard = 2,
        Exception = 4,
    }

    /// <summary>How many domains have rules.</summary>
    public int Count { get; }

    /// <summary>The list of a file, read once for the process.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The list.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="FormatException">It has no rules, or one that cannot be understood.</exception>
    public static PublicSuffixList FromFile(string path)
    {
        Lazy<PublicSuffixList> lazy = Files.GetOrAdd(Path.GetFullPath(path), static file => new Lazy<PublicSuffixList>(() => Read(file)));
        try
        {
            return lazy.Value;
        }
        catch
        {
            // The next one that asks may find the file mended.
            Files.TryRemove(new(Path.GetFullPath(path), lazy));
            throw;
        }
    }

    /// <summary>Reads a list.</summary>
    /// <param name="reader">Its lines.</param>
    /// <returns>The list.</returns>
    /// <exception cref="FormatException">It has no rules, or one that cannot be understood; the message names the line.</exception>
    public static PublicSuffixList Parse(TextReader reader)
    {
        var rules = new Dictionary<string, RuleKind>(StringComparer.Ordinal);
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            // A rule ends at the first white space.
            ReadOnlySpan<char> rule = line.AsSpan().TrimStart();
            int end = rule.IndexOfAny(" \t");
            if (end >= 0)
                rule = rule[..end];
            if (rule.IsEmpty || rule.StartsWith("//"))
                continue;
            RuleKind kind = RuleKind.Rule;
            if (rule[0] == '!')
                kind = RuleKind.Exception;
            else if (rule.StartsWith("*."))
                kind = RuleKind.Wildcard;
            int mark = kind switch
            {
                RuleKind.Exception => 1,
                RuleKind.Wildcard => 2,
                _ => 0,
            };
            string domain = ToAscii(rule[mark..]) ?? throw new FormatException(
                string.Create(CultureInfo.InvariantCulture, $"Line {number} of the public suffix list is no rule: '{line[..Math.Min(line.Length, 80)]}'."));
            rules[domain] = rules.GetValueOrDefault(domain) | kind;
        }

        return rules.Count > 0
            ? new PublicSuffixList([.. rules.Select(static rule => (rule.Value, rule.Key))])
            : throw new FormatException("The public suffix list has no rules.");
    }

    /// <summary>How many labels at the end of a host are a public suffix. Without a matching rule it is one, as the list's own algorithm has it.</summary>
    /// <param name="host">The host in lower case, IDNs in Punycode, without a dot at its end.</param>
    /// <returns>Where the suffix starts.</returns>
    public int SuffixStart(ReadOnlySpan<char> host)
    {
        // From the longest: the rule with the most labels prevails, an exception over all.
        int start = 0;
        int previous = -1;
        while (true)
        {
            RuleKind kind = Find(host[start..]);
            int dot = host[start..].IndexOf('.');
            if (kind.HasFlag(RuleKind.Exception) && dot >= 0)
                return start + dot + 1;
            // '*.ck' found at 'ck' makes one label more the suffix.
            if (kind.HasFlag(RuleKind.Wildcard) && previous >= 0)
                return previous;
            if (kind.HasFlag(RuleKind.Rule) || dot < 0)
                return start;
            previous = start;
            start += dot + 1;
        }
    }

    private static PublicSuffixList Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > MaxFileSize)
            throw new FormatException($"The file '{path}' is too large for a public suffix list.");
        using var reader = new StreamReader(file, Encoding.UTF8);
        return Parse(reader);
    }

    private static string? ToAscii(ReadOnlySpan<char> rule) =>
        CookieDomains.ToAscii(rule.ToString()) is { Length: > 0 and <= MaxRuleLength } domain && domain[0] != '.' && domain[^1] != '.'
        && !domain.Contains("..", StringComparison.Ordinal)
            ? domain
            : null;

    private static uint Hash(ReadOnlySpan<char> domain)
    {
        // FNV-1a: the list is trusted, so that nobody provokes collisions.
        uint hash = 2166136261;
        foreach (char c in domain)
            hash = (hash ^ c) * 16777619;
        return hash ^ (hash >> 15);
    }

    private RuleKind Find(ReadOnlySpan<char> domain)
    {
        for (uint slot = Hash(domain) & (uint)(_slots.Length - 1); _slots[slot] is not 0 and int at; slot = (slot + 1) & (uint)(_slots.Length - 1))
        {
            if (Ascii.Equals(_text.AsSpan(at + 2, _text[at + 1]), domain))
                return (RuleKind)_text[at];
        }

        return RuleKind.None;
    }
}
