namespace NetWebSockets.Messaging;

/// <summary>What a place in a message means to the router.</summary>
[Flags]
internal enum LocatorTargets
{
    None = 0,
    Discriminator = 1,
    Id = 2,
    Result = 4,
    Error = 8,
}

/// <summary>All locators of a contract as one tree, so that one pass over a message finds all of them.</summary>
internal sealed class LocatorNode
{
    private LocatorNode(LocatorStep step) => Step = step;

    /// <summary>The step from the parent to here.</summary>
    public LocatorStep Step { get; }

    /// <summary>What stands here.</summary>
    public LocatorTargets Targets { get; private set; }

    /// <summary>Where the ways go on.</summary>
    public LocatorNode[] Children { get; private set; } = [];

    /// <summary>The tree's root: the whole message.</summary>
    /// <returns>The root.</returns>
    public static LocatorNode CreateRoot() => new(new LocatorStep([], -1));

    /// <summary>Adds a locator.</summary>
    /// <param name="locator">The locator.</param>
    /// <param name="target">What it means.</param>
    public void Add(JsonLocator locator, LocatorTargets target)
    {
        LocatorNode node = this;
        foreach (LocatorStep step in locator.Steps)
        {
            LocatorNode? next = Array.Find(node.Children, c => c.Step.Name.AsSpan().SequenceEqual(step.Name));
            if (next is null)
            {
                next = new LocatorNode(step);
                node.Children = [.. node.Children, next];
            }

            node = next;
        }

        node.Targets |= target;
    }
}
