using System.Text;
using NetWebSockets.TestServers;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>Bytes after the handshake, read by the codec alone with every combination of options: must be what the reference makes of them.</summary>
internal sealed class FramesTarget : FuzzTarget
{
    private static readonly int[] WholeLimits = [2, 14, 127, 128, 1000, 65_536];
    private static readonly long[] MessageSizes = [1, 125, 126, 1000, 65_535, 65_536, 1 << 20, Array.MaxLength];

    public override string Name => "frames";

    public override int OptionBytes => 4;

    public override bool IsFrames => true;

    // The events and their payloads twice, and an exception with its stack.
    public override long? MaxAllocated => 512 * 1024;

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        byte[] plain = [0, 5, 6, 0];
        foreach ((string name, byte[] wire) in FrameSeeds.All())
            yield return (name, [.. plain, .. wire]);
        yield return ("compressed", [1, 5, 6, 2, .. ServerFrame.Encode(Opcodes.Text, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], rsv: 4)]);
        yield return ("streamed", [2, 2, 3, 7, .. ServerFrame.Binary(new byte[300], fin: false), .. ServerFrame.Continuation(new byte[9], fin: true), .. ServerFrame.Text("x")]);
    }

    public override ValueTask<string> RunAsync(byte[] input)
    {
        byte flags = input[0];
        WireRules rules = new()
        {
            CompressionAllowed = (flags & 1) != 0,
            IsStreamed = ((flags >> 1) & 3) switch { 1 => _ => true, 2 => n => n % 2 == 1, _ => _ => false },
            WholeLimit = WholeLimits[input[1] % WholeLimits.Length],
            MaxMessageSize = MessageSizes[input[2] % MessageSizes.Length],
            MaxFrameSize = (flags & 8) == 0 ? long.MaxValue : MessageSizes[(input[2] >> 4) % MessageSizes.Length],
        };
        byte[] wire = input[4..];
        WireOutcome expected = ReferenceParser.Parse(wire, rules);
        WireOutcome found = FrameDriver.Read(wire, ReadSizes.From(input[3]), rules);
        if (found.DifferenceTo(expected) is { } difference)
            throw new FuzzFailure($"FrameReader: {difference} ({rules}).");
        return ValueTask.FromResult(Describe(found, rules));
    }

    private static string Describe(WireOutcome outcome, WireRules rules)
    {
        var text = new StringBuilder();
        foreach (WireEvent e in outcome.Events.Take(6))
            text.Append((char)('A' + (int)e.Type)).Append(e.Payload.Length switch { 0 => '0', < 126 => 's', < 65_536 => 'm', _ => 'l' });
        return $"{text} {outcome.Violation} {rules.CompressionAllowed}";
    }
}
