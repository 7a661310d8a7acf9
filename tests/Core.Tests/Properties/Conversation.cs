using System.Text;
using NetWebSockets.Fuzz;
using NetWebSockets.TestServers;

namespace NetWebSockets.Tests.Properties;

/// <summary>A ping or pong.</summary>
/// <param name="Before">The number of the fragment that it stands before; that of the last one and 1 for behind it.</param>
/// <param name="IsPing">A ping, or a pong.</param>
/// <param name="Payload">Its payload.</param>
internal sealed record ControlFrame(int Before, bool IsPing, byte[] Payload);

/// <summary>A message and how it is sent.</summary>
/// <param name="IsText">Text or binary.</param>
/// <param name="Payload">The message.</param>
/// <param name="Cuts">Where it is cut into fragments, ascending; two at one place make an empty fragment.</param>
/// <param name="Controls">The control frames among its fragments.</param>
internal sealed record SentMessage(bool IsText, byte[] Payload, int[] Cuts, ControlFrame[] Controls)
{
    public override string ToString() =>
        $"{(IsText ? "text" : "binary")} of {Payload.Length} bytes cut at [{string.Join(",", Cuts)}] with {string.Join(",", Controls.Select(c => $"{(c.IsPing ? "ping" : "pong")} of {c.Payload.Length} before {c.Before}"))}";
}

/// <summary>Messages as a server sends them: any, in any fragments, with any control frames among them.</summary>
internal sealed record Conversation(SentMessage[] Messages)
{
    // Around the forms of a frame's length, and the read buffer with and without a header.
    private static readonly int[] Edges = [0, 1, 2, 124, 125, 126, 127, 128, 65_525, 65_526, 65_531, 65_532, 65_533, 65_534, 65_535, 65_536, 65_537, 65_546, 65_547, 131_072];

    /// <summary>Makes one.</summary>
    /// <param name="random">Decides everything.</param>
    /// <param name="largest">The largest message.</param>
    public static Conversation Create(Random random, int largest)
    {
        var messages = new SentMessage[random.Next(1, 6)];
        for (int i = 0; i < messages.Length; i++)
        {
            bool isText = random.Next(2) == 0;
            byte[] payload = isText ? Text(random, Length(random, largest)) : new byte[Length(random, largest)];
            if (!isText)
                random.NextBytes(payload);
            int[] cuts = new int[random.Next(3) == 0 ? random.Next(1, 7) : 0];
            for (int c = 0; c < cuts.Length; c++)
                cuts[c] = random.Next(3) == 0 ? Math.Min(payload.Length, Edges[random.Next(Edges.Length)]) : random.Next(payload.Length + 1);
            Array.Sort(cuts);
            var controls = new ControlFrame[random.Next(3) == 0 ? random.Next(1, 5) : 0];
            for (int c = 0; c < controls.Length; c++)
            {
                byte[] body = new byte[random.Next(2) == 0 ? random.Next(126) : random.Next(4)];
                random.NextBytes(body);
                controls[c] = new ControlFrame(random.Next(cuts.Length + 2), random.Next(2) == 0, body);
            }

            messages[i] = new SentMessage(isText, payload, cuts, controls);
        }

        return new Conversation(messages);
    }

    /// <summary>The bytes, and what they mean, in order.</summary>
    public (byte[] Wire, WireOutcome Meaning) Encode()
    {
        MemoryStream wire = new();
        var meaning = new WireOutcome();
        foreach (SentMessage message in Messages)
        {
            int from = 0;
            for (int fragment = 0; fragment <= message.Cuts.Length; fragment++)
            {
                AddControls(message, fragment);
                bool isLast = fragment == message.Cuts.Length;
                int to = isLast ? message.Payload.Length : message.Cuts[fragment];
                int opcode = fragment > 0 ? Opcodes.Continuation : message.IsText ? Opcodes.Text : Opcodes.Binary;
                wire.Write(ServerFrame.Encode(opcode, message.Payload.AsSpan(from, to - from), isLast));
                from = to;
            }

            meaning.Events.Add(new WireEvent(message.IsText ? WireEventType.Text : WireEventType.Binary, message.Payload));
            AddControls(message, message.Cuts.Length + 1);
        }

        return (wire.ToArray(), meaning);

        void AddControls(SentMessage message, int before)
        {
            foreach (ControlFrame control in message.Controls.Where(c => c.Before == before))
            {
                wire.Write(ServerFrame.Encode(control.IsPing ? Opcodes.Ping : Opcodes.Pong, control.Payload));
                meaning.Events.Add(new WireEvent(control.IsPing ? WireEventType.Ping : WireEventType.Pong, control.Payload));
            }
        }
    }

