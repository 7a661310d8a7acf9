using NetWebSockets.Protocol;

namespace NetWebSockets.Fuzz;

/// <summary>Reads bytes with <see cref="FrameReader"/>, in reads of given sizes as a socket would bring them, and holds it to what its callers rely on.</summary>
internal static class FrameDriver
{
    // 2 + 8 of header and no mask, or a control frame with its header.
    private const int MostOfAHeader = 10;
    private const int MostOfAControlFrame = 127;

    public static FrameReader CreateReader(WireRules rules) => new(rules.WholeLimit, rules.MaxMessageSize, rules.MaxFrameSize, rules.CompressionAllowed);

    /// <param name="wire">The bytes.</param>
    /// <param name="sizes">How many bytes each read brings; the last one brings the rest.</param>
    /// <param name="rules">The options.</param>
    /// <exception cref="FuzzFailure">The reader did what it must never do.</exception>
    public static WireOutcome Read(byte[] wire, IEnumerable<int> sizes, WireRules rules)
    {
        FrameReader reader = CreateReader(rules);
        var outcome = new WireOutcome();
        var pieces = new MemoryStream();
        bool partIsCompressed = false;
        int messages = 0;
        int start = 0;
        int end = 0;
        using IEnumerator<int> size = sizes.GetEnumerator();
        try
        {
            do
            {
                end = size.MoveNext() ? (int)Math.Min(wire.Length, (long)end + size.Current) : wire.Length;
                while (true)
                {
                    if (reader.IsBetweenMessages)
                        reader.StreamBinary = rules.IsStreamed(messages);
                    int available = end - start;
                    bool found = reader.TryRead(wire.AsSpan(start, available), out int consumed, out FrameToken token);
                    Check(consumed >= 0 && consumed <= available, $"consumed {consumed} of {available} bytes");
                    ReadOnlySpan<byte> payload = default;
                    if (found)
                    {
                        Check(consumed > 0, "found a token and used up nothing");
                        Check(token.Offset >= 0 && token.Length >= 0 && token.Offset + token.Length <= consumed, "a token lies outside what was used up");
                        payload = wire.AsSpan(start + token.Offset, token.Length);
                    }

                    start += consumed;
                    if (!found)
                    {
                        // A reader that waits for more than the buffer holds would wait for ever.
                        int mostKept = Math.Max(rules.WholeLimit, Math.Max(MostOfAHeader, MostOfAControlFrame));
                        Check(end - start < mostKept, $"wants to keep {end - start} bytes and more, and a buffer holds {mostKept}");
                        break;
                    }

                    switch (token.Type)
                    {
                        case FrameTokenType.Message:
                            messages++;
                            outcome.Events.Add(new WireEvent(TypeOf(token.Kind), payload.ToArray(), token.IsCompressed));
                            break;
                        case FrameTokenType.Piece:
                            if (token.IsFirst)
                            {
                                Check(pieces.Length == 0, "a message begins inside another");
                                partIsCompressed = token.IsCompressed;
                            }

                            pieces.Write(payload);
                            if (token.IsLast)
                            {
                                messages++;
                                outcome.Events.Add(new WireEvent(TypeOf(token.Kind), pieces.ToArray(), partIsCompressed));
                                pieces.SetLength(0);
                            }

                            break;
                        default:
                            outcome.Events.Add(new WireEvent(TypeOf(token.Type), payload.ToArray()));
                            break;
                    }
                }
            }
            while (end < wire.Length);
        }
        catch (ProtocolException violation)
        {
            outcome.Violation = (violation.CloseCode, violation.WireReason);
            outcome.ViolationAt = end;
        }

        if (reader.IsStreaming && pieces.Length > 0)
            outcome.Events.Add(new WireEvent(WireEventType.BinaryPart, pieces.ToArray(), partIsCompressed));
        return outcome;
    }

    private static WireEventType TypeOf(MessageKind kind) => kind == MessageKind.Text ? WireEventType.Text : WireEventType.Binary;

    private static WireEventType TypeOf(FrameTokenType type) => type switch
    {
        FrameTokenType.Ping => WireEventType.Ping,
        FrameTokenType.Pong => WireEventType.Pong,
        _ => WireEventType.Close,
    };

    private static void Check(bool condition, string what)
    {
        if (!condition)
            throw new FuzzFailure("FrameReader " + what + ".");
    }
}
