namespace NetWebSockets.Messaging;

/// <summary>All places of a contract as one tree, so that one pass over a message finds all of them. Each place has a number.</summary>
internal sealed class LocatorTree
{
    /// <summary>How many places a contract may look at: their numbers are bits of a mask.</summary>
    public const int MaxSlots = 32;

    private readonly List<string> _texts = [];

    /// <summary>The whole message.</summary>
    public LocatorNode Root { get; } = new(new LocatorStep([], -1));

    /// <summary>How many places there are.</summary>
    public int Count => _texts.Count;

    /// <summary>The longest way to a place, in steps.</summary>
    public int Depth { get; private set; }

    /// <summary>Adds a place, or finds it.</summary>
    /// <param name="locator">The place; not the whole message.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentException">There are too many.</exception>
    public int Add(JsonLocator locator)
    {
        LocatorNode node = Root;
        foreach (LocatorStep step in locator.Steps)
            node = node.Child(step);
        if (node.Slot < 0)
        {
            if (_texts.Count == MaxSlots)
                throw new ArgumentException($"A contract may look at {MaxSlots} places in a message; '{locator.Text}' is one more.");
            node.Slot = _texts.Count;
            _texts.Add(locator.Text);
            Depth = Math.Max(Depth, locator.Steps.Length);
        }

        return node.Slot;
    }

    /// <summary>The pointer of a place.</summary>
    /// <param name="slot">Its number.</param>
    /// <returns>The pointer.</returns>
    public string TextOf(int slot) => _texts[slot];
}

/// <summary>One step in a <see cref="LocatorTree"/>.</summary>
/// <param name="step">The step from the parent to here.</param>
internal sealed class LocatorNode(LocatorStep step)
{
    /// <summary>The step from the parent to here.</summary>
    public LocatorStep Step { get; } = step;

    /// <summary>The number of the place; -1 when the way only leads through here.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>Where the ways go on.</summary>
    public LocatorNode[] Children { get; private set; } = [];

    /// <summary>Finds or makes a child.</summary>
    /// <param name="childStep">The step to it.</param>
    /// <returns>The child.</returns>
    public LocatorNode Child(LocatorStep childStep)
    {
        LocatorNode? child = Array.Find(Children, c => c.Step.Name.AsSpan().SequenceEqual(childStep.Name));
        if (child is null)
            Children = [.. Children, child = new LocatorNode(childStep)];
        return child;
    }
}
