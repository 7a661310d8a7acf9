namespace NetWebSockets.Generators.Parsing;

/// <summary>Texts and the templates that they fit, as states of one walk along a text: a template stands at several of its places at a time, for a parameter may end or go on.</summary>
internal static class PatternText
{
    /// <summary>A character that stands in no contract.</summary>
    public const char Other = '\uE000';

    private const int MaxStates = 20_000;

    /// <summary>Whether a text fits a template.</summary>
    /// <param name="literals">What stands before, between and after its parameters.</param>
    /// <param name="text">The text.</param>
    public static bool Fits(IReadOnlyList<string> literals, string text)
    {
        Walker walker = new(literals);
        bool[] at = walker.Start;
        foreach (char c in text)
            at = walker.Next(at, c);
        return walker.IsEnd(at);
    }

    /// <summary>Texts that fit all of some templates, one for each way in which others fit it as well or do not.</summary>
    /// <param name="all">The templates that a text must fit, as literals.</param>
    /// <param name="others">The others.</param>
    /// <returns>For each way, whether each of the others fits.</returns>
    public static IEnumerable<bool[]> Ways(IReadOnlyList<IReadOnlyList<string>> all, IReadOnlyList<IReadOnlyList<string>> others)
    {
        Walker[] walkers = [.. all.Concat(others).Select(static l => new Walker(l))];
        char[] alphabet = [.. walkers.SelectMany(static w => w.Characters).Append(Other).Distinct()];
        HashSet<string> seen = new(StringComparer.Ordinal);
        HashSet<string> ways = new(StringComparer.Ordinal);
        Queue<bool[][]> left = new([Array.ConvertAll(walkers, static w => w.Start)]);
        while (left.Count > 0 && seen.Count < MaxStates)
        {
            bool[][] state = left.Dequeue();
            bool[] ends = [.. state.Select((at, i) => walkers[i].IsEnd(at))];
            if (ends.Take(all.Count).All(static e => e))
            {
                bool[] way = [.. ends.Skip(all.Count)];
                if (ways.Add(Key(way)))
                    yield return way;
            }

            foreach (char c in alphabet)
            {
                bool[][] next = [.. state.Select((at, i) => walkers[i].Next(at, c))];
                if (next.Take(all.Count).All(static at => Array.IndexOf(at, true) >= 0) && seen.Add(string.Concat(next.Select(Key))))
                    left.Enqueue(next);
            }
        }
    }

    private static string Key(bool[] flags) => string.Concat(flags.Select(static f => f ? '1' : '0'));

    private sealed class Walker
    {
        // A character that stands for itself, or null for one or more of any.
        private readonly char?[] _steps;

        public Walker(IReadOnlyList<string> literals)
        {
            _steps = [.. literals.SelectMany(static (l, i) => i == 0 ? l.Select(static c => (char?)c) : l.Select(static c => (char?)c).Prepend(null))];
            Start = new bool[_steps.Length + 1];
            Start[0] = true;
        }

        public IEnumerable<char> Characters => _steps.OfType<char>();

        public bool[] Start { get; }

        public bool IsEnd(bool[] at) => at[_steps.Length];

        public bool[] Next(bool[] at, char c)
        {
            bool[] next = new bool[at.Length];
            for (int i = 0; i < _steps.Length; i++)
            {
                if (!at[i] || (_steps[i] is { } own && own != c))
                    continue;
                next[i + 1] = true;
                if (_steps[i] is null)
                    next[i] = true;
            }

            return next;
        }
    }
}
