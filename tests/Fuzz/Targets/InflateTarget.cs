using System.IO.Compression;
using System.Text;
using NetWebSockets.Protocol;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>
/// Compressed messages (RFC 7692, section 7.2.2), in whatever pieces: they inflate to what the platform makes of them in one go, or are refused. An input is a sequence of
/// messages, each behind two bytes of length.
/// </summary>
internal sealed class InflateTarget : FuzzTarget
{
    // What the loop takes out of one input: a few bytes may inflate to a thousand times as much.
    private const int MostInflated = 1 << 18;

    public override string Name => "inflate";

    public override int OptionBytes => 1;

    public override int MaxLength => 1500;

    // The messages, growing, and all of them twice again.
    public override long? MaxAllocated => 64L * MostInflated;

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        byte[] hello = Compress("Hello"u8.ToArray());
        byte[] text = Compress(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100).Select(i => $"line {i} of text; "))));
        byte[] zeros = Compress(new byte[100_000]);
        yield return ("rfc7692-hello", [0, .. Message([0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])]);
        yield return ("rfc7692-takeover", [0, .. Message([0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]), .. Message([0xF2, 0x00, 0x11, 0x00, 0x00])]);
        yield return ("rfc7692-no-compression", [1, .. Message([0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00])]);
        yield return ("rfc7692-final-block", [2, .. Message([0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]), .. Message(hello)]);
        yield return ("text", [7, .. Message(text), .. Message(hello)]);
        yield return ("zeros", [11, .. Message(zeros), .. Message([0])]);
    }

    public override ValueTask<string> RunAsync(byte[] input)
    {
        MemoryStream wire = new();
        MemoryStream inflated = new();
        bool isStream = (input[0] & 1) == 0;
        string outcome = Inflate(input, (message, result) =>
        {
            // One of no bytes is an empty message and no block.
            if (message.Length == 0 && result.Length == 0)
                return;
            // All messages so far, each with the four bytes that were left out, are one DEFLATE stream; until a final block ends it.
            isStream &= !HasFinalBlock(message);
            if (!isStream)
                return;
            wire.Write([.. message, 0, 0, 0xFF, 0xFF]);
            inflated.Write(result);
        });
        byte[] expected = Inflate(wire.ToArray());
        byte[] found = inflated.ToArray();
        if (!expected.AsSpan().SequenceEqual(found))
            throw new FuzzFailureException($"Messages inflate to {found.Length} bytes; the platform makes {expected.Length} others of them.");
        return ValueTask.FromResult(outcome);
    }

    private static string Inflate(byte[] input, Action<byte[], byte[]> onMessage)
    {
        MessageInflater inflater = new(contextTakeover: (input[0] & 1) == 0);
        var cuts = new Random(input[0] >> 1);
        byte[] room = new byte[1 + cuts.Next(5000)];
        string outcome = "";
        long total = 0;
        foreach (byte[] message in Messages(input))
        {
            MemoryStream inflated = new();
            long steps = 0;
            int at = 0;
            try
            {
                do
                {
                    int length = Math.Min(message.Length - at, cuts.Next(3) == 0 ? 1 + cuts.Next(3) : message.Length);
                    inflater.SetInput(message, at, length, isLast: at + length == message.Length);
                    at += length;
                    while (inflater.Read(room) is var count and > 0)
                    {
                        inflated.Write(room, 0, count);
                        // DEFLATE makes at most 1032 bytes out of one, and the window's rest may come out late.
                        if (++steps > 400_000 || inflated.Length > (message.Length + 40_000L) * 1100)
                            throw new FuzzFailureException($"{message.Length} bytes inflate without end.");
                        if (total + inflated.Length > MostInflated)
                            return outcome + "large";
                    }
                }
                while (at < message.Length);
                inflater.Rest();
            }
            catch (ProtocolException violation)
            {
                return violation.CloseCode == 1002 ? outcome + "broken" : throw new FuzzFailureException($"The close code is {violation.CloseCode}.", violation);
            }

            total += inflated.Length;
            onMessage(message, inflated.ToArray());
            outcome += inflated.Length switch { 0 => '0', < 10 => 's', < 1000 => 'm', _ => 'l' };
        }

        return outcome;
    }

    private static byte[] Inflate(byte[] stream)
    {
        using DeflateStream inflater = new(new MemoryStream(stream), CompressionMode.Decompress);
        MemoryStream all = new();
        inflater.CopyTo(all);
        return all.ToArray();
    }

    // Whether the stream ends in this message: the platform then leaves what follows unread.
    // With a byte behind it, for the block may end with the message.
    private static bool HasFinalBlock(byte[] message) => EndsStream([.. message, 0]) || EndsStream([.. message, 0, 0, 0xFF, 0xFF, 0]);

    private static bool EndsStream(byte[] bytes)
    {
        using MemoryStream source = new(bytes);
        using DeflateStream inflater = new(new OneByOne(source), CompressionMode.Decompress);
        try
        {
            byte[] room = new byte[4096];
            while (inflater.Read(room) > 0)
                continue;
            return source.Position < source.Length;
        }
        catch (InvalidDataException)
        {
            // It refers to messages before it: nothing can be said, so nothing is compared.
            return true;
        }
    }

    private static IEnumerable<byte[]> Messages(byte[] input)
    {
        int at = 1;
        while (at + 2 <= input.Length)
        {
            int length = Math.Min((input[at] << 8) | input[at + 1], input.Length - at - 2);
            yield return input[(at + 2)..(at + 2 + length)];
            at += 2 + length;
        }
    }

    private static byte[] Message(byte[] payload) => [(byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    private static byte[] Compress(byte[] message)
    {
        MemoryStream output = new();
        using DeflateStream deflater = new(output, CompressionLevel.Optimal, leaveOpen: true);
        deflater.Write(message);
        deflater.Flush();
        return output.ToArray()[..^4];
    }

    // So that a reader takes no more than it needs.
    private sealed class OneByOne(Stream source) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => source.Read(buffer, offset, Math.Min(count, 1));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
