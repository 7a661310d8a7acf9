using System.Runtime.CompilerServices;

namespace NetWebSockets.Messaging;

/// <summary>What one pass over a message found. Places are offsets into the message, so that nothing is copied.</summary>
internal struct ScannedMessage
{
    /// <summary>The number of the route it takes; -1 when there is none.</summary>
    public int Route;

    /// <summary>The places that were found, a bit each. The others were not there, or were not reached because enough was known.</summary>
    public uint Found;

    /// <summary>Those of <see cref="Found"/> where null stands.</summary>
    public uint Nulls;

    /// <summary>Whether the whole message was looked at, so that what was not found is not there.</summary>
    public bool IsComplete;

    /// <summary>Whether an integer stands where replies have their ids.</summary>
    public bool HasId;

    /// <summary>That integer.</summary>
    public long Id;

    /// <summary>The call that is pending under <see cref="Id"/>.</summary>
    public PendingCall? Call;

    private JsonPlaces _places;

    public ScannedMessage()
    {
        Route = -1;
        Unsafe.SkipInit(out _places); // Only what Found says is looked at.
    }

    /// <summary>Whether a place was found, if only with null.</summary>
    public readonly bool Has(int slot) => slot >= 0 && (Found & (1u << slot)) != 0;

    /// <summary>Whether a place was found with something else than null.</summary>
    public readonly bool HasValue(int slot) => slot >= 0 && (Found & ~Nulls & (1u << slot)) != 0;

    /// <summary>The place of a value; nowhere when it was not found.</summary>
    public readonly JsonPlace Place(int slot) => Has(slot) ? _places[slot] : default;

    /// <summary>The JSON of a value; empty when it was not found.</summary>
    public readonly ReadOnlySpan<byte> Value(int slot, ReadOnlySpan<byte> message) => Has(slot) ? _places[slot].Of(message) : default;

    /// <summary>Notes a value.</summary>
    public void Set(int slot, JsonPlace place, bool isNull)
    {
        _places[slot] = place;
        Found |= 1u << slot;
        if (isNull)
            Nulls |= 1u << slot;
    }

    [InlineArray(LocatorTree.MaxSlots)]
    private struct JsonPlaces
    {
        private JsonPlace _first;
    }
}

/// <summary>A value's place in a message.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">Its length; 0 when it was not found.</param>
internal readonly record struct JsonPlace(int Start, int Length)
{
    public bool Found => Length > 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> message) => message.Slice(Start, Length);
}
