using System.Text;
using NetWebSockets.Protocol;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Protocol;

public class FrameReaderTests
{
    /// <summary>What a reader made of a byte sequence that came in reads of given sizes.</summary>
    private sealed class Outcome
    {
        public List<string> Events { get; } = [];

        public ProtocolException? Violation { get; set; }

        /// <summary>How many bytes had come when the violation was found.</summary>
        public int ViolationAt { get; set; }
    }

    private static Outcome Read(byte[] bytes, IEnumerable<int> sizes, int wholeLimit = 65_536, long maxMessageSize = 1 << 24)
    {
        var reader = new FrameReader(wholeLimit, maxMessageSize, long.MaxValue, compressionAllowed: false);
        var outcome = new Outcome();
        var message = new MemoryStream();
        int start = 0;
        int end = 0;
        try
        {
            foreach (int size in sizes)
            {
                end = Math.Min(bytes.Length, end + size);
                while (true)
                {
                    bool found = reader.TryRead(bytes.AsSpan(start, end - start), out int consumed, out FrameToken token);
                    ReadOnlySpan<byte> payload = bytes.AsSpan(start + token.Offset, token.Length);
                    start += consumed;
                    if (!found)
                        break;
                    switch (token.Type)
                    {
                        case FrameTokenType.Message:
                            outcome.Events.Add($"{token.Kind} {Convert.ToHexString(payload)}");
                            break;
                        case FrameTokenType.Piece:
                            if (token.IsFirst)
                                message.SetLength(0);
                            message.Write(payload);
                            if (token.IsLast)
                                outcome.Events.Add($"{token.Kind} {Convert.ToHexString(message.ToArray())}");
                            break;
                        default:
                            outcome.Events.Add($"{token.Type} {Convert.ToHexString(payload)}");
                            break;
                    }
                }

                if (end == bytes.Length)
                    break;
            }
        }
        catch (ProtocolException violation)
        {
            outcome.Violation = violation;
            outcome.ViolationAt = end;
        }

        return outcome;
    }

    private static IEnumerable<int> Always(int size) => Enumerable.Repeat(size, int.MaxValue);

    [Fact]
    public void Any_message_in_any_fragments_with_any_control_frames_in_any_reads_comes_out_the_same()
    {
        var random = new Random(6455);
        for (int round = 0; round < 400; round++)
        {
            var wire = new MemoryStream();
            var expected = new List<string>();
            for (int m = random.Next(1, 6); m > 0; m--)
            {
                bool text = random.Next(2) == 0;
                int length = random.Next(5) switch { 0 => 0, 1 => random.Next(130), 2 => random.Next(120, 135), 3 => random.Next(1000), _ => random.Next(65_500, 65_600) };
                byte[] payload = text
                    ? Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, length / 4).Select(i => "aé€😁".Substring(i % 3, i % 3 == 3 ? 2 : 1))))
                    : new byte[length];
                if (!text)
                    random.NextBytes(payload);
                int fragments = random.Next(1, 5);
                int from = 0;
                for (int f = 0; f < fragments; f++)
                {
                    bool last = f == fragments - 1;
                    int take = last ? payload.Length - from : random.Next(payload.Length - from + 1);
                    int opcode = f > 0 ? Opcodes.Continuation : text ? Opcodes.Text : Opcodes.Binary;
                    wire.Write(ServerFrame.Encode(opcode, payload.AsSpan(from, take), last));
                    from += take;
                    if (!last && random.Next(2) == 0)
                    {
                        byte[] control = new byte[random.Next(126)];
                        random.NextBytes(control);
                        bool ping = random.Next(2) == 0;
                        wire.Write(ServerFrame.Encode(ping ? Opcodes.Ping : Opcodes.Pong, control));
                        expected.Add($"{(ping ? "Ping" : "Pong")} {Convert.ToHexString(control)}");
                    }
                }

