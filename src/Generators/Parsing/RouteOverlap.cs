using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>
/// Finds, of the kinds of message that a client receives, those that never come because others go first, and pairs of which only their order in the contract decides. The runtime asks the places in order; at each
/// it prefers as <see cref="RoutePattern.CompareTo"/> says, and it gives way to the next when what follows does not fit.
/// </summary>
internal sealed class RouteOverlap
{
    private const int MaxPlacesNotAsked = 12;

    private readonly RoutePattern[][] _routes;
    private readonly bool _areApart;

    /// <summary>Takes the kinds of message.</summary>
    /// <param name="routes">What each asks. No two ask the same.</param>
    /// <param name="locators">The client's discriminators, most important first.</param>
    public RouteOverlap(IReadOnlyList<EquatableArray<LocatorMatchModel>> routes, IReadOnlyList<string> locators)
    {
        string[] places = [.. locators.Concat(routes.SelectMany(static r => r.Select(static m => m.Locator))).Distinct(StringComparer.Ordinal)];
        _routes = [.. routes.Select(r => Array.ConvertAll(places, p => r.FirstOrDefault(m => m.Locator == p) is { } match ? RoutePattern.Of(match) : RoutePattern.Anything))];
        _areApart = !places.Where((p, i) => places.Take(i).Any(other => JsonPointer.Overlap(p, other))).Any();
    }

    /// <summary>Those that never come, each with those that are taken for it.</summary>
    public IEnumerable<(int Route, IReadOnlyList<int> By)> Unreachable()
    {
        for (int i = 0; i < _routes.Length; i++)
        {
            if (TakenBy(i) is { } by)
                yield return (i, by);
        }
    }

    /// <summary>Pairs of which only their order decides, for some messages.</summary>
    public IEnumerable<(int First, int Second)> Ambiguous()
    {
        for (int second = 1; _areApart && second < _routes.Length; second++)
        {
            for (int first = 0; first < second; first++)
            {
                if (Compare(first, second) == 0 && IsUndecided(first, second))
                    yield return (first, second);
            }
        }
    }

    // What fits a route with a text of its own for each parameter, and neither more nor less than is asked elsewhere, is fitted by no other route than must fit all. Only a place that is not asked has two such values:
    // something, which is no text, and nothing.
    private List<int>? TakenBy(int route)
    {
        RoutePattern[] own = _routes[route];
        int[] open = [.. Enumerable.Range(0, own.Length).Where(i => own[i].Kind == MatchKind.Any)];
        if (open.Length > MaxPlacesNotAsked)
            return null;
        List<int> by = [];
        for (int choice = 0; choice < 1 << open.Length; choice++)
        {
            int taker = FirstOrNone(other => other != route && Compare(other, route) < 0 && FitsAll(_routes[other], own, open, choice));
            if (taker < 0)
                return null;
            if (!by.Contains(taker))
                by.Add(taker);
        }

        return by;
    }

    private static bool FitsAll(RoutePattern[] other, RoutePattern[] own, int[] open, int choice)
    {
        for (int i = 0; i < own.Length; i++)
        {
            int at = Array.IndexOf(open, i);
            bool fits = own[i].Kind switch
            {
                MatchKind.Any => other[i].Kind == MatchKind.Any || other[i].Kind == ((choice >> at & 1) == 0 ? MatchKind.Present : MatchKind.Absent),
                MatchKind.Exact => other[i].Fits(own[i].Value),
                MatchKind.Template => other[i].Fits(string.Join(PatternText.Other.ToString(), own[i].Literals)),
                MatchKind.Present => other[i].Kind is MatchKind.Present or MatchKind.Any,
                _ => other[i].Kind is MatchKind.Absent or MatchKind.Any,
            };
            if (!fits)
                return false;
        }

        return true;
    }

