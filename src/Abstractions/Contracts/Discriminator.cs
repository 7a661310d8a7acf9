namespace NetWebSockets;

/// <summary>What may stand at a discriminator in place of a value: <c>[Receive&lt;Client&gt;("agg", Discriminator.Absent)]</c>.</summary>
public enum Discriminator
{
    /// <summary>Anything, also nothing.</summary>
    Any = 0,

    /// <summary>Any value but null.</summary>
    Present = 1,

    /// <summary>Nothing, or null.</summary>
    Absent = 2,
}
