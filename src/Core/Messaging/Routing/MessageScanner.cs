using System.Text.Json;

namespace NetWebSockets.Messaging;

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
    /// <param name="needs">What else must be found before the pass may stop.</param>
    /// <param name="json">The message.</param>
    /// <param name="found">What was found, also when an exception ends the scan.</param>
    /// <exception cref="JsonException">The message is not JSON.</exception>
    /// <exception cref="InvalidOperationException">Half a surrogate pair in an escape.</exception>
    public static void Scan(ContractPlan plan, CallTable? calls, uint needs, ReadOnlySpan<byte> json, ref ScannedMessage found)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: true, new JsonReaderState(plan.ReaderOptions));
        reader.Read();
        var pass = new Pass(plan, calls, needs, json);
        if (!pass.ScanValue(plan.Locators.Root, ref reader, ref found))
            return;

        // Whatever stands behind the value makes it no JSON.
        reader.Read();
        found.IsComplete = true;
        if (found.Route < 0)
            found.Route = plan.Tree.Find(found, json);
    }

    private readonly ref struct Pass(ContractPlan plan, CallTable? calls, uint needs, ReadOnlySpan<byte> json)
    {
        private readonly ReadOnlySpan<byte> _json = json;

        // Scans the value the reader stands at; false when enough is known.
        public bool ScanValue(LocatorNode node, ref Utf8JsonReader reader, ref ScannedMessage found)
        {
            int start = (int)reader.TokenStartIndex;
            JsonTokenType token = reader.TokenType;
            if (node.Children.Length > 0 && token == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    LocatorNode? child = FindChild(node, ref reader);
                    reader.Read();
                    if (child is null)
                        reader.Skip();
                    else if (!ScanValue(child, ref reader, ref found))
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
                    else if (!ScanValue(child, ref reader, ref found))
                        return false;
                }
            }
            else
            {
                // A value that decides by itself is looked up where the reader has it.
                if (plan.Tree.IsSimple && node.Slot == plan.Tree.OnlySlot && found.Route < 0 && !found.Has(node.Slot)
                    && token is JsonTokenType.String or JsonTokenType.Number && !reader.ValueIsEscaped)
                {
                    found.Route = plan.Tree.FindSimple(reader.ValueSpan);
                }

                reader.Skip();
            }

            int slot = node.Slot;
            if (slot < 0 || found.Has(slot))
                return true;
            found.Set(slot, new JsonPlace(start, (int)reader.BytesConsumed - start), token == JsonTokenType.Null);
            if (plan.Calls is { } callPlan && slot == callPlan.Id && TryReadId(ref reader, token, out found.Id))
            {
                found.HasId = true;
                found.Call = calls?.Find(found.Id);
            }

            return !IsEnough(ref found);
        }

        // A route is known, the message is no reply, and all that is wanted of it was found: the deserialiser reads the rest, and says so when it is not JSON.
        private bool IsEnough(ref ScannedMessage found)
        {
            if (found.Route < 0)
            {
                if (plan.Tree.IsSimple || (found.Found & plan.DiscriminatorMask) != plan.DiscriminatorMask)
                    return false;
                found.Route = plan.Tree.Find(found, _json);
                if (found.Route < 0)
                    return false;
            }

            if (calls is not null && (!found.HasId || found.Call is not null))
                return false;
            uint all = needs | plan.RouteNeeds[found.Route];
            return (found.Found & all) == all;
        }
    }

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

    private static bool TryReadId(ref Utf8JsonReader reader, JsonTokenType token, out long id)
    {
        id = 0;
        return token switch
        {
            JsonTokenType.Number => reader.TryGetInt64(out id),

            // Some servers answer every id as a string.
            JsonTokenType.String => !reader.ValueIsEscaped
                && System.Buffers.Text.Utf8Parser.TryParse(reader.ValueSpan, out id, out int consumed) && consumed == reader.ValueSpan.Length,
            _ => false,
        };
    }
}