    // Whether a message fits both and no route that goes before one of them.
    private bool IsUndecided(int first, int second)
    {
        for (int i = 0; i < _routes[first].Length; i++)
        {
            if (!MayMeet(_routes[first][i], _routes[second][i]))
                return false;
        }

        int[] before = [.. Enumerable.Range(0, _routes.Length).Where(r => r != first && r != second && (Compare(r, first) < 0 || Compare(r, second) < 0))];
        return IsUndecided(first, second, 0, before);
    }

    private bool IsUndecided(int first, int second, int place, int[] before)
    {
        if (before.Length == 0)
            return true;
        if (place == _routes[first].Length)
            return false;
        RoutePattern[] others = [.. before.Select(r => _routes[r][place])];
        return Ways(_routes[first][place], _routes[second][place], others).Any(way => IsUndecided(first, second, place + 1, [.. before.Where((_, i) => way[i])]));
    }

    // Every way in which others fit what fits two patterns.
    private static IEnumerable<bool[]> Ways(RoutePattern one, RoutePattern two, RoutePattern[] others)
    {
        RoutePattern[] both = [one, two];
        if (Array.TrueForAll(both, static p => p.Kind is MatchKind.Absent or MatchKind.Any))
            yield return Array.ConvertAll(others, static o => o.Kind is MatchKind.Absent or MatchKind.Any);
        if (Array.TrueForAll(both, static p => p.Kind is MatchKind.Present or MatchKind.Any))
            yield return Array.ConvertAll(others, static o => o.Kind is MatchKind.Present or MatchKind.Any);
        if (Array.Exists(both, static p => p.Kind == MatchKind.Absent))
            yield break;

        RoutePattern[] texts = [.. both.Where(static p => p.Kind is MatchKind.Exact or MatchKind.Template)];
        if (texts.Length == 0)
            yield break; // what is no text is fitted by fewer
        int[] asked = [.. Enumerable.Range(0, others.Length).Where(i => others[i].Kind is MatchKind.Exact or MatchKind.Template)];
        foreach (bool[] way in PatternText.Ways([.. texts.Select(static t => t.Literals)], [.. asked.Select(i => others[i].Literals)]))
        {
            bool[] all = Array.ConvertAll(others, static o => o.Kind is MatchKind.Present or MatchKind.Any);
            for (int i = 0; i < asked.Length; i++)
                all[asked[i]] = way[i];
            yield return all;
        }
    }

    // Two templates meet where their beginnings and their ends do: what stands between is the parameters'.
    private static bool MayMeet(RoutePattern one, RoutePattern two)
    {
        if (one.Kind == MatchKind.Any || two.Kind == MatchKind.Any)
            return true;
        if (one.Kind == MatchKind.Absent || two.Kind == MatchKind.Absent)
            return one.Kind == two.Kind;
        if (one.Kind == MatchKind.Present || two.Kind == MatchKind.Present)
            return true;
        if (one.Kind == MatchKind.Exact)
            return two.Fits(one.Value);
        if (two.Kind == MatchKind.Exact)
            return one.Fits(two.Value);
        string start = one.Literals[0], otherStart = two.Literals[0], end = one.Literals[one.Literals.Count - 1], otherEnd = two.Literals[two.Literals.Count - 1];
        return (start.StartsWith(otherStart, StringComparison.Ordinal) || otherStart.StartsWith(start, StringComparison.Ordinal))
            && (end.EndsWith(otherEnd, StringComparison.Ordinal) || otherEnd.EndsWith(end, StringComparison.Ordinal));
    }

    // Less than 0 when the first goes before the second whatever their order, 0 when their order decides.
    private int Compare(int first, int second)
    {
        for (int i = 0; i < _routes[first].Length; i++)
        {
            RoutePattern one = _routes[first][i], two = _routes[second][i];
            if (!one.Equals(two))
                return one.CompareTo(two);
        }

        return 0;
    }

    private int FirstOrNone(Func<int, bool> condition)
    {
        for (int i = 0; i < _routes.Length; i++)
        {
            if (condition(i))
                return i;
        }

        return -1;
    }
}
