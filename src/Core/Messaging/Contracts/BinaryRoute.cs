using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>One kind of binary message that is received.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class BinaryRoute
{
    private protected BinaryRoute(string name, byte[] prefix) => (Name, Prefix) = (name, prefix);

    /// <summary>What it is called in errors and logs.</summary>
    public string Name { get; }

    /// <summary>What the messages begin with; not part of the item. Empty for all that no other takes.</summary>
    internal byte[] Prefix { get; }

    /// <summary>How streams buffer that are opened without options of their own; null for the defaults.</summary>
    public MessageStreamOptions? Stream { get; init; }
}

/// <summary>One kind of binary message that is received.</summary>
/// <typeparam name="T"><c>byte[]</c>, <c>ReadOnlyMemory&lt;byte&gt;</c> or <c>Stream</c>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BinaryRoute<T> : BinaryRoute
{
    /// <summary>Creates the route.</summary>
    /// <param name="name">What it is called in errors and logs.</param>
    /// <param name="prefix">What the messages begin with.</param>
    public BinaryRoute(string name, params byte[] prefix)
        : base(name, prefix)
    {
        if (typeof(T) != typeof(byte[]) && typeof(T) != typeof(ReadOnlyMemory<byte>) && typeof(T) != typeof(Stream))
            throw new NotSupportedException($"A binary message is byte[], ReadOnlyMemory<byte> or Stream, not {TypeName.Of(typeof(T))}.");
    }
}
