using System.Buffers.Binary;
using System.Text;

namespace NetWebSockets.Fuzz;

/// <summary>Makes new inputs out of old ones. The same seed makes the same inputs.</summary>
internal sealed class Mutator(Random random, FuzzTarget target)
{
    private static readonly byte[] InterestingBytes = [0, 1, 2, 0x7D, 0x7E, 0x7F, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8A, 0xBF, 0xC0, 0xC1, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFE, 0xFF];

    private static readonly ulong[] InterestingLengths =
    [
        0, 1, 125, 126, 127, 128, 255, 256, 999, 1000, 1001, 4095, 4096, 65_525, 65_526, 65_532, 65_535, 65_536, 65_537, 1 << 20, int.MaxValue - 1, int.MaxValue,
        1UL << 31, uint.MaxValue, 1UL << 32, long.MaxValue - 1, long.MaxValue, 1UL << 63, ulong.MaxValue,
    ];

    public byte[] Next(List<byte[]> corpus)
    {
        byte[] parent = corpus[random.Next(corpus.Count)];
        byte[] options = [.. parent.AsSpan(0, Math.Min(target.OptionBytes, parent.Length))];
        Array.Resize(ref options, target.OptionBytes);
        if (random.Next(3) == 0 && options.Length > 0)
            options[random.Next(options.Length)] = (byte)random.Next(256);
        List<byte> body = [.. parent.AsSpan(Math.Min(target.OptionBytes, parent.Length))];
        for (int steps = 1 << random.Next(4); steps > 0; steps--)
        {
            if (target.IsFrames && random.Next(2) == 0)
                MutateFrames(ref body, corpus);
            else
                MutateBytes(body, corpus);
            if (body.Count > target.MaxLength)
                body.RemoveRange(target.MaxLength, body.Count - target.MaxLength);
        }

        return [.. options, .. body];
    }

    private void MutateBytes(List<byte> body, List<byte[]> corpus)
    {
        int at = random.Next(body.Count + 1);
        int length = Math.Min(1 << random.Next(8), body.Count - at);
        switch (random.Next(target.Dictionary.Count > 0 ? 12 : 9))
        {
            case 0 when at < body.Count:
                body[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < body.Count:
                body[at] = InterestingBytes[random.Next(InterestingBytes.Length)];
                break;
            case 2 when at < body.Count:
                body[at] = (byte)random.Next(256);
                break;
            case 3:
                body.RemoveRange(at, length);
                break;
            case 4:
                body.InsertRange(at, body.GetRange(at, length));
                break;
            case 5:
                byte[] noise = new byte[random.Next(1, 9)];
                random.NextBytes(noise);
                body.InsertRange(at, noise);
                break;
            case 6:
                body.RemoveRange(at, body.Count - at);
                break;
            case 7:
                byte[] other = corpus[random.Next(corpus.Count)];
                int from = random.Next(Math.Min(target.OptionBytes, other.Length), other.Length + 1);
                body.RemoveRange(at, body.Count - at);
                body.AddRange(other[from..]);
                break;
            case 8 when at + 8 <= body.Count:
                byte[] number = Number(random.Next(2) == 0 ? 2 : 8);
                for (int i = 0; i < number.Length; i++)
                    body[at + i] = number[i];
                break;
            case 9 or 10 or 11:
                byte[] word = Encoding.Latin1.GetBytes(target.Dictionary[random.Next(target.Dictionary.Count)]);
                if (random.Next(2) == 0)
                    body.RemoveRange(at, length);
                body.InsertRange(at, word);
                break;
        }
    }

    private void MutateFrames(ref List<byte> body, List<byte[]> corpus)
    {
        List<byte[]> frames = Cut(body);
        if (frames.Count == 0)
            return;
        int at = random.Next(frames.Count);
        byte[] frame = frames[at];
        int header = HeaderLength(frame);
        switch (random.Next(8))
        {
            case 0:
                frames.Insert(at, frame);
                break;
            case 1:
                frames.RemoveAt(at);
                break;
            case 2:
                int second = random.Next(frames.Count);
                (frames[at], frames[second]) = (frames[second], frame);
                break;
            case 3:
                byte[] other = corpus[random.Next(corpus.Count)];
                List<byte[]> others = Cut([.. other.AsSpan(Math.Min(target.OptionBytes, other.Length))]);
                if (others.Count > 0)
                    frames.Insert(at, others[random.Next(others.Count)]);
                break;
            case 4:
                // One of the bits of the first byte, or the mask bit.
                frame = [.. frame];
                if (random.Next(4) == 0 && frame.Length > 1)
                    frame[1] ^= 0x80;
                else
                    frame[0] ^= (byte)(1 << random.Next(8));
                frames[at] = frame;
                break;
            case 5:
                // The same payload under another length, in any form.
                byte[] number = Number(random.Next(2) == 0 ? 2 : 8);
                frames[at] = random.Next(3) == 0
                    ? [frame[0], (byte)random.Next(128), .. frame.AsSpan(header)]
                    : [frame[0], (byte)(number.Length == 2 ? 126 : 127), .. number, .. frame.AsSpan(header)];
                break;
            case 6:
                frames[at] = Frame(frame[0], frame.AsSpan(header, random.Next(frame.Length - header + 1)));
                break;
            case 7 when (frame[0] & 15) < 3:
                // In two fragments.
                int cut = random.Next(frame.Length - header + 1);
                frames[at] = [.. Frame((byte)(frame[0] & 0x7F), frame.AsSpan(header, cut)), .. Frame((byte)(frame[0] & 0x80), frame.AsSpan(header + cut))];
                break;
        }

        body = [.. frames.SelectMany(f => f)];
    }

    private byte[] Number(int length)
    {
        byte[] number = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, InterestingLengths[random.Next(InterestingLengths.Length)]);
        return number[(8 - length)..];
    }

    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        byte[] length = payload.Length < 126 ? [(byte)payload.Length] : [126, (byte)(payload.Length >> 8), (byte)payload.Length];
        return [first, .. length, .. payload];
    }

    private static int HeaderLength(ReadOnlySpan<byte> frame) => Math.Min(frame.Length, frame.Length < 2 ? 2 : (frame[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 });

    // Cuts bytes into what would be frames, were they all right.
    private static List<byte[]> Cut(List<byte> body)
    {
        byte[] bytes = [.. body];
        List<byte[]> frames = [];
        int at = 0;
        while (at < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes.AsSpan(at);
            int header = HeaderLength(rest);
            ulong length = header switch
            {
                4 when rest.Length >= 4 => BinaryPrimitives.ReadUInt16BigEndian(rest[2..]),
                10 when rest.Length >= 10 => BinaryPrimitives.ReadUInt64BigEndian(rest[2..]),
                2 when rest.Length >= 2 => (ulong)(rest[1] & 0x7F),
                _ => 0,
            };
            int whole = (int)Math.Min((ulong)rest.Length, (ulong)header + Math.Min(length, int.MaxValue));
            frames.Add(rest[..whole].ToArray());
            at += whole;
        }

        return frames;
    }
}
