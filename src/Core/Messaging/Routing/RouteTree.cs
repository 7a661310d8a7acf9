using System.Runtime.CompilerServices;

namespace NetWebSockets.Messaging;

/// <summary>
/// From the values at a message's discriminators to its route. The discriminators are asked in order; at each, a value that is written out goes before templates, a template with more text of its own
/// before one with less, those before "anything" and "nothing", and these before routes that do not ask.
/// </summary>
internal sealed class RouteTree
{
    private readonly int[] _slots;
    private readonly Node _root;

    /// <summary>Creates the tree.</summary>
    /// <param name="slots">The places of the discriminators, most important first.</param>
    /// <param name="routes">What each route asks, by place.</param>
    /// <param name="clash">Two routes that ask the same, when there are any.</param>
    /// <exception cref="ArgumentException">A template is wrong.</exception>
    public RouteTree(int[] slots, IReadOnlyList<IReadOnlyDictionary<int, LocatorMatch>> routes, out (int First, int Second)? clash)
    {
        _slots = slots;
        clash = null;
        _root = Build(0, [.. Enumerable.Range(0, routes.Count)], routes, ref clash);
    }

    /// <summary>Whether one value that is written out decides everything, so that a pass over a message can stop at it.</summary>
    public bool IsSimple => _slots.Length == 1 && _root is { Templates: [], Present: null, Absent: null, Any: null };

    /// <summary>The only discriminator's place when <see cref="IsSimple"/>.</summary>
    public int OnlySlot => _slots[0];

    /// <summary>Finds a route of a tree that <see cref="IsSimple"/>.</summary>
    /// <param name="text">The value.</param>
    /// <returns>The number of the route, or -1.</returns>
    public int FindSimple(ReadOnlySpan<byte> text)
    {
        int index = _root.Exact.Find(text);
        return index < 0 ? -1 : _root.ExactNodes[index].Route;
    }

    /// <summary>Finds a route.</summary>
    /// <param name="found">What was found in the message.</param>
    /// <param name="message">The message.</param>
    /// <returns>The number of the route, or -1.</returns>
    public int Find(in ScannedMessage found, ReadOnlySpan<byte> message) => Find(_root, 0, found, message);

    private int Find(Node node, int depth, in ScannedMessage found, ReadOnlySpan<byte> message)
    {
        if (depth == _slots.Length)
            return node.Route;
        int slot = _slots[depth];
        if (found.HasValue(slot))
        {
            int route = FindValue(node, depth, found.Value(slot, message), found, message);
            if (route >= 0)
                return route;
            if (node.Present is { } present && (route = Find(present, depth + 1, found, message)) >= 0)
                return route;
        }
        else if (node.Absent is { } absent && Find(absent, depth + 1, found, message) is >= 0 and int route)
        {
            return route;
        }

        return node.Any is { } any ? Find(any, depth + 1, found, message) : -1;
    }

    [SkipLocalsInit]
    private int FindValue(Node node, int depth, ReadOnlySpan<byte> value, in ScannedMessage found, ReadOnlySpan<byte> message)
    {
        Span<byte> buffer = stackalloc byte[JsonText.MaxEscaped];
        if (!JsonText.TryGet(value, buffer, out ReadOnlySpan<byte> text))
            return -1;
        int index = node.Exact.Find(text);
        if (index >= 0 && Find(node.ExactNodes[index], depth + 1, found, message) is >= 0 and int exact)
            return exact;
        foreach ((TextTemplate template, Node next) in node.Templates)
        {
            if (template.IsMatch(text) && Find(next, depth + 1, found, message) is >= 0 and int route)
                return route;
        }

        return -1;
    }

    private Node Build(int depth, List<int> numbers, IReadOnlyList<IReadOnlyDictionary<int, LocatorMatch>> routes, ref (int First, int Second)? clash)
    {
        var node = new Node();
        if (depth == _slots.Length)
        {
            if (numbers.Count > 0)
                node.Route = numbers[0];
            if (numbers.Count > 1)
                clash ??= (numbers[0], numbers[1]);
            return node;
        }

        List<string> values = [];
        List<Node> exactNodes = [];
        List<(TextTemplate Template, Node Next)> templates = [];
        foreach (IGrouping<(LocatorMatchKind? Kind, string? Value), int> group in numbers.GroupBy(n => routes[n].TryGetValue(_slots[depth], out LocatorMatch? m) ? ((LocatorMatchKind?)m.Kind, Asked(m)) : (null, null)))
        {
            Node next = Build(depth + 1, [.. group], routes, ref clash);
            switch (group.Key.Kind)
            {
                case LocatorMatchKind.Exact:
                    values.Add(group.Key.Value!);
                    exactNodes.Add(next);
                    break;
                case LocatorMatchKind.Template:
                    if (!TextTemplate.TryParse(routes[group.First()][_slots[depth]].Value!, out TextTemplate? template, out string? error))
                        throw new ArgumentException(error);
                    templates.Add((template, next));
                    break;
                case LocatorMatchKind.Present:
                    node.Present = next;
                    break;
                case LocatorMatchKind.Absent:
                    node.Absent = next;
                    break;
                default:
                    node.Any = next;
                    break;
            }
        }

        node.Exact = new RouteTable(values);
        node.ExactNodes = [.. exactNodes];
        node.Templates = [.. templates.OrderByDescending(t => t.Template.LiteralLength).ThenBy(t => t.Template.Parameters.Count)];
        return node;
    }

    // What a template's parameters are called says nothing of what fits.
    private static string? Asked(LocatorMatch match) =>
        match.Kind == LocatorMatchKind.Template && TextTemplate.TryParse(match.Value!, out TextTemplate? template, out _) ? template.Normal : match.Value;

    private sealed class Node
    {
        public int Route { get; set; } = -1;

        public RouteTable Exact { get; set; } = new([]);

        public Node[] ExactNodes { get; set; } = [];

        public (TextTemplate Template, Node Next)[] Templates { get; set; } = [];

        public Node? Present { get; set; }

        public Node? Absent { get; set; }

        public Node? Any { get; set; }
    }
}