    /// <summary>Looks for the smallest one that still fails: without messages, control frames, fragments, bytes.</summary>
    /// <param name="difference">What is wrong with this one.</param>
    /// <param name="differ">What is wrong with one; null when nothing is.</param>
    /// <returns>The smallest, and what is wrong with it.</returns>
    public async Task<(Conversation Smallest, string Difference)> ShrinkAsync(string difference, Func<Conversation, Task<string?>> differ)
    {
        Conversation smallest = this;
        for (bool smaller = true; smaller;)
        {
            smaller = false;
            foreach (Conversation candidate in smallest.Smaller())
            {
                if (await differ(candidate) is not { } other)
                    continue;
                (smallest, difference) = (candidate, other);
                smaller = true;
                break;
            }
        }

        return (smallest, difference);
    }

    public override string ToString() => string.Join(Environment.NewLine, Messages.Select(m => "  " + m));

    private IEnumerable<Conversation> Smaller()
    {
        for (int i = 0; i < Messages.Length && Messages.Length > 1; i++)
            yield return new Conversation([.. Messages[..i], .. Messages[(i + 1)..]]);
        for (int i = 0; i < Messages.Length; i++)
        {
            SentMessage message = Messages[i];
            for (int c = 0; c < message.Controls.Length; c++)
                yield return With(i, message with { Controls = [.. message.Controls[..c], .. message.Controls[(c + 1)..]] });
            for (int c = 0; c < message.Cuts.Length; c++)
            {
                ControlFrame[] moved = [.. message.Controls.Select(f => f.Before > c ? f with { Before = f.Before - 1 } : f)];
                yield return With(i, message with { Cuts = [.. message.Cuts[..c], .. message.Cuts[(c + 1)..]], Controls = moved });
            }

            foreach (int length in new[] { message.Payload.Length / 2, message.Payload.Length - 1 }.Where(l => l >= 0 && l < message.Payload.Length))
            {
                int end = length;
                while (message.IsText && end > 0 && (message.Payload[end] & 0xC0) == 0x80)
                    end--;
                yield return With(i, message with { Payload = message.Payload[..end], Cuts = [.. message.Cuts.Select(c => Math.Min(c, end))] });
            }
        }
    }

    private Conversation With(int index, SentMessage message)
    {
        SentMessage[] messages = [.. Messages];
        messages[index] = message;
        return new Conversation(messages);
    }

    private static int Length(Random random, int largest) => Math.Min(largest, random.Next(6) switch
    {
        0 => Edges[random.Next(Edges.Length)],
        1 => random.Next(120, 135),
        2 => random.Next(65_500, 65_560),
        3 => random.Next(largest),
        _ => random.Next(300),
    });

    // Of exactly this many bytes, with characters of every length.
    private static byte[] Text(Random random, int length)
    {
        byte[] text = new byte[length];
        int at = 0;
        while (length - at >= 4)
        {
            int scalar = random.Next(6) switch
            {
                0 => random.Next(0x80, 0x800),
                1 => random.Next(0x800, 0xD800),
                2 => random.Next(0xE000, 0x1_0000),
                3 => random.Next(0x1_0000, 0x11_0000),
                _ => random.Next(0x80),
            };
            at += new Rune(scalar).EncodeToUtf8(text.AsSpan(at));
        }

        text.AsSpan(at).Fill((byte)'.');
        return text;
    }
}
