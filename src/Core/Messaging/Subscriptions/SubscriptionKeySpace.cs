using System.Buffers;

namespace NetWebSockets.Messaging;

/// <summary>The subscriptions of one client whose keys stand at the same places.</summary>
/// <param name="slots">The places that make the key together.</param>
internal sealed class SubscriptionKeySpace(int[] slots)
{
    /// <summary>What stands between the parts of a key: the unit separator, which no topic has in it.</summary>
    public const char Separator = '\u001f';

    private const int LargestOnStack = 512;

    /// <summary>The places.</summary>
    public int[] Slots { get; } = slots;

    /// <summary>By key.</summary>
    public SubscriptionKeyTable Keys { get; } = new();

    /// <summary>Finds the subscriptions that a message is for. Called by the pump only.</summary>
    /// <param name="message">The message.</param>
    /// <param name="found">What was found in it.</param>
    /// <returns>The first that has the message's key, or null.</returns>
    /// <exception cref="InvalidOperationException">Half a surrogate pair in an escape.</exception>
    public SubscriptionKeyTable.Entry? Find(ReadOnlySpan<byte> message, in ScannedMessage found)
    {
        foreach (int slot in Slots)
        {
            if (!found.HasValue(slot))
                return null;
        }

        return Slots.Length == 1 ? FindSingle(found.Value(Slots[0], message)) : FindComposite(message, found);
    }

    private SubscriptionKeyTable.Entry? FindSingle(ReadOnlySpan<byte> value)
    {
        Span<byte> buffer = stackalloc byte[JsonText.MaxEscaped];
        return JsonText.TryGet(value, buffer, out ReadOnlySpan<byte> text) ? Keys.Find(text) : null;
    }

    private SubscriptionKeyTable.Entry? FindComposite(ReadOnlySpan<byte> message, in ScannedMessage found)
    {
        // What is longer than every key is none of them, so a peer cannot make this large.
        int room = Keys.LongestKey;
        byte[]? rented = room > LargestOnStack ? ArrayPool<byte>.Shared.Rent(room) : null;
        Span<byte> key = rented is null ? stackalloc byte[LargestOnStack] : rented;
        try
        {
            return TryJoin(message, found, key[..room], out int length) ? Keys.Find(key[..length]) : null;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private bool TryJoin(ReadOnlySpan<byte> message, in ScannedMessage found, Span<byte> key, out int length)
    {
        Span<byte> buffer = stackalloc byte[JsonText.MaxEscaped];
        length = 0;
        for (int i = 0; i < Slots.Length; i++)
        {
            if (!JsonText.TryGet(found.Value(Slots[i], message), buffer, out ReadOnlySpan<byte> text))
                return false;
            int separator = i == 0 ? 0 : 1;
            if (length + separator + text.Length > key.Length)
                return false;
            if (separator == 1)
                key[length++] = (byte)Separator;
            text.CopyTo(key[length..]);
            length += text.Length;
        }

        return true;
    }
}