                expected.Add($"{(text ? "Text" : "Binary")} {Convert.ToHexString(payload)}");
            }

            IEnumerable<int> sizes = (round % 4) switch
            {
                0 => Always(1),
                1 => Always(int.MaxValue / 2),
                2 => Enumerable.Range(0, int.MaxValue).Select(_ => random.Next(1, 40)),
                _ => Enumerable.Range(0, int.MaxValue).Select(_ => random.Next(1, 70_000)),
            };
            Outcome outcome = Read(wire.ToArray(), sizes);
            Assert.Null(outcome.Violation);
            Assert.Equal(expected, outcome.Events);
        }
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "a reserved bit", "C1 00", "Invalid reserved bit" },
        { "the second reserved bit", "A1 00", "Invalid reserved bit" },
        { "the third reserved bit", "91 00", "Invalid reserved bit" },
        { "a reserved data opcode", "83 00", "Unknown opcode" },
        { "a reserved control opcode", "8B 00", "Unknown opcode" },
        { "a masked frame", "81 81 01 02 03 04 60", "Masked frame from server" },
        { "a fragmented ping", "09 00", "WebSocket Protocol Error" },
        { "a ping of 126 bytes", "89 7E 00 7E", "WebSocket Protocol Error" },
        { "a 16-bit length that fits 7 bits", "82 7E 00 7D", "WebSocket Protocol Error" },
        { "a 64-bit length that fits 16 bits", "82 7F 00 00 00 00 00 00 FF FF", "WebSocket Protocol Error" },
        { "a 64-bit length with its highest bit", "82 7F 80 00 00 00 00 00 00 00", "WebSocket Protocol Error" },
        { "a continuation of nothing", "80 00", "Unexpected continuation" },
        { "a new message inside one", "01 01 61 81 01 62", "Previous data frame unfinished" },
        { "text that is no UTF-8", "81 01 FF", "Invalid UTF-8 in text frame" },
        { "text that ends inside a character", "81 01 C3", "Invalid UTF-8 in text frame" },
        { "fragments that end inside a character", "01 01 C3 80 00", "Invalid UTF-8 in text frame" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_is_refused_with_1002_in_whatever_reads_it_comes(string what, string hex, string wireReason)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", ""));
        foreach (int size in new[] { 1, 2, 3, 1000 })
        {
            Outcome outcome = Read(bytes, Always(size));
            Assert.True(outcome.Violation is not null, $"{what} was accepted in reads of {size}");
            Assert.Equal((1002, wireReason), (outcome.Violation.CloseCode, outcome.Violation.WireReason));
        }
    }

    [Theory]
    [InlineData("81 7E 10 00 61 62 FF", 7)]        // inside a frame of 4,096 bytes
    [InlineData("81 0A 61 62 FF", 5)]              // inside a short frame
    [InlineData("01 03 E2 82 AC 80 7E 10 00 61 F4 90", 12)]   // inside a continuation, at the second byte of a sequence
    [InlineData("81 7F 00 00 00 00 00 10 00 00 61 ED A0", 13)] // inside a frame larger than the buffer
    public void Text_fails_at_the_first_byte_that_cannot_become_valid_although_its_frame_is_not_all_there(string hex, int at)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", ""));
        Outcome outcome = Read(bytes, Always(1));
        Assert.NotNull(outcome.Violation);
        Assert.Equal(at, outcome.ViolationAt);
    }

    [Fact]
    public void A_message_over_the_limit_is_refused_by_its_header_with_1009()
    {
        byte[] header = ServerFrame.Encode(Opcodes.Binary, new byte[1001])[..4];
        Outcome outcome = Read(header, Always(100), maxMessageSize: 1000);
        Assert.Equal(1009, outcome.Violation?.CloseCode);
        Assert.Null(Read(ServerFrame.Encode(Opcodes.Binary, new byte[1000]), Always(9999), maxMessageSize: 1000).Violation);
    }

    [Fact]
    public void Fragments_that_add_up_to_more_than_the_limit_are_refused_with_1009()
    {
        byte[] bytes =
        [
            .. ServerFrame.Encode(Opcodes.Binary, new byte[600], fin: false),
            .. ServerFrame.Encode(Opcodes.Continuation, new byte[401], fin: true),
        ];
        Assert.Equal(1009, Read(bytes, Always(9999), maxMessageSize: 1000).Violation?.CloseCode);
    }

    [Fact]
    public void Random_bytes_never_do_anything_but_parse_or_violate()
    {
        var random = new Random(7);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 64)];
            random.NextBytes(bytes);
            bytes[0] = (byte)(random.Next(16) | 0x80);
            bytes[^1] &= 0x7F;
            Outcome outcome = Read(bytes, Always(random.Next(1, 8)), maxMessageSize: 1 << 20);
            if (outcome.Violation is { } violation)
                Assert.Contains(violation.CloseCode, new[] { 1002, 1009 });
        }
    }

    [Fact]
    public void Reading_and_writing_frames_allocates_nothing()
    {
        byte[] payload = Encoding.UTF8.GetBytes(new string('x', 1000));
        byte[] wire = ServerFrame.Encode(Opcodes.Text, payload);
        byte[] outgoing = new byte[2000];
        var reader = new FrameReader(65_536, 1 << 20, long.MaxValue, compressionAllowed: false);
        FrameWriter.WriteFrame(outgoing, Opcode.Text, fin: true, compressed: false, payload);
        reader.TryRead(wire, out _, out _);

        Assert.Equal(0, Allocations.OfThousand(() =>
        {
            reader.TryRead(wire, out _, out _);
            FrameWriter.WriteFrame(outgoing, Opcode.Text, fin: true, compressed: false, payload);
        }));
    }
}
