using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>What one pass over a message found. Places are offsets into the message, so that nothing is copied.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct ScannedMessage
{
    public ScannedMessage() => Route = -1;

    /// <summary>The number of the route its discriminator names; -1 when there is none.</summary>
    public int Route;

    /// <summary>The discriminator's JSON value, quotes and all.</summary>
    public JsonPlace Discriminator;

    /// <summary>Whether an integer stands at the id locator.</summary>
    public bool HasId;

    /// <summary>That integer.</summary>
    public long Id;

    /// <summary>The call that is pending under <see cref="Id"/>.</summary>
    public PendingCall? Call;

    /// <summary>The value at the result locator.</summary>
    public JsonPlace Result;

    /// <summary>The value at the error locator, when it is not null.</summary>
    public JsonPlace Error;

    /// <summary>Whether anything, if only null, stands at the error locator.</summary>
    public bool HasErrorValue;
}

/// <summary>A value's place in a message.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">Its length; 0 when it was not found.</param>
internal readonly record struct JsonPlace(int Start, int Length)
{
    public bool Found => Length > 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> message) => message.Slice(Start, Length);
}

/// <summary>Finds in one pass what the router must know of a message, and stops as soon as it does.</summary>
/// <remarks>
/// Of properties with the same name the first counts, because the pass ends when everything is found. Property names and
/// discriminators compare as they are meant, escapes undone.
/// </remarks>
internal static class MessageScanner
{
    /// <summary>Scans a message.</summary>
    /// <param name="plan">What to look for.</param>
    /// <param name="calls">Where to look for pending calls; null when none is pending, so that ids do not matter.</param>
    /// <param name="json">The message.</param>
    /// <param name="found">What was found, also when an exception ends the scan.</param>
    /// <exception cref="JsonException">The message is not JSON.</exception>
    public static void Scan(ContractPlan plan, CallTable? calls, ReadOnlySpan<byte> json, ref ScannedMessage found)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: true, new JsonReaderState(plan.ReaderOptions));
        reader.Read();
        if (!ScanValue(plan, calls, plan.Locators, ref reader, ref found))
            return;

        // Whatever stands behind the value makes it no JSON.
        reader.Read();
    }

    /// <summary>Scans the value the reader stands at, which is at <paramref name="node"/>; false when enough is known.</summary>
    private static bool ScanValue(ContractPlan plan, CallTable? calls, LocatorNode node, ref Utf8JsonReader reader, ref ScannedMessage found)
    {
        int start = (int)reader.TokenStartIndex;
        JsonTokenType token = reader.TokenType;
        if ((node.Targets & (LocatorTargets.Discriminator | LocatorTargets.Id)) != 0)
        {
            if ((node.Targets & LocatorTargets.Discriminator) != 0 && !found.Discriminator.Found)
                ReadDiscriminator(plan, ref reader, ref found);
            if ((node.Targets & LocatorTargets.Id) != 0 && !found.HasId && TryReadId(ref reader, out found.Id))
            {
                found.HasId = true;
                found.Call = calls?.Find(found.Id);
            }

            if (IsEnough(calls, found))
                return false;
        }

        if (node.Children.Length > 0 && token == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                LocatorNode? child = FindChild(node, ref reader);
                reader.Read();
                if (child is null)
                    reader.Skip();
                else if (!ScanValue(plan, calls, child, ref reader, ref found))
                    return false;
            }
        }
        else if (node.Children.Length > 0 && token == JsonTokenType.StartArray)
        {
            for (int index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                LocatorNode? child = FindChild(node, index);
                if (child is null)
                    reader.Skip();
                else if (!ScanValue(plan, calls, child, ref reader, ref found))
                    return false;
            }
        }
        else
        {
            reader.Skip();
        }

        if ((node.Targets & LocatorTargets.Result) != 0 && !found.Result.Found)
            found.Result = new JsonPlace(start, (int)reader.BytesConsumed - start);
        if ((node.Targets & LocatorTargets.Error) != 0 && !found.HasErrorValue)
        {
            found.HasErrorValue = true;
            if (token != JsonTokenType.Null)
                found.Error = new JsonPlace(start, (int)reader.BytesConsumed - start);
        }

        return true;
    }

    // A route is known and the message is no reply: the deserialiser reads the rest, and says so when it is not JSON.
    private static bool IsEnough(CallTable? calls, in ScannedMessage found) =>
        found.Route >= 0 && (calls is null || (found.HasId && found.Call is null));

    private static LocatorNode? FindChild(LocatorNode node, ref Utf8JsonReader reader)
    {
        foreach (LocatorNode child in node.Children)
        {
            if (reader.ValueTextEquals(child.Step.Name))
                return child;
        }

        return null;
    }

    private static LocatorNode? FindChild(LocatorNode node, int index)
    {
        foreach (LocatorNode child in node.Children)
        {
            if (child.Step.Index == index)
                return child;
        }

        return null;
    }

    private static void ReadDiscriminator(ContractPlan plan, ref Utf8JsonReader reader, ref ScannedMessage found)
    {
        // An integer counts as its digits; other values say nothing about the kind of a message.
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            return;
        int start = (int)reader.TokenStartIndex;
        found.Discriminator = new JsonPlace(start, (int)reader.BytesConsumed - start);
        if (!reader.ValueIsEscaped)
        {
            found.Route = plan.Table.Find(reader.ValueSpan);
            return;
        }

        const int OnStack = 256;
        byte[]? rented = null;
        Span<byte> buffer = reader.ValueSpan.Length <= OnStack
            ? stackalloc byte[OnStack]
            : rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            int length = reader.CopyString(buffer);
            found.Route = plan.Table.Find(buffer[..length]);
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static bool TryReadId(ref Utf8JsonReader reader, out long id)
    {
        id = 0;
        return reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetInt64(out id),

            // Some servers answer every id as a string.
            JsonTokenType.String => !reader.ValueIsEscaped
                && System.Buffers.Text.Utf8Parser.TryParse(reader.ValueSpan, out id, out int consumed) && consumed == reader.ValueSpan.Length,
            _ => false,
        };
    }
}
